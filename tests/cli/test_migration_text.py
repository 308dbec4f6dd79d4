"""What a terminal shows of a plan or a report: what to decide first, then all with reasons."""

import click
import pytest

from oneseek.cli.wiring.migration_explained import explained
from oneseek.cli.wiring.migration_text import lines
from oneseek.domain.digest import sha256
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.migrations.item import Item
from oneseek.migrations.plan import PlannedVersion
from oneseek.migrations.report import report_of
from planned import DNA, finding, source_plan, spooled, version


def plain(text: str) -> str:
    return click.unstyle(text)


def test_the_text_begins_with_what_a_person_must_decide() -> None:
    text = plain("\n".join(lines(report_of(source_plan()))))
    order = ["What a person must decide", "Verdicts", "Versions", "Old ledgers", "Gaps", "Findings",
             "Everything that was found"]  # fmt: skip
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert f"→ oneseek activate {DNA}" in text
    assert "✗ ledger.json" in text
    assert "erased-by-reset: .ledger/reset-log.jsonl" in text
    assert "old.pth" in text
    assert ": metadata of a certified model" in text


def test_nothing_that_others_wrote_steers_the_terminal_or_adds_lines() -> None:
    evil = version("a\x1b[31m\nVersions", reason="b\n✓ fine")
    plan = source_plan(versions=spooled(PlannedVersion, [evil]), findings=(finding("c", "d\ne"),))
    shown = list(lines(report_of(plan)))
    assert not any("\x1b[31m\n" in line or "\n" in line for line in shown)
    assert any("a\\x1b[31m\\nVersions" in line for line in shown)


def test_long_lists_end_with_how_many_more_there_are() -> None:
    many = spooled(PlannedVersion, (version(f"v{n}") for n in range(20)))
    text = plain("\n".join(lines(report_of(source_plan(versions=many)))))
    assert "… and 8 more; --html and --json show more" in text


def test_a_version_is_explained_by_its_name_or_its_beginning() -> None:
    for name in (DNA, "OneSeek-7B-Zero.v1.0.sv"):
        value, told = explained([source_plan()], name)
        text = plain("\n".join(told))
        assert f"Version {DNA}" in text
        assert "≈ name: so" in text
        assert "verified by reconstruction: because of name" in text
        assert "an entry version-imported/v1" in text
        assert value[0]["verdict"] == "asserted"


@pytest.mark.parametrize(
    ("path", "made"),
    [("ledger.json", "an entry ledger-imported/v1: a verdict for each of 3 blocks"),
     (f"oneseek-certified/{DNA}/metadata.json", f"a part of the version {DNA}")],
)  # fmt: skip
def test_a_file_is_explained_by_what_would_be_made_of_it(path: str, made: str) -> None:
    plan = source_plan(versions=spooled(PlannedVersion, [version(path="elsewhere")]))
    _, told = explained([plan], path)
    assert any(made in line for line in told)
    assert any("an object with its bytes" in line for line in told)


def test_texts_of_people_are_explained_without_their_digest() -> None:
    secret = Item(path="q.json", type="file", size=1, digest=sha256(b"q"), personal=True)
    value, told = explained([source_plan(items=spooled(Item, [secret]))], "q.json")
    assert sha256(b"q") not in f"{value}{told}"
    assert any("a sealed object" in line for line in told)


def test_an_unclear_name_is_refused_with_what_it_may_be() -> None:
    both = spooled(PlannedVersion, [version("one-a"), version("one-b")])
    with pytest.raises(InvalidInput, match="one may be one-a, one-b"):
        explained([source_plan(versions=both)], "one")
    with pytest.raises(NotFound, match="nothing there is called absent"):
        explained([source_plan()], "absent")


def test_equal_findings_are_told_once_and_what_nobody_could_prove_comes_last() -> None:
    odd = [finding("ledger-hash", f"{n}/ledger.json") for n in range(30)]
    plan = source_plan(findings=(finding("ledger-end-unproven", "0/ledger.json"), *odd))
    text = plain("\n".join(lines(report_of(plan))))
    assert text.count("ledger-hash") == 1
    assert "✗ ledger-hash: 30 times" in text
    assert "… and 18 more places" in text
    assert "· ledger-end-unproven: 0/ledger.json" in text
    assert text.index("ledger-hash") < text.index("Limits (1)") < text.index("ledger-end-unproven")


def test_every_verdict_that_is_shown_is_explained() -> None:
    text = plain("\n".join(lines(report_of(source_plan()))))
    assert "? asserted: only the record itself says so" in text
    assert "reconstruction: it proves itself" not in text


def test_a_tree_without_records_is_told_by_the_classes_of_its_files() -> None:
    bare = source_plan(versions=spooled(PlannedVersion, []), ledgers=(), told=())
    text = plain("\n".join(lines(report_of(bare))))
    assert "no version, old ledger or other record is among them" in text
    assert "python-ledger: ledger of the Python programs" in text
