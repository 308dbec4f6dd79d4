"""A replay gives every entry, and notices when these are not the entries of the head."""

from itertools import pairwise

import pytest
from forging import forge, forging, put, raw

from oneseek.domain.errors import LedgerBroken
from oneseek.domain.events import VersionActivated, VersionCertified
from oneseek.domain.merkle.frontier import Frontier
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.registry import REGISTRY
from oneseek.domain.replay import replay
from workbench import Workbench


def replayed(bench: Workbench, **how: object) -> list[tuple[int, str]]:
    head = bench.ledger.head()
    found = replay(bench.ledger, head.size, head.root, **how)  # type: ignore[arg-type]
    return [(index, entry.kind) for index, entry in found]


def kinds(bench: Workbench) -> list[tuple[int, str]]:
    return [(row.index, REGISTRY.decode(row.raw).kind) for row in bench.ledger.records()]


@pytest.mark.parametrize("audited", [False, True])
def test_every_entry_is_given_with_its_index(stocked: Workbench, audited: bool) -> None:
    assert replayed(stocked, audited=audited) == kinds(stocked)


def test_only_wanted_kinds_are_given(stocked: Workbench) -> None:
    wanted = (VersionCertified, VersionActivated)
    names = {event.kind for event in wanted}
    found = replayed(stocked, wanted=wanted)
    assert found == [item for item in kinds(stocked) if item[1] in names]
    assert found


def test_a_replay_goes_on_from_any_older_tree(stocked: Workbench) -> None:
    size = stocked.ledger.head().size
    node = node_reader(stocked.ledger.hashes_at, size)
    for known in range(size + 1):
        assert replayed(stocked, start=Frontier.at(known, node)) == kinds(stocked)[known:]


def test_an_older_tree_is_replayed_with_its_own_root(stocked: Workbench) -> None:
    node = node_reader(stocked.ledger.hashes_at, stocked.ledger.head().size)
    root = Frontier.at(5, node).root()
    assert [index for index, _ in replay(stocked.ledger, 5, root)] == [0, 1, 2, 3, 4]
    with pytest.raises(LedgerBroken, match="5 entries do not have the root"):
        list(replay(stocked.ledger, 5, stocked.ledger.head().root))


@pytest.mark.parametrize("wanted", [None, (VersionCertified,)])
def test_a_forged_entry_is_noticed_at_the_end_whether_it_was_read_or_not(
    stocked: Workbench, wanted: tuple[type, ...] | None
) -> None:
    forge(stocked, 4)
    with pytest.raises(LedgerBroken, match="do not have the root"):
        replayed(stocked, wanted=wanted)


def test_a_missing_entry_is_named(stocked: Workbench) -> None:
    with forging(stocked) as connection:
        connection.execute("DELETE FROM entries WHERE position >= 6")
    with pytest.raises(LedgerBroken, match="entry 6 is missing"):
        replayed(stocked)


def test_an_entry_that_cannot_be_read_is_named(stocked: Workbench) -> None:
    put(stocked, 4, raw(stocked, 4) + b" ", hashed=True)
    with pytest.raises(LedgerBroken, match="entry 4 is not in canonical form"):
        replayed(stocked)


def test_the_indices_run_without_a_gap(stocked: Workbench) -> None:
    indices = [index for index, _ in replayed(stocked)]
    assert all(after == before + 1 for before, after in pairwise(indices))
