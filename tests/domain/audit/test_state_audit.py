"""State documents that do not follow from the entries are found, each with its key."""

import pytest
from forging import forging, put

from oneseek.domain.audit.state_audit import ALL_DOCUMENTS, audit_state
from oneseek.domain.findings import Finding
from oneseek.domain.state import documents
from oneseek.domain.state.store import Document
from workbench import Workbench


def audited(bench: Workbench) -> list[Finding]:
    with bench.ledger.view() as view:
        return list(audit_state(bench.ledger, view))


def test_every_kind_of_document_is_audited() -> None:
    kinds = {
        kind
        for kind in vars(documents).values()
        if isinstance(kind, type) and issubclass(kind, Document) and kind is not Document
    }
    assert set(ALL_DOCUMENTS) == kinds


def test_the_state_of_a_ledger_is_the_fold_of_its_entries(stocked: Workbench) -> None:
    assert audited(stocked) == []


@pytest.mark.parametrize(
    ("change", "key"),
    [
        pytest.param(
            "INSERT INTO state VALUES ('registry', 'registry', "
            '\'{"active":"forged","since":1,"last_reset":-1,"resets":0}\')',
            "registry/registry",
            id="a version that nobody activated",
        ),
        pytest.param("DELETE FROM state WHERE kind = 'line'", "line/sv", id="a lost number"),
        pytest.param(
            "UPDATE state SET body = replace(body, '\"major\":2', '\"major\":1') "
            "WHERE kind = 'line'",
            "line/sv",
            id="a number given twice",
        ),
        pytest.param(
            'UPDATE state SET body = replace(body, \'"name":"tiny"\', \'"name":"huge"\') '
            "WHERE kind = 'base'",
            "base/",
            id="a renamed base model",
        ),
    ],
)
def test_a_forged_document_is_found(stocked: Workbench, change: str, key: str) -> None:
    with forging(stocked) as connection:
        assert connection.execute(change).rowcount == 1
    (found,) = audited(stocked)
    assert found.check == "state-document"
    assert found.where.startswith(key)
    assert found.expected != found.found
    assert found.hint


def test_a_document_that_cannot_be_read_is_found_not_raised(stocked: Workbench) -> None:
    with forging(stocked) as connection:
        connection.execute("UPDATE state SET body = x'7b' WHERE kind = 'line'")
    found = audited(stocked)
    assert [finding.check for finding in found] == ["state-document"]
    assert found[0].where.startswith("line")


def test_what_follows_an_entry_that_cannot_be_read_is_left_to_the_ledger_audit(
    stocked: Workbench,
) -> None:
    put(stocked, 3, b"{}", hashed=True)
    assert audited(stocked) == []


def test_entries_that_change_after_their_audit_are_found(stocked: Workbench) -> None:
    root = stocked.audit().root
    put(stocked, 3, b"x" * 40, hashed=False)
    with stocked.ledger.view() as view:
        (found,) = audit_state(stocked.ledger, view, root)
    assert (found.check, found.where) == ("entries-changed", f"tree of {view.head.size} entries")
    assert audited(stocked) == []
