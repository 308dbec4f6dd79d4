"""Does every certified version have its materials, all by digest?"""

from msgspec.structs import replace

import builders as make
from asking import Happening, Objects, ask, figure, manifest_of, rows, seen
from oneseek.domain.audit.answers import Answer
from oneseek.domain.audit.questions.materials import Materials
from oneseek.domain.collected import Removed, render_inventory
from oneseek.domain.digest import Digest
from oneseek.domain.events import TrainingStarted, VersionCertified
from oneseek.domain.manifest import ManifestFile

WHERE = f"version {make.dna(1)}, entry 5"


def store(*majors: int) -> Objects:
    """Return objects with all that the versions of these numbers need."""
    objects = Objects(identity=b"rows")
    for major in majors:
        objects.kept[make.manifest(major)] = manifest_of(major)
        objects.kept[make.digest(f"weights of t{major}")] = b"w"
    return objects


def history(
    started: TrainingStarted | None = None, certified: VersionCertified | None = None
) -> list[Happening]:
    return [
        make.base(), make.dataset(), started or make.started("t1"), make.completed("t1"),
        make.measured("t1"), certified or make.certified(1),
    ]  # fmt: skip


def checks(answer: Answer) -> list[tuple[str, str, str]]:
    return [(check, expected, found) for check, _, expected, found in seen(answer)]


def test_a_version_with_everything_is_fine() -> None:
    answer = ask(Materials(store(1)), *history())
    assert answer.verdict == "yes"
    assert answer.because == "1 version: everything is named by digest and kept"
    (row,) = rows(answer, "versions")
    assert (row["entry"], row["started"], row["completed"]) == (5, 2, 3)
    assert [row["digest"] for row in rows(answer, "bases")] == [make.digest("tiny")]
    assert [row["digest"] for row in rows(answer, "datasets")] == [make.digest("identity")]


def test_files_that_a_collection_took_are_not_missed() -> None:
    objects = store(1)
    weights = make.digest("weights of t1")
    del objects.kept[weights]
    assert ask(Materials(objects), *history()).verdict == "no"
    taken = Removed(weights, 1, "weights", 5, "removed by a reset")
    objects.kept[make.digest("collected objects")] = render_inventory([taken], 30)
    happened = [*history(), make.registry_reset(), make.objects_collected()]
    assert ask(Materials(objects), *happened).verdict == "yes"


def test_a_collection_excuses_only_what_a_reset_had_removed_before() -> None:
    objects = store(1)
    weights = make.digest("weights of t1")
    del objects.kept[weights]
    taken = Removed(weights, 1, "weights", 5, "removed by a reset")
    objects.kept[make.digest("collected objects")] = render_inventory([taken], 30)
    collection = make.objects_collected()
    for happened in (
        [collection, *history()],
        [*history(), collection],
        [*history(), collection, make.registry_reset()],
        [*history(), make.registry_reset(), collection, make.restored(1)],
        [*history(), make.registry_reset(), collection, make.restored(1), make.registry_reset()],
    ):
        assert ask(Materials(objects), *happened).verdict == "no"
    again = [make.restored(1), make.registry_reset(), collection]
    happened = [*history(), make.registry_reset(), collection, *again]
    assert ask(Materials(objects), *happened).verdict == "yes"


def test_before_the_first_version_there_is_nothing_to_miss() -> None:
    answer = ask(Materials(Objects()), make.opened())
    assert (answer.verdict, answer.because) == ("yes", "no version was certified yet")


def test_a_version_that_continues_from_a_certified_one_is_fine() -> None:
    second = [
        make.started("t2", parent=make.manifest(1)), make.completed("t2"), make.certified(2),
    ]  # fmt: skip
    answer = ask(Materials(store(1, 2)), *history(), *second)
    assert answer.verdict == "yes"
    assert figure(answer, "versions certified") == 2


OLD_FILES = manifest_of(0, ManifestFile("adapter_model.safetensors", 1, make.digest("old weights")))


def with_old(objects: Objects) -> Objects:
    """Add what the imported version needs."""
    objects.kept[make.imported().manifest] = OLD_FILES
    objects.kept[make.digest("old weights")] = b"w"
    return objects


def test_of_an_imported_version_nobody_saw_how_it_was_made_which_is_no_finding() -> None:
    answer = ask(Materials(with_old(Objects())), make.base(), make.imported(), make.identified())
    assert answer.verdict == "yes"
    (row,) = rows(answer, "imported")
    assert (row["evidence"], row["base"], row["dataset"]) == (
        "asserted", make.digest("tiny"), None
    )  # fmt: skip
    assert figure(answer, "imported versions, of which nobody saw how they were made") == 1
    assert not any(item.name.startswith("active") for item in answer.figures)


def test_a_record_without_weights_has_no_materials() -> None:
    answer = ask(Materials(Objects()), make.imported(weights=None, form="none"))
    assert (answer.verdict, rows(answer, "imported")) == ("yes", [])


def test_that_an_imported_version_is_active_is_said() -> None:
    old = make.imported()
    activated = replace(make.activated(1), manifest=old.manifest, dna=old.dna)
    active = "active, though nobody saw how it was made"
    answer = ask(Materials(with_old(Objects())), old, activated)
    assert (answer.verdict, figure(answer, active)) == ("yes", old.dna)
    for ended in (make.registry_reset(), make.withdrawn(1, was_active=True)):
        answer = ask(Materials(with_old(Objects())), old, activated, ended)
        assert not any(item.name == active for item in answer.figures)
    still = ask(Materials(with_old(Objects())), old, activated, make.withdrawn(1))
    assert figure(still, active) == old.dna


def test_a_version_that_continues_from_an_imported_one_is_fine() -> None:
    second = [
        make.imported(), make.started("t2", parent=make.imported().manifest),
        make.completed("t2"), make.certified(2),
    ]  # fmt: skip
    answer = ask(Materials(with_old(store(1, 2))), *history(), *second)
    assert answer.verdict == "yes"


def test_files_of_an_imported_version_that_are_not_kept_are_found() -> None:
    found = seen(ask(Materials(Objects()), make.imported()))
    assert [(check, where) for check, where, *_ in found] == [
        ("object-missing", make.imported().manifest)
    ]
    assert "imported by entry 0" in found[0][2]


def test_a_base_that_nobody_registered_is_found_when_it_is_identified() -> None:
    answer = ask(Materials(Objects()), make.identified())
    assert seen(answer) == [
        ("base-model", f"base of {make.OLD_DNA}, entry 0",
         "a base model that was registered before", f"{make.digest('tiny')}, which was not")
    ]  # fmt: skip


def test_materials_that_nobody_registered_are_found() -> None:
    answer = ask(Materials(store(1)), make.started("t1"), make.completed("t1"), make.certified(1))
    assert answer.verdict == "no"
    assert checks(answer) == [
        ("base-model", "a base model that was registered before",
         f"{make.digest('tiny')}, which was not"),
        ("dataset", "rows that were registered before",
         f"{make.digest('identity')}, which was not"),
    ]  # fmt: skip


def test_a_version_without_a_training_has_no_recipe() -> None:
    found = ask(Materials(store(1)), make.base(), make.dataset(), make.certified(1))
    expected = "a start of training t1, with recipe and environment"
    assert checks(found) == [("recipe", expected, "none")]
    assert rows(found, "versions")[0]["started"] is None


def test_a_training_that_failed_is_no_training_of_a_version() -> None:
    happened = [make.base(), make.dataset(), make.started("t1"), make.failed("t1")]
    found = ask(Materials(store(1)), *happened, make.certified(1))
    assert [check for check, *_ in seen(found)] == ["recipe"]


def test_what_training_and_certificate_name_differently_is_found() -> None:
    other = make.digest("other")
    started = replace(make.started("t1"), base=other, dataset=other, evaluation=other, parent=other)
    answer = ask(Materials(store(1)), *history(started))
    tiny, identity = make.digest("tiny"), make.digest("identity")
    assert checks(answer) == [
        ("base-model", f"{other}, which the training names", tiny),
        ("dataset", f"{other}, which the training names", identity),
        ("dataset", "an evaluation dataset that was registered before", f"{other}, which was not"),
        ("parent", "a parent that was certified or imported before", f"{other}, which was not"),
    ]


def test_weights_that_no_training_has_made_are_found() -> None:
    weights = make.digest("others")
    objects = store(1)
    objects.kept[make.manifest(1)] = manifest_of(1, ManifestFile("a.safetensors", 1, weights))
    objects.kept[weights] = b"w"
    certified = replace(make.certified(1), weights=weights)
    assert seen(ask(Materials(objects), *history(certified=certified))) == [
        ("weights", WHERE, f"{weights}, as certified",
         f"{make.digest('weights of t1')} came out of the training"),
    ]  # fmt: skip


def test_a_training_that_never_completed_has_made_no_weights() -> None:
    happened = [make.base(), make.dataset(), make.started("t1"), make.certified(1)]
    (finding,) = ask(Materials(store(1)), *happened).findings
    assert finding.found == "nothing came out of the training"


def test_a_result_of_an_unknown_training_is_passed_over() -> None:
    assert ask(Materials(Objects()), make.completed("t1")).verdict == "yes"


def test_weights_in_several_files_are_certified_by_their_lines() -> None:
    files = [ManifestFile(f"{n}.safetensors", 1, make.digest(n)) for n in ("a", "b")]
    objects = store(1)
    objects.kept[make.manifest(1)] = manifest_of(1, *files)
    objects.kept |= {file.digest: b"w" for file in files}
    lines = "".join(f"{file.digest}  {file.path}\n" for file in files)
    weights = Digest(make.digest(lines))
    completed = replace(make.completed("t1"), weights=weights)
    happened = [
        make.base(), make.dataset(), make.started("t1"), completed,
        replace(make.certified(1), weights=weights),
    ]  # fmt: skip
    assert ask(Materials(objects), *happened).verdict == "yes"
    answer = ask(Materials(objects), *history())
    expected = f"{make.digest('weights of t1')}, as certified"
    assert seen(answer) == [("weights", WHERE, expected, f"{weights} in its files")]


def test_a_manifest_without_weights_is_found() -> None:
    objects = store(1)
    config = ManifestFile("config.json", 1, make.digest("config"))
    objects.kept |= {make.manifest(1): manifest_of(1, config), make.digest("config"): b"c"}
    (finding,) = ask(Materials(objects), *history()).findings
    assert (finding.check, finding.found) == ("weights", "no weights in its files")


def test_objects_that_are_not_kept_are_found() -> None:
    answer = ask(Materials(Objects()), *history())
    assert [(check, where) for check, where, *_ in seen(answer)] == [
        ("object-missing", make.manifest(1)), ("object-missing", make.digest("identity")),
    ]  # fmt: skip
