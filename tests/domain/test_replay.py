"""A replay gives every entry, and notices when these are not the entries of the head."""

from itertools import pairwise

import pytest
from forging import forge, forging, put, raw

from oneseek.domain.errors import LedgerBroken
from oneseek.domain.events import VersionActivated, VersionCertified
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER, Frontier
from oneseek.domain.merkle.tiles import many_nodes_reader, node_reader
from oneseek.domain.registry import REGISTRY
from oneseek.domain.replay import Chunk, proven_chunks, replay
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


def chunked(bench: Workbench, start: int = 0, stop: int | None = None) -> list[Chunk]:
    """Return the chunks of a ledger whose hashes are those of the copy that it was made from."""
    head = bench.ledger.head()
    node = many_nodes_reader(bench.ledger.hashes_at, head.size)
    first = Frontier.at(start, node) if start else EMPTY_FRONTIER
    wanted = (VersionCertified, VersionActivated)
    end = head.size if stop is None else stop
    return list(proven_chunks(bench.ledger, head, node, first, end, wanted))


def test_chunks_hold_all_bytes_and_the_entries_that_are_wanted(stocked: Workbench) -> None:
    records = list(stocked.ledger.records())
    names = {VersionCertified.kind, VersionActivated.kind}
    for start in range(len(records)):
        (chunk,) = chunked(stocked, start)
        assert (chunk.start, chunk.frontier.size) == (start, len(records))
        assert list(chunk.raws) == [record.raw for record in records[start:]]
        found = [(index, entry.kind) for index, entry in chunk.entries]
        assert found == [item for item in kinds(stocked)[start:] if item[1] in names]


def test_chunks_end_where_they_are_told_to(stocked: Workbench) -> None:
    (chunk,) = chunked(stocked, 2, 5)
    node = node_reader(stocked.ledger.hashes_at, 5)
    assert chunk.frontier == Frontier.at(5, node)
    assert chunked(stocked, 5, 5) == []


def test_a_forged_entry_is_in_no_chunk(stocked: Workbench) -> None:
    forge(stocked, 4)
    with pytest.raises(LedgerBroken, match="entries 0 to 5 do not lead to the root"):
        chunked(stocked, 0, 6)


def test_a_chunk_that_lacks_entries_names_the_first(stocked: Workbench) -> None:
    head, ledger = stocked.ledger.head(), stocked.ledger
    node = many_nodes_reader(ledger.hashes_at, head.size)
    node(0, head.size - 1)
    with forging(stocked) as connection:
        connection.execute("DELETE FROM entries WHERE position >= 6")
    with pytest.raises(LedgerBroken, match="entry 6 is missing"):
        list(proven_chunks(ledger, head, node, EMPTY_FRONTIER, head.size, ()))
