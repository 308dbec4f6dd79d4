"""The page about an import: valid, usable with a thousand rows, and never markup of others."""

from typing import Any

import pytest

from oneseek.adapters.reports.migration import bars, render
from oneseek.adapters.reports.migration_words import FORMS, VERDICTS, headline, size
from oneseek.migrations.plan import PlannedVersion
from oneseek.migrations.report import report_of
from oneseek.migrations.verdicts import Verdict
from pages import EVIL, check
from planned import claim, finding, source_plan, spooled, version

MADE = {"by": "software 1", "at": "2026-11-21T03:41:12.325755Z", "origin": "example.org/log"}
RECORDED = {"entry": 7, "time": "2026-11-21T03:41:12.325755Z", "actor": "anna"}
NOTHING: dict[str, Any] = {
    "ledgers": (), "told": (), "gaps": (), "quarantined": (), "findings": (), "questions": (),
}  # fmt: skip


def report(recorded: bool = True, **besides: Any) -> dict[str, Any]:
    return {**report_of(source_plan(**besides)), **({"recorded": RECORDED} if recorded else {})}


def text_of(page: bytes) -> str:
    return " ".join("".join(check(page).text).split())


def test_what_a_person_must_decide_comes_first_with_the_command_to_type() -> None:
    text = text_of(render([report()], MADE))
    assert text.index("What a person must decide") < text.index("How much could be made sure of")
    assert "Which version is active?" in text
    assert "oneseek activate OneSeek-7B-Zero" in text


def test_findings_gaps_quarantine_and_claims_stand_on_the_page() -> None:
    text = text_of(render([report()], MADE))
    assert "Expected one name" in text or "Expectedone name" in text
    assert "Erased by reset" in text
    assert "Its pickle would run os.system." in text
    assert "metric:loss" in text
    assert "block 2 has another hash" in text.lower()
    assert "entry 7" in text


def test_contradictions_stand_side_by_side() -> None:
    odd = version(claims=(claim("checksum", Verdict.CONTRADICTED, "sha256:ab"),))
    text = text_of(render([report(versions=spooled(PlannedVersion, [odd]))], MADE))
    assert "The record sayssha256:abFoundBecause of checksum." in text


def test_a_plan_says_that_nothing_was_changed() -> None:
    text = text_of(render([report(recorded=False)], {**MADE, "origin": None}))
    assert "What would be taken over" in text
    assert "nothing was changed" in text


def test_where_a_source_was_moved_to_is_told() -> None:
    text = text_of(render([{**report(), "moved_to": "/srv/civicai.moved"}], MADE))
    assert "Moved away since, to/srv/civicai.moved" in text


def test_an_empty_source_has_a_page_without_a_picture() -> None:
    empty = report(versions=spooled(PlannedVersion, []), **NOTHING)
    page = render([empty], MADE)
    assert "svg" not in check(page).seen
    assert "no question is left open" in text_of(page)


def test_a_thousand_versions_are_folded_away() -> None:
    many = (version(f"v{n}") for n in range(1200))
    page = render([report(versions=spooled(PlannedVersion, many))], MADE)
    found = check(page)
    assert found.seen.count("details") >= 1000
    assert b'<details open>\n<summary><span class="pill v-asserted"' not in page
    assert "1\N{NO-BREAK SPACE}000 of 1\N{NO-BREAK SPACE}200 are shown" in "".join(found.text)
    assert len(page) < 4_000_000


def test_what_others_wrote_is_text_and_never_markup() -> None:
    evil = version(EVIL, claimed=EVIL, reason=EVIL, base_name=EVIL, created=EVIL)
    bad = report(
        versions=spooled(PlannedVersion, [evil]), findings=(finding(EVIL, EVIL),), path=EVIL
    )
    page = render([bad], MADE)
    assert b"<script" not in page
    assert EVIL in "".join(check(page).text)
    assert page.count(b"</style>") == 1


def test_what_nobody_sees_cannot_change_what_is_seen() -> None:
    page = render([report(path="exe.\u202egnp \x1b[31m \udcff")], MADE)
    assert b"exe.\\u202egnp \\x1b[31m \\udcff" in page


def test_several_sources_share_one_page_and_the_same_report_is_the_same_page() -> None:
    both = [report(), report(recorded=False)]
    assert render(both, MADE) == render(both, MADE)
    check(render(both, MADE))
    check(render([], MADE))


@pytest.mark.parametrize("numbers", [(1, 0, 0, 0), (999_999, 0, 0, 1), (1, 1, 1, 1)])
def test_bars_are_as_long_as_each_other_and_one_of_a_million_is_seen(
    numbers: tuple[int, int, int, int],
) -> None:
    counts = dict(zip(VERDICTS, numbers, strict=True))
    (bar,) = bars({"totals": [{"of": "blocks", "counts": counts}, {"of": "no", "counts": {}}]})
    assert bar.count == sum(numbers)
    assert sum(part.width for part in bar.segments) == pytest.approx(760, abs=1)
    assert all(part.width >= 5 for part in bar.segments)


def test_every_verdict_and_form_has_its_words() -> None:
    assert list(VERDICTS) == [verdict.value for verdict in Verdict]
    assert set(FORMS) == {"adapter", "tensors", "none"}


def test_the_headline_is_calm_only_when_nothing_is_odd() -> None:
    calm = report(**NOTHING)
    calm["findings"] = {"count": 0, "checks": []}
    assert headline(calm)["tone"] == "clean"
    assert headline(report())["tone"] == "unchecked"
    assert "1 record is contradicted" in headline(report())["sentence"]


def test_sizes_are_as_people_read_them() -> None:
    assert [size(n) for n in (7, 5903, 2_000_000, 10**12)] == [
        "7 bytes", "5.9 kB", "2.0 MB", "1.0 TB",
    ]  # fmt: skip
