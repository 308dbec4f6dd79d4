"""Importing: all or nothing, nothing twice, and two versions never share a label."""

import pytest
from msgspec.structs import replace

import builders as make
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.errors import Conflict, InvalidInput, NotFound
from oneseek.domain.events import (
    BaseIdentified,
    SourceMovedAway,
    SourceMovedBack,
    SourceScanned,
    VersionImported,
)
from oneseek.domain.many import FEW, Many
from oneseek.domain.state.documents import LegacySource
from oneseek.domain.usecases.import_source import (
    SourceImport,
    identify_base,
    import_source,
    move_away,
    move_back,
)
from workbench import Workbench

WHOLE = SourceImport(
    make.scanned(),
    (make.imported(), make.imported("OneSeek-7B-Zero.v1.2", weights=None, form="none")),
    (make.ledger_imported(), make.item_imported(), make.gap(), make.quarantined()),
)


def twin(number: int, dna: str = make.OLD_DNA) -> VersionImported:
    """Return another version with the same label."""
    return replace(make.imported(dna), manifest=make.digest(f"twin {number}"))


def labels_in(bench: Workbench) -> list[str]:
    """Return the labels of the imported versions as they are recorded."""
    return [event.dna for event in bench.events() if isinstance(event, VersionImported)]


def test_a_source_is_recorded_as_one_group(bench: Workbench) -> None:
    outcome = import_source(bench.ports, WHOLE)
    assert outcome.receipt is not None
    assert bench.events()[-7:] == [WHOLE.scanned, *WHOLE.versions, *WHOLE.others]
    assert (outcome.relabelled, outcome.known) == ((), ())
    assert not bench.audit().findings


def test_the_same_inventory_again_records_nothing(bench: Workbench) -> None:
    import_source(bench.ports, WHOLE)
    size = bench.ledger.head().size
    assert import_source(bench.ports, WHOLE).receipt is None
    assert bench.ledger.head().size == size


def test_an_inventory_that_was_judged_anew_is_recorded_once_more(bench: Workbench) -> None:
    import_source(bench.ports, WHOLE)
    versions, others = WHOLE.versions, WHOLE.others
    same = SourceImport(WHOLE.scanned, versions, others, again=True)
    assert import_source(bench.ports, same).receipt is None
    anew = replace(WHOLE.scanned, report=make.digest("judged anew"))
    assert import_source(bench.ports, SourceImport(anew, versions, others)).receipt is None
    size = bench.ledger.head().size
    for _ in range(2):
        import_source(bench.ports, SourceImport(anew, versions, others, again=True))
        assert bench.ledger.head().size == size + 1


def test_a_changed_source_adds_what_is_new_and_names_the_inventory_before(
    bench: Workbench,
) -> None:
    import_source(bench.ports, WHOLE)
    changed = SourceImport(
        make.scanned("newer inventory"),
        (*WHOLE.versions, twin(1)),
        (*WHOLE.others, make.item_imported("contradicted")),
    )
    outcome = import_source(bench.ports, changed)
    label = f"{make.OLD_DNA}~{make.digest('twin 1')[:8]}"
    assert bench.events()[-3:] == [
        make.scanned("newer inventory", previous=make.digest("old inventory")),
        replace(twin(1), dna=label),
        make.item_imported("contradicted"),
    ]
    assert outcome.known == tuple(version.manifest for version in WHOLE.versions)


def test_versions_that_claim_one_name_stand_side_by_side(bench: Workbench) -> None:
    wanted = SourceImport(make.scanned(), (twin(1), twin(2), twin(2), twin(3)))
    outcome = import_source(bench.ports, wanted)
    labels = [make.OLD_DNA, *(f"{make.OLD_DNA}~{make.digest(f'twin {n}')[:8]}" for n in (2, 3))]
    assert labels_in(bench) == labels
    assert [(r.asked, r.dna) for r in outcome.relabelled] == [
        (make.OLD_DNA, labels[1]),
        (make.OLD_DNA, labels[2]),
    ]
    assert outcome.known == (make.digest("twin 2"),)


def test_a_label_that_is_taken_with_its_digits_too_gets_more_of_them(bench: Workbench) -> None:
    manifest = make.digest("twin 1")
    taken = (make.imported(), make.imported(f"{make.OLD_DNA}~{manifest[:8]}", weights=None))
    import_source(bench.ports, SourceImport(make.scanned(), (*taken, twin(1))))
    assert labels_in(bench)[-1] == f"{make.OLD_DNA}~{manifest[:16]}"


def test_a_version_of_ours_keeps_its_label_and_its_identity(stocked: Workbench) -> None:
    with stocked.ledger.view() as view:
        ours = find_version(view, "1.0")
    same = replace(make.imported(ours.dna), manifest=ours.manifest)
    outcome = import_source(stocked.ports, SourceImport(make.scanned(), (same, twin(1, ours.dna))))
    assert outcome.known == (ours.manifest,)
    assert outcome.relabelled[0].dna == f"{ours.dna}~{make.digest('twin 1')[:8]}"


@pytest.mark.parametrize("name", ["OneSeek-7B-Zero-CURRENT", "README.md"])
def test_what_stands_beside_the_versions_is_taken(bench: Workbench, name: str) -> None:
    import_source(bench.ports, SourceImport(make.scanned(), (twin(1, name),)))
    assert labels_in(bench)[0] == f"{name}~{make.digest('twin 1')[:8]}"


@pytest.mark.parametrize("label", ["", ".", "..", "a/b", "a\\b", "a\nb", "x" * 201, "a\0"])
def test_a_label_that_is_no_folder_is_refused_and_nothing_is_written(
    bench: Workbench, label: str
) -> None:
    size = bench.ledger.head().size
    with pytest.raises(InvalidInput, match="no folder's name"):
        import_source(bench.ports, SourceImport(make.scanned(), (make.imported(label),)))
    assert bench.ledger.head().size == size


def test_every_label_taken_is_refused(bench: Workbench) -> None:
    manifest = make.digest("twin 1")
    endings = ["", *(f"~{manifest[:digits]}" for digits in range(8, 65, 8))]
    taken = tuple(make.imported(make.OLD_DNA + ending) for ending in endings)
    with pytest.raises(Conflict, match="every label"):
        import_source(bench.ports, SourceImport(make.scanned(), (*taken, twin(1))))


def test_the_next_version_of_ours_gets_a_number_after_the_imported_ones(
    stocked: Workbench,
) -> None:
    high = make.imported(language="sv", major=7, minor=4)
    import_source(stocked.ports, SourceImport(make.scanned(), (high,)))
    assert stocked.version(stocked.certify("t3")).major == 8


def test_the_base_of_an_imported_version_is_said_once(stocked: Workbench) -> None:
    import_source(stocked.ports, SourceImport(make.scanned(), (make.imported(),)))
    version, base, receipt = identify_base(stocked.ports, make.OLD_DNA, "tiny", "it fits")
    assert receipt is not None
    assert stocked.events()[-1] == BaseIdentified(
        manifest=version.manifest, dna=version.dna, base=base.manifest, how="it fits"
    )
    assert stocked.version(version.dna).base == base.manifest
    assert identify_base(stocked.ports, make.OLD_DNA, "tiny", "it fits")[2] is None


def test_the_base_of_a_version_of_ours_is_recorded(stocked: Workbench) -> None:
    with pytest.raises(Conflict, match="was trained here"):
        identify_base(stocked.ports, "1.0", "tiny", "it fits")


def test_what_has_no_weights_is_found_only_to_be_shown(bench: Workbench) -> None:
    import_source(bench.ports, WHOLE)
    with (
        bench.ledger.view() as view,
        pytest.raises(NotFound, match=r"v1\.2 only older records") as error,
    ):
        find_version(view, "OneSeek-7B-Zero.v1.2")
    assert "oneseek show" in str(error.value.hint)


def source(bench: Workbench) -> LegacySource:
    with bench.ledger.view() as view:
        found = view.get(LegacySource, make.SOURCE)
    assert found is not None
    return found


def test_a_source_is_moved_away_and_back(bench: Workbench) -> None:
    import_source(bench.ports, WHOLE)
    assert move_back(bench.ports, make.SOURCE) is None
    assert move_away(bench.ports, make.SOURCE, "archive") is not None
    assert isinstance(bench.events()[-1], SourceMovedAway)
    assert source(bench).moved_to == "archive"
    assert move_away(bench.ports, make.SOURCE, "archive") is None
    with pytest.raises(Conflict, match="moved to archive"):
        move_away(bench.ports, make.SOURCE, "elsewhere")
    assert move_back(bench.ports, make.SOURCE) is not None
    assert isinstance(bench.events()[-1], SourceMovedBack)
    assert source(bench).moved_to is None


def test_a_source_that_nobody_imported_is_not_moved(bench: Workbench) -> None:
    with pytest.raises(NotFound, match="no source"):
        move_away(bench.ports, "nowhere", "archive")
    with pytest.raises(NotFound, match="no source"):
        move_back(bench.ports, "nowhere")


def test_a_version_that_two_sources_hold_is_recorded_once(bench: Workbench) -> None:
    import_source(bench.ports, WHOLE)
    elsewhere = replace(make.scanned("other inventory"), source="1111111111111111")
    outcome = import_source(bench.ports, SourceImport(elsewhere, WHOLE.versions))
    assert outcome.known == tuple(version.manifest for version in WHOLE.versions)
    assert isinstance(bench.events()[-1], SourceScanned)


def test_more_versions_than_are_held_in_memory_are_told_like_few(bench: Workbench) -> None:
    versions = [twin(number, f"old.v1.{number // 2}") for number in range(FEW + 10)]
    import_source(bench.ports, SourceImport(make.scanned(), versions[:2]))
    newer = make.scanned("newer inventory")
    outcome = import_source(
        bench.ports, SourceImport(newer, Many(len(versions), lambda: iter(versions)), WHOLE.others)
    )
    assert outcome.known == tuple(version.manifest for version in versions[:2])
    assert len(outcome.relabelled) == len(versions) // 2 - 1
    labels = labels_in(bench)
    assert len(set(labels)) == len(labels) == len(versions)
    assert bench.events()[-4:] == list(WHOLE.others)
    assert not bench.audit().findings
