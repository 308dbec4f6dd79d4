"""The index is built from entries under the signed root, not from what stands beside them."""

import pytest
from forging import forging, put, sealed_head

import builders as make
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.index.building import build_index
from oneseek.domain.index.stream_map import StreamIndex
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.registry import REGISTRY
from workbench import Workbench


@pytest.fixture
def filled(bench: Workbench) -> Workbench:
    bench.append(make.base(), make.activated(1), make.dataset())
    bench.append(make.activated(2))
    return bench


def built(bench: Workbench, size: int = 6, stop: int | None = None) -> StreamIndex:
    head = bench.ledger.head()
    return build_index(bench.ledger, size, (stop or head.size, head.root)).index


def test_every_entry_is_in_the_sub_log_of_its_stream(filled: Workbench) -> None:
    wanted = StreamIndex()
    for record in filled.ledger.records():
        wanted.add(REGISTRY.decode(record.raw).stream, leaf_hash(record.raw))
    assert built(filled).root() == wanted.root()
    assert built(filled).streams == 4


def test_an_older_size_is_indexed_while_all_entries_are_proved(filled: Workbench) -> None:
    seen: list[int] = []
    head = filled.ledger.head()
    found = build_index(
        filled.ledger, 4, (6, head.root), watch=["registry"], on_entries=seen.append
    )
    assert (found.index.size, sum(seen)) == (4, 6)
    assert [index for index, _ in found.watched["registry"]] == [3]


def test_the_columns_beside_the_entries_are_not_believed(filled: Workbench) -> None:
    root = built(filled).root()
    with forging(filled) as connection:
        connection.execute("UPDATE entries SET originator_id = 'elsewhere' WHERE position = 3")
        connection.execute("UPDATE entries SET leaf_hash = zeroblob(32) WHERE position = 5")
    assert built(filled).root() == root


def test_a_changed_entry_is_noticed_by_the_root(filled: Workbench) -> None:
    put(filled, 3, REGISTRY.encode(make.entry(make.activated(3))), hashed=True)
    with pytest.raises(LedgerBroken, match="do not have the root"):
        built(filled)


def test_an_entry_that_cannot_be_read_is_named(filled: Workbench) -> None:
    put(filled, 4, b"{}", hashed=True)
    sealed_head(filled)
    with pytest.raises(LedgerBroken, match="entry 4 cannot be read"):
        built(filled)


def test_a_missing_entry_is_named(filled: Workbench) -> None:
    with forging(filled) as connection:
        connection.execute("DELETE FROM entries WHERE position = 5")
    with pytest.raises(LedgerBroken, match="entry 5 is missing"):
        built(filled)
