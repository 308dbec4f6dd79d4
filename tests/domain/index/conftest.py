"""A ledger in memory in which everything happens to two versions, and proofs about it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import builders as make
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.domain.index.checking import ProvedHistory, check_history_proof
from oneseek.domain.index.proof_file import HistoryProof
from oneseek.domain.keys import KeyRing, KeyTerm
from oneseek.domain.usecases.log_index import log_index
from oneseek.domain.usecases.prove_history import HistoryProver
from workbench import MEMORY, Workbench, workbench

STORY = (
    make.base(),  # 2
    make.dataset(),
    make.started("t1"),  # 4
    make.completed("t1"),
    make.measured("t1"),
    make.numbered(1),  # 7
    make.certified(1),
    make.started("t2"),  # 9
    make.failed("t2"),
    make.started("t2"),
    make.completed("t2"),
    make.numbered(2),  # 13
    make.certified(2),
    make.activated(1),  # 15
    make.answered(),
    make.withdrawn(2),  # 17: it was not active
    make.activated(2),  # 18
    make.signed(2),
    make.reproduced(2),
    make.registry_reset(),  # 21
    make.restored(1),
    make.activated(1),  # 23
    make.withdrawn(1, was_active=True),  # 24
    make.restored(2),
)
"""Entries 2 to 25; the index is entry 26."""
SIZE = 2 + len(STORY)


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Workbench]:
    """An empty ledger in memory."""
    with workbench(tmp_path, MEMORY) as made:
        yield made


@pytest.fixture
def story(bench: Workbench) -> Workbench:
    """A ledger of the story, with its index logged."""
    for event in STORY:
        bench.append(event)
    assert log_index(bench.ports).size == SIZE
    return bench


@pytest.fixture
def prover(story: Workbench) -> HistoryProver:
    return prover_of(story)


def prover_of(bench: Workbench) -> HistoryProver:
    return HistoryProver(bench.ledger, KeyRing((KeyTerm(bench.key, 0, None),)), check_ed25519)


@pytest.fixture
def check(story: Workbench) -> Callable[[HistoryProof], ProvedHistory]:
    """Check a proof as somebody does who trusts the key of the story's log."""
    return lambda proof: check_history_proof(proof.to_bytes(), [story.key], check_ed25519)
