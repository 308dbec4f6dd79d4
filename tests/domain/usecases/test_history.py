"""The history of a version, looked up in the ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from forging import put

import builders as make
from oneseek.domain.errors import LedgerBroken, ProofRefused
from oneseek.domain.index.activity import Subject
from oneseek.domain.usecases.history import history_of, refuse_active
from workbench import Workbench, workbench


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Workbench]:
    """A ledger in a file: a test changes it behind its back."""
    with workbench(tmp_path) as made:
        yield made


@pytest.fixture
def used(bench: Workbench) -> Workbench:
    """Version 1 is certified by entry 6, activated by 7, superseded by 8."""
    bench.append(make.base(), make.dataset(), make.started("t1"), make.numbered(1))
    bench.append(make.certified(1), make.activated(1), make.activated(2))
    return bench


def test_all_streams_of_a_version_are_told_in_the_order_of_the_ledger(used: Workbench) -> None:
    told = history_of(used.ledger, used.version(make.dna(1)))
    assert [(item.index, item.what.split(" ")[0]) for item in told] == [
        (4, "training"), (5, "numbered"), (6, "certified"), (7, "activated"), (8, "superseded"),
    ]  # fmt: skip
    assert {item.actor for item in told} == {"anna"}


def test_whether_it_was_active_is_looked_up_between_two_sizes(used: Workbench) -> None:
    subject = Subject(make.manifest(1), make.dna(1))
    refuse_active(used.ledger, subject, 0, 7)
    refuse_active(used.ledger, subject, 9, 9)
    for since, until in ((0, 8), (8, 8), (0, 9), (8, 9)):
        with pytest.raises(ProofRefused, match=r"entry 7 of .* activated it"):
            refuse_active(used.ledger, subject, since, until)


def test_an_entry_that_cannot_be_read_is_named(used: Workbench) -> None:
    put(used, 7, b"{}", hashed=True)
    with pytest.raises(LedgerBroken, match="entry 7 cannot be read"):
        history_of(used.ledger, used.version(make.dna(1)))
