from collections.abc import Sequence

import pytest
from forging import forging, put

import builders as make
from oneseek.domain.audit.streams_audit import audit_streams
from oneseek.domain.findings import Finding
from oneseek.domain.registry import REGISTRY
from workbench import Workbench


def audited(bench: Workbench) -> list[Finding]:
    return list(audit_streams(bench.ledger))


def test_the_versions_of_every_stream_run_without_a_gap(stocked: Workbench) -> None:
    assert audited(stocked) == []


@pytest.mark.parametrize(
    ("versions", "found"),
    [
        ([1, 2, 3], []),
        ([1, 3, 4], ["entry 3"]),
        ([2, 3, 4], ["entry 2"]),
        ([1, 1, 2], ["entry 3"]),
        ([1, 2, 2], ["entry 4"]),
    ],
)
def test_a_version_that_is_not_the_next_is_found(
    bench: Workbench, versions: Sequence[int], found: list[str]
) -> None:
    bench.append(*[make.repaired()] * 3)
    for index, version in enumerate(versions, start=2):
        put(bench, index, REGISTRY.encode(make.entry(make.repaired(), version)), hashed=True)
    assert [finding.where for finding in audited(bench)] == found


def test_an_entry_that_cannot_be_read_is_left_to_the_audit_of_the_ledger(bench: Workbench) -> None:
    bench.append(*[make.repaired()] * 3)
    with forging(bench) as connection:
        connection.execute("UPDATE entries SET state = x'00' WHERE position = 4")
    assert audited(bench) == []
