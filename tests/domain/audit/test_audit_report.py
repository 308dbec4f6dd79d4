"""The report: the verdict that goes with the answers, and the document."""

import json
from dataclasses import replace

import pytest

from oneseek.domain.audit.answers import Answer, Figure, Table, Verdict
from oneseek.domain.audit.audit import Answered
from oneseek.domain.audit.audit_report import AuditReport, Damages
from oneseek.domain.findings import Finding

FINDING = Finding("leaf-hash", "entry 3", "one", "another", "look")
YES = Answer("yes", "fine", figures=(Figure("entries", 5),),
             tables=(Table("t", "T", ("a", "b"), ((1, None),), 7),))  # fmt: skip
NO = Answer("no", "not fine", (FINDING,), 3)


def report(*answers: Answer, broken: bool = False, rewritten: bool = False) -> AuditReport:
    answered = tuple(Answered(f"q{n}", f"Question {n}?", a) for n, a in enumerate(answers))
    return AuditReport(
        "software 1", "2026-11-20T18:25:38.187329Z", "o.example/log", 5, "ab" * 32, None, "note",
        ("key",), None, False, broken, rewritten, answered, None, ("the rest",),
    )  # fmt: skip


def test_a_history_that_contradicts_the_kept_checkpoint_is_the_worst_but_damage() -> None:
    found = report(NO, rewritten=True)
    assert (found.verdict, found.exit_code) == ("rewritten", 10)
    assert "not the history of which you kept a checkpoint" in found.sentence
    assert report(NO, rewritten=True, broken=True).verdict == "broken"


@pytest.mark.parametrize(
    ("verdicts", "broken", "whole", "code", "says"),
    [
        (["yes", "not-asked"], False, "clean", 0, "1 question answered with yes, over 5 entries"),
        (["yes", "unchecked"], False, "unchecked", 6, "1 question could not be checked"),
        (["unchecked", "no"], False, "findings", 1, "1 question of 2 answered with no"),
        (["no"], True, "broken", 10, "its entries are not those that were signed"),
    ],
)
def test_the_worst_answer_gives_verdict_and_exit_code(
    verdicts: list[Verdict], broken: bool, whole: str, code: int, says: str
) -> None:
    found = report(*(Answer(verdict, "so") for verdict in verdicts), broken=broken)
    assert (found.verdict, found.exit_code) == (whole, code)
    assert says in found.sentence


def test_the_document_has_everything_in_plain_values() -> None:
    document = json.loads(report(YES, NO).to_bytes())
    assert document["format"] == "oneseek-audit/v1"
    assert (document["verdict"], document["exit_code"], document["findings"]) == ("findings", 1, 3)
    assert document["ledger"]["checkpoint"] == "note"
    assert document["damage"] is None
    one, two = document["questions"]
    assert one["figures"] == [{"name": "entries", "value": 5}]
    table = {"name": "t", "title": "T", "columns": ["a", "b"], "rows": [[1, None]], "count": 7}
    assert one["tables"] == [table]
    assert (two["verdict"], two["findings_count"]) == ("no", 3)
    assert two["findings"] == [
        {"check": "leaf-hash", "where": "entry 3", "expected": "one", "found": "another",
         "hint": "look"},
    ]  # fmt: skip


def test_where_a_ledger_is_damaged_is_in_the_document() -> None:
    damages = Damages(3, 2, (FINDING,), ("trust ends at entry 3",))
    document = replace(report(NO, broken=True), damages=damages).document()
    assert document["damage"]["first_damaged"] == 3
    assert document["damage"]["provable"] == 2
    assert document["damage"]["places"][0]["where"] == "entry 3"
    assert document["damage"]["sentences"] == ["trust ends at entry 3"]
