"""What imports leave behind: versions beside ours, with what their records claim, and sources."""

import pytest

import builders as make
from oneseek.domain.names import MAX_NUMBER
from oneseek.domain.state import documents as doc
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState
from oneseek.domain.state.versions import how_it_came, version_number, version_title


def folded(*events: make.Event) -> DictState:
    state = DictState()
    for index, entry in make.indexed(events):
        apply(state, index, entry)
    return state


def test_an_imported_version_claims_only_what_its_records_say() -> None:
    version = folded(make.opened(), make.imported()).get(doc.Version, make.OLD_DNA)
    assert version is not None
    assert version.imported is not None
    assert (version.evidence, version.form, version.index, version.standing) == (
        "asserted", "adapter", 1, 1
    )  # fmt: skip
    unknown = (version.training, version.base, version.dataset, version.parent)
    assert unknown == (None,) * 4
    assert version.certified_at is None
    assert version.base_name == "KB-Llama-3.1-8B-Swedish"
    assert version.imported.claimed == "OneSeek-7B-Zero.v1.1"
    assert version.imported.created_zone == "false-z"
    assert how_it_came(version) == "imported"


def test_what_was_verified_by_reconstruction_is_verified() -> None:
    event = make.imported(verdict="verified by reconstruction")
    version = folded(event).get(doc.Version, make.OLD_DNA)
    assert version is not None
    assert version.imported is not None
    assert version.evidence == "verified"
    assert version.imported.verdict == "verified by reconstruction"


def test_a_version_without_weights_is_only_recorded() -> None:
    state = folded(make.imported(weights=None, form="none", verdict="contradicted"))
    assert state.get(doc.Version, make.OLD_DNA) is None
    recorded = state.get(doc.RecordedVersion, make.OLD_DNA)
    assert recorded is not None
    assert (recorded.evidence, version_number(recorded)) == ("contradicted", "1.1")
    name = state.get(doc.VersionName, recorded.manifest)
    assert name == doc.VersionName(dna=make.OLD_DNA)


@pytest.mark.parametrize(
    ("language", "major", "minor", "line"),
    [
        ("sv", 3, 2, (3, 2)),
        ("sv", 0, 9, (1, 0)),
        (None, 3, 2, (1, 0)),
        ("sv", None, 2, (1, 0)),
        ("sv", 3, None, (1, 0)),
        ("sv", MAX_NUMBER, 0, (1, 0)),
        ("sv", 1, MAX_NUMBER, (1, 0)),
    ],
)
def test_a_number_of_ours_follows_the_highest_imported_one_that_a_name_can_follow(
    language: str | None, major: int | None, minor: int | None, line: tuple[int, int]
) -> None:
    event = make.imported(language=language, major=major, minor=minor)
    found = folded(make.numbered(), event).get(doc.Line, "sv")
    assert found is not None
    assert (found.major, found.minor) == line


def test_a_line_may_begin_with_an_imported_version() -> None:
    line = folded(make.imported(language="en")).get(doc.Line, "en")
    assert line == doc.Line(language="en", major=1, minor=1)


def test_somebody_may_say_on_which_base_an_imported_version_stands() -> None:
    version = folded(make.imported(), make.identified()).get(doc.Version, make.OLD_DNA)
    assert version is not None
    assert version.base == make.digest("tiny")


def test_a_source_is_as_it_was_scanned_last_and_lies_where_it_was_moved() -> None:
    state = folded(make.scanned())
    source = state.get(doc.LegacySource, make.SOURCE)
    assert source is not None
    assert (source.path, source.files, source.moved_to) == ("models/oneseek-7b-zero", 9, None)
    moved = folded(make.scanned(), make.moved_away()).get(doc.LegacySource, make.SOURCE)
    assert moved is not None
    assert moved.moved_to == "legacy-archive/oneseek-7b-zero"
    back = folded(make.scanned(), make.moved_away(), make.moved_back())
    assert back.get(doc.LegacySource, make.SOURCE) == source
    again = folded(make.scanned(), make.moved_away(), make.scanned("newer inventory"))
    newest = again.get(doc.LegacySource, make.SOURCE)
    assert newest is not None
    assert (newest.inventory, newest.moved_to) == (make.digest("newer inventory"), None)


@pytest.mark.parametrize(
    "event", [make.identified(), make.moved_away(), make.moved_back()], ids=lambda e: str(e.kind)
)
def test_what_is_said_of_something_unknown_makes_nothing_up(event: make.Event) -> None:
    state = folded(event)
    assert not list(state.scan(doc.Version))
    assert not list(state.scan(doc.LegacySource))


def test_a_version_is_called_by_its_number_where_it_has_one() -> None:
    assert version_title(make.version(2)) == f"version 2.0 ({make.dna(2)})"
    assert how_it_came(make.version(2)) == "certified"
    nameless = folded(make.imported(major=None)).get(doc.Version, make.OLD_DNA)
    assert nameless is not None
    assert version_title(nameless) == f"version {make.OLD_DNA}"
