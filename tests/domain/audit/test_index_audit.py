"""The look-up columns: an edit that no signature covers is named with its entry."""

import sqlite3

import pytest
from forging import put

from oneseek.domain.audit.index_audit import audit_index
from workbench import Workbench


def test_an_untouched_ledger_has_no_findings(stocked: Workbench) -> None:
    assert list(audit_index(stocked.ports.ledger)) == []


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("originator_id", "line:xx", "stream line:xx"),
        ("originator_version", 99, "stream_version 99"),
        ("topic", "version-activated/v1", "kind version-activated/v1"),
        ("clock", 1, "latest 1970-01-01T00:00:00.000001Z"),
        ("clock", "soon", "latest no time: 'soon'"),
    ],
)
def test_an_edited_column_is_named_with_its_entry(
    column: str, value: object, says: str, stocked: Workbench
) -> None:
    with sqlite3.connect(stocked.database) as connection:
        connection.execute("DROP TRIGGER entries_no_update")
        connection.execute(f"UPDATE entries SET {column} = ? WHERE position = 3", (value,))
    found = list(audit_index(stocked.ports.ledger))
    assert [(finding.check, finding.where, finding.found) for finding in found] == [
        ("index-column", "entry 3", says)
    ]


def test_an_entry_that_cannot_be_read_is_left_to_the_ledger_audit(stocked: Workbench) -> None:
    put(stocked, 3, b"{}", hashed=True)
    assert list(audit_index(stocked.ports.ledger)) == []
