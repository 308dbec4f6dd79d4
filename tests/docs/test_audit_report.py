"""docs/audit-report.md names every question, member, table and column that a report has."""

import re
from pathlib import Path

import builders as make
from asking import GOOD, Objects, tell
from oneseek.domain.audit.answers import Question
from oneseek.domain.audit.audit import answers
from oneseek.domain.audit.audit_report import AuditReport, Damages
from oneseek.domain.audit.questions.every_byte import EveryByte
from oneseek.domain.audit.questions.files import Compared, FilesOnDisk
from oneseek.domain.audit.questions.indexes import Indexes
from oneseek.domain.audit.questions.kept_checkpoint import KeptCheckpoint
from oneseek.domain.audit.questions.ledger_questions import ledger_questions
from oneseek.domain.audit.questions.reproductions import Repeated, Reproductions
from oneseek.domain.audit.questions.signed_root import SignedRoot
from oneseek.domain.audit.questions.witnesses import Cosigned, Witnesses

PAGE = (Path(__file__).parents[2] / "docs" / "audit-report.md").read_text("utf-8")
CODE = set(re.findall(r"`([^`]+)`", PAGE))


def document() -> dict[str, object]:
    witnesses, repeated = Witnesses(None), Reproductions()
    witnesses.looked(Cosigned(1, bytes(32), [("w", "")]), bytes(32))
    repeated.own.append(Repeated("dna", "same-bytes", "so"))
    files = FilesOnDisk((), lambda *_: Compared((), 0))
    told = ledger_questions(Objects(), lambda *_: True, files, repeated)
    questions: list[Question] = [
        SignedRoot(), KeptCheckpoint(None), witnesses, *told, Indexes(), EveryByte()
    ]  # fmt: skip
    for question in questions:
        tell(question, [make.opened()])
    answered = tuple(answers(questions, GOOD))
    return AuditReport(
        "s", "t", "o", 1, "r", None, "c", (), None, False, False, False, answered,
        Damages(None, 0, (), ()), (),
    ).document()  # fmt: skip


def test_the_questions_stand_in_the_order_of_the_report() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \| ([^|]+\?) \|", PAGE, re.MULTILINE)
    questions = document()["questions"]
    assert isinstance(questions, list)
    assert listed == [(item["name"], item["question"]) for item in questions]


def test_every_member_is_named() -> None:
    found = document()
    questions, ledger, damage = found["questions"], found["ledger"], found["damage"]
    assert isinstance(questions, list)
    assert isinstance(ledger, dict)
    assert isinstance(damage, dict)
    assert {*found, *ledger, *damage, *questions[0]} <= CODE


def test_every_table_is_named_with_its_columns() -> None:
    listed = {
        name: re.findall(r"`([a-z_]+)`", columns.partition(":")[0].partition(";")[0])
        for name, columns in re.findall(
            r"^\| `([a-z]+)` \| `[a-z]+` \| (.*) \|$", PAGE, re.MULTILINE
        )
    }
    questions = document()["questions"]
    assert isinstance(questions, list)
    tables = {t["name"]: t["columns"] for item in questions for t in item["tables"]}
    assert listed == tables
