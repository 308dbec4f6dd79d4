"""What the folder of an imported version holds."""

import json
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from migrations import trees
from migrations_made import plan_of
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.training.legacy_weights import LegacyWeights
from oneseek.domain.manifest import Manifest
from oneseek.migrations.importing.folders import FolderMaker, Made
from oneseek.migrations.places import real_path

Makes = Callable[[Path], list[tuple[Made, Manifest]]]


@pytest.fixture
def makes(tmp_path: Path) -> Makes:
    objects = FileObjectStore(tmp_path / "objects", tmp_path / "staging")
    numbers = count()

    def scratch() -> Path:
        folder = tmp_path / f"scratch{next(numbers)}"
        folder.mkdir()
        return folder

    def make(root: Path) -> list[tuple[Made, Manifest]]:
        maker = FolderMaker(objects, objects, LegacyWeights(), scratch)
        plan, made = plan_of(root), []
        for version in plan.versions:
            for part in version.parts:
                objects.put_file(real_path(root, part.path))
            found = maker.make(version)
            made.append((found, Manifest.from_bytes(objects.read(found.manifest))))
        return made

    return make


def paths(manifest: Manifest) -> set[str]:
    return {file.path for file in manifest.files}


def chain_of_two(root: Path) -> Path:
    trees.make_old_tree(root)
    return next(path for path in root.rglob("*.sv.*") if path.is_dir())


def test_a_chain_becomes_one_adapter_above_the_old_files(makes: Makes, tmp_path: Path) -> None:
    home = chain_of_two(tmp_path / "old")
    ((made, manifest),) = makes(home)
    assert made.form == "adapter"
    old = {path for path in paths(manifest) if path.startswith("legacy/")}
    assert paths(manifest) - old == {"adapter_model.safetensors", "adapter_config.json"}
    there = {f"legacy/{path.relative_to(home)}" for path in home.rglob("*") if path.is_file()}
    assert old == there


def test_one_adapter_keeps_its_bytes(makes: Makes, tmp_path: Path) -> None:
    folder = tmp_path / "old/lora_adapters/ddp-adapter-20251126120000"
    trees.write_peft(folder, 2.0)
    ((made, manifest),) = makes(tmp_path / "old")
    kept = {file.path: file.digest for file in manifest.files}
    assert kept["adapter_model.safetensors"] == kept["legacy/adapter_model.safetensors"]
    assert made.weights == kept["adapter_model.safetensors"]


def test_the_same_files_make_the_same_version_wherever_they_lie(
    makes: Makes, tmp_path: Path
) -> None:
    home = chain_of_two(tmp_path / "old")
    elsewhere = tmp_path / "elsewhere" / "deep" / home.name
    shutil.copytree(home, elsewhere)
    ((one, _),) = makes(home)
    ((other, _),) = makes(elsewhere.parent)
    assert one == other


def test_a_chain_that_cannot_be_joined_is_a_version_without_weights(
    makes: Makes, tmp_path: Path
) -> None:
    home = chain_of_two(tmp_path / "old")
    for config in home.rglob("adapter_config.json"):
        record = json.loads(config.read_text("utf-8"))
        config.write_text(json.dumps(record | {"use_dora": True}), "utf-8")
    ((made, manifest),) = makes(home)
    assert (made.form, made.weights) == ("none", None)
    assert made.reason.startswith("its weights cannot be converted: ")
    assert all(path.startswith("legacy/") for path in paths(manifest))
