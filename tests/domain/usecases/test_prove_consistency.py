"""Proofs that the ledger goes on from an older tree, and refusing what is of another history."""

from dataclasses import replace

import pytest

from builders import ORIGIN
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.domain.errors import InvalidInput, NotFound, ProofRefused
from oneseek.domain.merkle.proofs import root_at
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.consistency_file import ConsistencyFile, verify_consistency_file
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.usecases.prove_consistency import (
    checkpoint_of,
    prove_consistency,
    require_same_history,
)
from workbench import Workbench


def older(bench: Workbench, size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root_at(size, node_reader(bench.ledger.hashes_at, size)))


def test_every_older_tree_is_shown_to_be_the_beginning_of_the_head(stocked: Workbench) -> None:
    head = stocked.ledger.head()
    for size in range(head.size + 1):
        made = prove_consistency(stocked.ledger, size, head.checkpoint)
        proof = ConsistencyFile.parse(made.format())
        found = verify_consistency_file(proof, older(stocked, size), [stocked.key], check_ed25519)
        assert (found.size, found.root) == (head.size, head.root)


def test_the_newer_tree_may_be_an_older_checkpoint(stocked: Workbench) -> None:
    note = checkpoint_of(stocked.ledger, 2)
    proof = prove_consistency(stocked.ledger, 1, note)
    verify_consistency_file(proof, older(stocked, 1), [stocked.key], check_ed25519)
    with pytest.raises(InvalidInput, match="cannot begin with 3"):
        prove_consistency(stocked.ledger, 3, note)


def test_only_sizes_that_were_signed_have_a_checkpoint(stocked: Workbench) -> None:
    assert Checkpoint.parse(parse_note(checkpoint_of(stocked.ledger, 2)).text).size == 2
    with pytest.raises(NotFound, match="exactly 1 entries was signed") as caught:
        checkpoint_of(stocked.ledger, 1)
    assert caught.value.hint == "the next one is of 2 entries"
    for size in (-1, 0, 10**6):
        with pytest.raises(NotFound):
            checkpoint_of(stocked.ledger, size)


def test_a_checkpoint_of_another_or_a_longer_history_is_refused(stocked: Workbench) -> None:
    good = older(stocked, 3)
    require_same_history(stocked.ledger, good)
    with pytest.raises(ProofRefused, match="are not those of the checkpoint"):
        require_same_history(stocked.ledger, replace(good, root=bytes(32)))
    with pytest.raises(ProofRefused, match="was rolled back"):
        require_same_history(stocked.ledger, replace(good, size=10**6))
