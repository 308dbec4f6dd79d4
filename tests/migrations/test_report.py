"""The report document: every total is right, long lists are cut, and the worst comes first."""

import json

from oneseek.domain.certification.metadata import render_json
from oneseek.migrations.item import Item
from oneseek.migrations.plan import PlannedVersion
from oneseek.migrations.report import (
    MOST_CLAIMED,
    MOST_CLAIMS,
    MOST_FINDINGS,
    MOST_ROWS,
    report_of,
    what,
)
from oneseek.migrations.verdicts import Verdict
from planned import claim, finding, source_plan, spooled, version


def test_totals_count_by_verdict() -> None:
    found = {total["of"]: total["counts"] for total in report_of(source_plan())["totals"]}
    assert found["versions"] == {
        "verified": 0, "verified by reconstruction": 0, "asserted": 1, "contradicted": 0,
    }  # fmt: skip
    assert found["blocks of old ledgers"]["verified"] == 2
    assert found["blocks of old ledgers"]["contradicted"] == 1
    assert found["claims of their records"]["verified by reconstruction"] == 1
    assert found["other records"]["asserted"] == 1


def test_every_entry_is_in_one_class() -> None:
    classes = report_of(source_plan())["classes"]
    assert sum(item["count"] for item in classes) == 4
    assert sum(item["size"] for item in classes) == 5903
    assert what("unclassified").startswith("nothing that the old programs")
    assert what("no-format-has-this-name") == "no-format-has-this-name"


def test_findings_of_items_versions_and_of_several_are_told_by_check() -> None:
    odd = version(findings=(finding("weights-differ"),))
    plan = source_plan(versions=spooled(PlannedVersion, [odd]))
    found = report_of(plan)["findings"]
    assert found["count"] == 3
    assert [group["check"] for group in found["checks"]] == [
        "name-differs", "pointers-disagree", "weights-differ",
    ]  # fmt: skip
    assert found["checks"][0]["rows"][0]["expected"] == "one name"


def test_a_finding_of_a_file_and_of_its_version_is_one() -> None:
    both = version(findings=(finding(),))
    found = report_of(source_plan(versions=spooled(PlannedVersion, [both])))["findings"]
    assert [group["count"] for group in found["checks"]] == [1, 1]


def test_contradicted_claims_stand_beside_what_was_found() -> None:
    claims = (claim("checksum", Verdict.CONTRADICTED, "sha256:ab"), claim("name"))
    odd = version("v1", Verdict.CONTRADICTED, claims=claims, path="v1.json")
    found = report_of(source_plan(versions=spooled(PlannedVersion, [odd])))["contradictions"]
    assert found["count"] == 1
    assert found["rows"] == [
        {"version": "v1", "path": "v1.json", "about": "checksum", "says": "sha256:ab",
         "found": "because of checksum"},
    ]  # fmt: skip


def test_a_thousand_findings_of_one_check_do_not_hide_the_only_one_of_another() -> None:
    many = tuple(finding("many", str(n)) for n in range(MOST_FINDINGS + 5))
    found = report_of(source_plan(findings=(*many, finding("only"))))["findings"]
    groups = {group["check"]: (group["count"], len(group["rows"])) for group in found["checks"]}
    assert groups["many"] == (MOST_FINDINGS + 5, MOST_FINDINGS)
    assert groups["only"] == (1, 1)


def test_the_worst_versions_and_claims_come_first() -> None:
    claims = (claim("good"), claim("bad", Verdict.CONTRADICTED), claim("said", Verdict.ASSERTED))
    listed = [
        version("fine", Verdict.VERIFIED),
        version("first", Verdict.CONTRADICTED, claims=claims),
        version("second", Verdict.CONTRADICTED),
    ]
    rows = report_of(source_plan(versions=spooled(PlannedVersion, listed)))["versions"]["rows"]
    assert [row["label"] for row in rows] == ["first", "second", "fine"]
    assert [each["about"] for each in rows[0]["claims"]["rows"]] == ["bad", "said", "good"]


def test_long_lists_are_cut_and_say_how_long_they_are() -> None:
    claims = tuple(claim(f"c{n}") for n in range(MOST_CLAIMS + 1))
    many = (version(f"v{n}", claims=claims) for n in range(MOST_ROWS + 1))
    items = spooled(Item, (Item(path=str(n), type="file") for n in range(MOST_ROWS + 1)))
    found = report_of(source_plan(versions=spooled(PlannedVersion, many), items=items))
    rows = found["versions"]["rows"]
    assert (found["versions"]["count"], len(rows)) == (MOST_ROWS + 1, MOST_ROWS)
    assert (rows[0]["claims"]["count"], len(rows[0]["claims"]["rows"])) == (
        MOST_CLAIMS + 1, MOST_CLAIMS,
    )  # fmt: skip
    assert rows[MOST_CLAIMED]["claims"]["rows"] == []


def test_the_same_plan_gives_the_same_bytes() -> None:
    first, second = render_json(report_of(source_plan())), render_json(report_of(source_plan()))
    assert first == second
    assert json.loads(first)["format"] == "oneseek-migration-report/v1"
