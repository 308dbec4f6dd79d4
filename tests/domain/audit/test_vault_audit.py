"""What the vault must hold: salts that give the row root, keys that open, none that is erased."""

import sqlite3
from typing import cast

import pytest

import builders as make
from oneseek.domain.audit.vault_audit import audit_vault
from oneseek.domain.digest import sha256
from oneseek.domain.findings import Finding
from oneseek.domain.ports import View
from oneseek.domain.state.documents import Dataset
from oneseek.domain.state.store import DictState
from oneseek.domain.usecases.ask import Answered, Reply, ask
from oneseek.domain.usecases.erase import erase, find_query
from oneseek.domain.usecases.erase_legacy import erase_legacy
from workbench import ROWS, Workbench


def audited(bench: Workbench) -> list[Finding]:
    with bench.ledger.view() as view:
        return list(audit_vault(view, bench.objects, bench.vault))


def asked(bench: Workbench) -> Answered:
    return ask(
        bench.ports,
        question="Vem?",
        base=make.BASE,
        version=None,
        generate=lambda _: Reply("Jag.", 1, 2),
    )


def sql(bench: Workbench, statement: str) -> None:
    with sqlite3.connect(bench.folder / "vault.db") as connection:
        connection.execute(statement)


def test_a_vault_as_it_should_be_has_no_findings(stocked: Workbench) -> None:
    erase(stocked.ports, asked(stocked).query, "why")
    asked(stocked)
    assert audited(stocked) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE salts SET salts = zeroblob(320)", "row root "),
        ("UPDATE salts SET salts = zeroblob(288)", "288 bytes of salt do not fit 10 rows"),
        ("DELETE FROM salts", "has no salts"),
    ],
)
def test_salts_that_do_not_give_the_row_root_are_found(
    statement: str, found: str, stocked: Workbench
) -> None:
    sql(stocked, statement)
    (finding,) = audited(stocked)
    assert (finding.check, finding.where) == ("salts", "salts of dataset identity, entry 3")
    assert finding.expected.startswith("row root ")
    assert found in finding.found
    assert finding.hint


def test_the_salts_of_a_lost_dataset_are_not_looked_at(stocked: Workbench) -> None:
    stocked.objects.path(sha256(ROWS)).unlink()
    sql(stocked, "DELETE FROM salts")
    assert audited(stocked) == []


def test_an_object_that_is_no_dataset_is_found_not_raised(stocked: Workbench) -> None:
    digest = stocked.objects.put(b"no rows")
    state = DictState()
    state.put(digest, Dataset(
        dataset=digest, name="odd", size=7, rows=1, row_root="0" * 64, language="sv",
        categories=(), licence=None, index=9,
    ))  # fmt: skip
    found = list(audit_vault(cast(View, state), stocked.objects, stocked.vault))
    assert [(finding.check, finding.where) for finding in found] == [
        ("salts", "salts of dataset odd, entry 9")
    ]


def test_a_lost_key_is_found_with_its_query(stocked: Workbench) -> None:
    answer = asked(stocked)
    sql(stocked, "DELETE FROM keys")
    assert [(finding.check, finding.where) for finding in audited(stocked)] == [
        ("sealed-text", f"{what} of query {answer.query}, entry {answer.index}")
        for what in ("question", "answer")
    ]


def test_a_sealed_text_that_is_lost_is_left_to_the_audit_of_the_store(stocked: Workbench) -> None:
    answer = asked(stocked)
    with stocked.ledger.view() as view:
        query = find_query(view, answer.query)
    for digest in (query.question, query.answer):
        stocked.objects.path(digest).unlink()
    assert audited(stocked) == []


@pytest.mark.parametrize("key", ["right", "wrong"])
def test_a_key_that_came_back_after_an_erasure_is_found(key: str, stocked: Workbench) -> None:
    answer = asked(stocked)
    vault = stocked.folder / "vault.db"
    kept = vault.read_bytes()
    _, receipt = erase(stocked.ports, answer.query, "why")
    assert receipt is not None
    vault.write_bytes(kept)
    if key == "wrong":
        sql(stocked, "UPDATE keys SET key = zeroblob(32)")
    found = audited(stocked)
    assert [finding.check for finding in found] == ["not-erased"] * 2
    assert {finding.expected for finding in found} == {
        f"no key: erased by entry {receipt.indices[0]}"
    }
    assert {finding.hint for finding in found} == {f"oneseek erase {answer.query}"}


def test_a_vault_that_cannot_be_read_is_one_finding(stocked: Workbench) -> None:
    (stocked.folder / "vault.db").write_bytes(b"no vault")
    assert [(finding.check, finding.where) for finding in audited(stocked)] == [
        ("vault", "the vault")
    ]


def test_the_key_of_an_erased_legacy_file_that_came_back_is_found(stocked: Workbench) -> None:
    sealed = stocked.vault.seal("En gammal fråga".encode())
    with sqlite3.connect(stocked.folder / "vault.db") as connection:
        (key,) = connection.execute(
            "SELECT key FROM keys WHERE object = ?", (bytes.fromhex(sealed),)
        ).fetchone()
    erase_legacy(stocked.ports, make.SOURCE, "stage1.json", sealed, "asked")
    assert audited(stocked) == []
    with sqlite3.connect(stocked.folder / "vault.db") as connection:
        connection.execute("UPDATE keys SET key = ? WHERE object = ?", (key, bytes.fromhex(sealed)))
    (finding,) = audited(stocked)
    assert finding.check == "not-erased"
    assert finding.where == f"stage1.json of source {make.SOURCE}"
    assert finding.hint == "oneseek migrate erase stage1.json"
