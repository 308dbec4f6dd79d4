"""The historic layout, folded from events."""

import builders as make
from oneseek.domain.events import Event, RegistryReset
from oneseek.domain.historic.metadata import DESCRIBING
from oneseek.domain.projections.folding import fold, units
from oneseek.domain.projections.legacy_tree import LEGACY_OQT_TREE, LEGACY_TREE, Part
from oneseek.domain.projections.nodes import Link, MadeFile, Node, PickedFiles, TextFile
from oneseek.domain.projections.projection import Projection
from oneseek.domain.state.store import DictState

SKELETON = {
    "README.md",
    "weights/.gitkeep",
    "lora_adapters/.gitkeep",
    "checkpoints/daily/.gitkeep",
    "checkpoints/weekly/.gitkeep",
    "backups/firebase-storage/.gitkeep",
    "backups/local-backup/.gitkeep",
    "base_models/.gitkeep",
}


def tree(*history: Event, projection: Projection = LEGACY_TREE) -> dict[str, Node]:
    """Return every node by its whole path."""
    state = DictState()
    fold(projection, state, make.indexed([make.opened(), *history]))
    return {
        f"{name}/{path}" if path else name: node
        for name, document in units(projection, state)
        for path, node in projection.render(document).items()
    }


def names(*history: Event, projection: Projection = LEGACY_TREE) -> set[str]:
    """Return what stands besides the empty layout."""
    return tree(*history, projection=projection).keys() - SKELETON


def of(stem: str) -> set[str]:
    return {f"weights/{stem}.json", f"weights/{stem}.pth", f"lora_adapters/{stem}"}


def test_an_opened_ledger_has_the_folders_of_the_documents() -> None:
    assert set(tree()) == SKELETON
    readme = tree()["README.md"]
    assert isinstance(readme, TextFile)
    assert readme.text.startswith(f"# The historic layout of `{make.ORIGIN}`\n")
    assert tree()["checkpoints/daily/.gitkeep"] == TextFile("")


def test_a_version_is_a_torch_file_its_metadata_and_a_peft_folder() -> None:
    found = tree(make.certified(1, 2, "en"))
    assert found.keys() - SKELETON == of("oneseek-7b-zero-v1.2")
    adapter = found["lora_adapters/oneseek-7b-zero-v1.2"]
    assert adapter == PickedFiles(make.manifest(1, 2, "en"), DESCRIBING)
    assert isinstance(found["weights/oneseek-7b-zero-v1.2.pth"], MadeFile)
    assert isinstance(found["weights/oneseek-7b-zero-v1.2.json"], MadeFile)


def test_two_language_lines_with_one_number_stand_side_by_side() -> None:
    both = names(make.certified(1, 0, "en"), make.certified(1, 0, "sv"))
    assert both == of("oneseek-7b-zero-v1.0") | of("oneseek-7b-zero-v1.0-SV")


def test_the_older_tree_has_its_own_names_and_a_link_to_the_active_adapter() -> None:
    certified, active = make.certified(1), make.activated(1)
    found = tree(certified, active, projection=LEGACY_OQT_TREE)
    assert found.keys() - SKELETON == of("oqt-1.0-v1.0-SV") | {"lora_adapters/current"}
    assert found["lora_adapters/current"] == Link("oqt-1.0-v1.0-SV")
    assert names(certified, active) == of("oneseek-7b-zero-v1.0-SV")


def test_while_a_version_is_active_that_is_not_here_nothing_is_linked() -> None:
    """An imported version can be activated; the link must not go on naming another."""
    history = (make.certified(1), make.activated(1), make.activated(2))
    assert names(*history, projection=LEGACY_OQT_TREE) == of("oqt-1.0-v1.0-SV")


def test_a_withdrawn_version_leaves_and_the_others_stay() -> None:
    certified = (make.certified(1), make.certified(2), make.activated(1))
    left = names(*certified, make.withdrawn(1, was_active=True), projection=LEGACY_OQT_TREE)
    assert left == of("oqt-1.0-v2.0-SV")
    left = names(*certified, make.withdrawn(2), projection=LEGACY_OQT_TREE)
    assert left == of("oqt-1.0-v1.0-SV") | {"lora_adapters/current"}
    assert names(make.withdrawn(1)) == set()


def test_a_reset_empties_the_tree_and_a_restored_version_comes_back() -> None:
    before = (make.certified(1), make.certified(2), make.activated(1), make.registry_reset())
    assert names(*before, projection=LEGACY_OQT_TREE) == set()
    assert names(*before, make.restored(2)) == of("oneseek-7b-zero-v2.0-SV")


def test_a_withdrawn_version_does_not_come_back_with_a_restoration() -> None:
    history = (make.certified(1), make.withdrawn(1), make.registry_reset(), make.restored(1))
    assert names(*history) == set()
    assert names(make.restored(3)) == set()


def test_a_folder_is_known_as_ours_by_its_readme() -> None:
    for projection in (LEGACY_TREE, LEGACY_OQT_TREE):
        assert projection.mark == "README.md"
        assert projection.folder in str(tree(projection=projection)["README.md"])
        assert RegistryReset in projection.sweeps
        assert Part in projection.units


def test_of_each_line_the_last_three_majors_stay() -> None:
    history = [make.certified(major) for major in range(1, 6)] + [make.certified(1, 0, "en")]
    kept = of("oneseek-7b-zero-v1.0")
    for major in (3, 4, 5):
        kept |= of(f"oneseek-7b-zero-v{major}.0-SV")
    assert names(*history) == kept


def test_of_each_line_the_last_fifty_micro_versions_stay() -> None:
    history = [make.certified(1, minor) for minor in range(54)]
    kept = of("oneseek-7b-zero-v1.0-SV")
    for minor in range(4, 54):
        kept |= of(f"oneseek-7b-zero-v1.{minor}-SV")
    assert names(*history) == kept


def test_the_active_version_stays_however_old_it_is() -> None:
    history = [make.certified(1), make.activated(1)]
    history += [make.certified(major) for major in range(2, 6)]
    left = names(*history, projection=LEGACY_OQT_TREE)
    assert left == {"lora_adapters/current"}.union(
        *(of(f"oqt-1.0-v{major}.0-SV") for major in (1, 3, 4, 5))
    )
    assert names(*history) == {name.replace("oqt-1.0", "oneseek-7b-zero") for name in left} - {
        "lora_adapters/current"
    }


def test_a_version_that_left_comes_back_when_it_is_activated() -> None:
    history = [make.certified(major) for major in range(1, 5)]
    assert not of("oqt-1.0-v1.0-SV") & names(*history, projection=LEGACY_OQT_TREE)
    shown = names(*history, make.activated(1), projection=LEGACY_OQT_TREE)
    assert of("oqt-1.0-v1.0-SV") | {"lora_adapters/current"} <= shown
