"""Large groups and the hashes kept of them: tiles at every boundary, and proofs through them."""

import sqlite3
from collections.abc import Iterator

import pytest

import builders as make
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.ledger.sql import read_head, select_hashes, stream_versions
from oneseek.adapters.ledger.sqlite_reader import open_read_only
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash, perfect_root
from oneseek.domain.note.tlog_proof import verify_tlog_proof
from oneseek.domain.usecases.prove_entry import prove_entry
from workbench import Workbench, workbench


def grow(bench: Workbench, size: int) -> None:
    """Append one group of small entries, so that the ledger has ``size``."""
    start = bench.ledger.head().size
    items = [make.entry(make.repaired(), number + 1) for number in range(start, size)]
    bench.ledger.append(items, {items[0].stream: start})


def tiles(bench: Workbench) -> list[tuple[int, int]]:
    with sqlite3.connect(bench.database) as connection:
        rows = connection.execute("SELECT level, position FROM tiles ORDER BY level, position")
        return rows.fetchall()


def leaves(bench: Workbench) -> list[bytes]:
    return [leaf_hash(record.raw) for record in bench.ledger.records()]


def check(bench: Workbench, *indices: int) -> None:
    """Prove each of ``indices`` and compare the head with a tree built anew."""
    hashes = leaves(bench)
    assert bench.ledger.head().root == EMPTY_FRONTIER.extend(hashes).root()
    for index in indices:
        proof = prove_entry(bench.ledger, index)
        verify_tlog_proof(proof, hashes[index], make.ORIGIN, (bench.key,), check_ed25519)


@pytest.mark.parametrize(
    ("sizes", "wanted"),
    [
        ((255,), []),
        ((256,), [(0, 0)]),
        ((257,), [(0, 0)]),
        ((255, 256, 257), [(0, 0)]),
        ((100, 1000), [(0, 0), (0, 1), (0, 2)]),
        ((511, 513, 1024), [(0, 0), (0, 1), (0, 2), (0, 3)]),
    ],
)
def test_a_tile_is_kept_as_soon_as_it_is_full(
    blank: Workbench, sizes: tuple[int, ...], wanted: list[tuple[int, int]]
) -> None:
    for size in sizes:
        grow(blank, size)
    assert tiles(blank) == wanted
    for _, index in wanted:
        root = perfect_root(leaves(blank)[index * 256 : (index + 1) * 256])
        assert blank.ledger.hashes_at(1, index, index + 1) == [root]
    check(blank, 0, 1, sizes[-1] // 2, sizes[-1] - 1)


def test_a_group_of_a_thousand_is_one_checkpoint(bench: Workbench) -> None:
    items = [make.entry(make.repaired(), number) for number in range(1, 1001)]
    receipt = bench.ledger.append(items, {items[0].stream: 0})
    assert (receipt.indices, receipt.size) == (range(2, 1002), 1002)
    assert bench.ledger.checkpoint_covering(2) == (1002, receipt.checkpoint)
    assert bench.audit().findings == ()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """A ledger that grew over the boundary of a tile of level 1: 65,535, then 65,537 entries."""
    with workbench(tmp_path_factory.mktemp("large")) as made:
        grow(made, 65_535)
        assert (1, 0) not in tiles(made)
        grow(made, 65_537)
        yield made


def test_the_tile_above_256_tiles_is_kept_as_well(large: Workbench) -> None:
    assert tiles(large) == [(0, index) for index in range(256)] + [(1, 0)]
    assert large.ledger.hashes_at(2, 0, 1) == [perfect_root(large.ledger.hashes_at(1, 0, 256))]


def test_proofs_lead_through_tiles_of_both_levels(large: Workbench) -> None:
    check(large, 0, 255, 256, 32_767, 65_279, 65_534, 65_535, 65_536)


def test_no_question_reads_the_whole_history(large: Workbench) -> None:
    """No verb gets slower as history grows."""
    connection = open_read_only(large.database)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.set_progress_handler(count, 1000)  # called once per 1000 steps of the database
    try:
        assert read_head(connection.execute).size == 65_537
        stream = "projection:certified-tree"
        assert stream_versions(connection.execute, [stream, "none"]) == {stream: 65_537}
        assert len(select_hashes(connection.execute, 0, 40_000, 40_010)) == 10
    finally:
        connection.close()
    assert steps <= 1
