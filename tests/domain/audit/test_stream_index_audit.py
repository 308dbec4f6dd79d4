"""Whoever holds the whole ledger finds every index that was logged falsely."""

import pytest
from forging import put

import builders as make
from oneseek.domain.audit.stream_index_audit import audit_stream_index
from oneseek.domain.events import ALL_EVENTS, BaseModelRegistered, IndexLogged
from oneseek.domain.findings import Finding
from oneseek.domain.index.stream_map import StreamIndex
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.registry import REGISTRY, Registry
from oneseek.domain.usecases.log_index import log_index
from workbench import Workbench


def audited(bench: Workbench) -> list[Finding]:
    return list(audit_stream_index(bench.ledger))


def lying(bench: Workbench, *, without: int) -> IndexLogged:
    """An index of all entries that leaves one out of its stream."""
    index = StreamIndex()
    for record in bench.ledger.records():
        stream = REGISTRY.decode(record.raw).stream
        index.add("hidden" if record.index == without else stream, leaf_hash(record.raw))
    return IndexLogged(size=index.size, root=index.root().hex(), streams=index.streams)


def test_indexes_of_the_entries_are_fine(bench: Workbench) -> None:
    assert audited(bench) == []
    for _ in range(3):
        bench.append(make.activated(1), make.base())
        log_index(bench.ports)
        log_index(bench.ports, again=True)
    assert audited(bench) == []


def test_an_index_that_hides_the_last_activation_is_found(bench: Workbench) -> None:
    bench.append(make.activated(1), make.activated(2))
    log_index(bench.ports)
    bench.append(lying(bench, without=3))
    (finding,) = audited(bench)
    assert finding.where == "entry 5, index of 5 entries"
    assert finding.expected != finding.found
    assert "over 3 streams" in finding.expected
    assert "over 4 streams" in finding.found


def test_an_index_with_another_number_of_streams_is_found(bench: Workbench) -> None:
    honest = lying(bench, without=-1)
    bench.append(IndexLogged(size=honest.size, root=honest.root, streams=7))
    assert [finding.where for finding in audited(bench)] == ["entry 2, index of 2 entries"]


@pytest.mark.parametrize("size", [3, 4, 1000])
def test_an_index_of_entries_to_come_is_found(bench: Workbench, size: int) -> None:
    bench.append(make.index_logged(size))
    bench.append(make.base(), make.dataset())
    (finding,) = audited(bench)
    assert (finding.where, finding.found) == ("entry 2", f"one of {size} entries")


def test_an_index_of_nothing_has_the_root_of_the_empty_map(bench: Workbench) -> None:
    bench.append(IndexLogged(size=0, root="0" * 64, streams=0))
    assert audited(bench) == []
    bench.append(make.index_logged(0))
    assert [finding.where for finding in audited(bench)] == ["entry 3, index of 0 entries"]


def test_several_indexes_of_one_size_are_all_looked_at(bench: Workbench) -> None:
    bench.append(lying(bench, without=-1))
    for _ in range(2):
        bench.append(make.index_logged(2))
    assert [finding.where[:7] for finding in audited(bench)] == ["entry 3", "entry 4"]


def test_progress_is_told_in_entries(bench: Workbench) -> None:
    log_index(bench.ports)
    seen: list[int] = []
    assert list(audit_stream_index(bench.ledger, on_entries=seen.append)) == []
    assert sum(seen) == 2


@pytest.mark.parametrize("raw", [b"{}", b'{"kind":"index-logged/v1","stream":"index"}'])
def test_an_entry_that_cannot_be_read_is_left_to_the_audit_of_the_ledger(
    bench: Workbench, raw: bytes
) -> None:
    bench.append(make.base(), make.dataset())
    log_index(bench.ports)
    put(bench, 3, raw, hashed=True)
    assert audited(bench) == []


def test_kinds_that_have_successors_are_read_to_be_judged(bench: Workbench) -> None:
    bench.append(make.base())
    log_index(bench.ports)
    registry = Registry(ALL_EVENTS, {BaseModelRegistered: lambda _: make.dataset()})
    assert list(audit_stream_index(bench.ledger, registry=registry)) == []
