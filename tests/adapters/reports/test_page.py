"""The page: one file, the same bytes always, valid, and nothing of what others wrote is markup."""

import re
from typing import Any

import pytest

import builders as make
from asking import GOOD, Happening, Objects, tell
from oneseek.adapters.reports.page import render
from oneseek.domain.audit.answers import Question
from oneseek.domain.audit.audit import answers
from oneseek.domain.audit.audit_report import AuditReport, Damages
from oneseek.domain.audit.questions.files import Compared, FilesOnDisk
from oneseek.domain.audit.questions.kept_checkpoint import KeptCheckpoint
from oneseek.domain.audit.questions.ledger_questions import ledger_questions
from oneseek.domain.audit.questions.reproductions import Reproductions
from oneseek.domain.audit.questions.signed_root import SignedRoot
from oneseek.domain.findings import Finding
from pages import EVIL, check


def history(versions: int) -> list[Happening]:
    happened: list[Happening] = [
        make.opened(), make.key_added(), make.base(), make.dataset()
    ]  # fmt: skip
    previous = None
    for major in range(1, versions + 1):
        parent = make.manifest(major - 1) if major % 3 == 0 else None
        happened += [
            make.started(f"t{major}", parent), make.completed(f"t{major}"), make.certified(major),
        ]  # fmt: skip
        minute, second = divmod(major, 60)
        happened.append((f"{minute + 1:02d}:{second:02d}", make.activated(major, previous)))
        previous = make.manifest(major)
    reset = make.registry_reset(EVIL, previous)
    return [*happened, ("30:00", reset), ("30:01", make.erased())]


def document(happened: list[Happening], damages: Damages | None = None) -> dict[str, Any]:
    files = FilesOnDisk((), lambda *_: Compared((), 0))
    told = ledger_questions(Objects(), lambda *_: False, files, Reproductions())
    questions: list[Question] = [SignedRoot(), KeptCheckpoint(None), *told]
    for question in questions:
        tell(question, happened)
    return AuditReport(
        "software 1", "2026-11-21T03:41:12.325755Z", make.ORIGIN, len(happened), "ab" * 32,
        "2026-11-20T18:40:00.000000Z", f"{make.ORIGIN}\n5\n", (make.VERIFIER,), None, False, False,
        False,
        tuple(answers(questions, GOOD)), damages, ("objects were not read",),
    ).document()  # fmt: skip


@pytest.mark.parametrize(("versions", "drawings"), [(0, 1), (1, 2), (5, 2), (45, 4)])
def test_the_page_is_valid_with_any_number_of_versions(versions: int, drawings: int) -> None:
    """A lineage of 45 versions is in three drawings; the timeline is one more."""
    found = check(render(document(history(versions))))
    assert found.seen.count("svg") == drawings


def test_a_ledger_without_entries_has_a_page_too() -> None:
    assert "svg" not in check(render(document([]))).seen


def test_what_others_wrote_is_text_and_never_markup() -> None:
    page = render(document(history(1)))
    assert b"<script" not in page
    found = check(page)
    assert EVIL in "".join(found.text)
    assert page.count(b"</style>") == 1


def test_what_nobody_sees_cannot_change_what_is_seen() -> None:
    found = document(history(1))
    found["sentence"] = "exe.\u202egnp \u2066 \x1b[31m \x9b \u200b \u2028 å\nend"
    page = render(found)
    assert "exe.\\u202egnp \\u2066 \\x1b[31m \\x9b \\u200b \\u2028 å\nend".encode() in page
    assert all(char.isprintable() or char == "\n" for char in page.decode().replace("\xa0", ""))


def test_the_same_report_is_the_same_page() -> None:
    assert render(document(history(5))) == render(document(history(5)))


def test_findings_stand_beside_what_was_expected() -> None:
    place = Finding("damaged-entry", "entry 5, body.dna", "one name", EVIL)
    damaged = document(history(1), Damages(5, 4, (place,), ("trust ends at entry 5",)))
    text = "".join(check(render(damaged)).text)
    assert "Trust ends at entry 5." in text
    assert re.search(r"entry 5, body.dna.*Expected.*one name.*Found.*<script>", text, re.DOTALL)


def test_text_that_is_no_unicode_can_be_printed() -> None:
    found = document(history(1))
    found["not_checked"] = ["a file named \udcff"]
    assert b"file named \\udcff" in render(found)


def test_times_that_are_none_leave_the_timeline_out() -> None:
    found = document(history(0))
    found["ledger"]["time"] = "yesterday"
    assert "svg" not in check(render(found)).seen
