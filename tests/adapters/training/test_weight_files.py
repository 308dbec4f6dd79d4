import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from oneseek.adapters.training.weight_files import check_weight_files
from oneseek.domain.errors import InvalidInput, NotFound


class Trap:
    """A pickle of this makes a folder when it is opened carelessly."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.mkdir, (self.marker,)


def _index(folder: Path, name: str, shards: dict[str, Any]) -> None:
    (folder / f"{name}.index.json").write_text(json.dumps({"weight_map": shards}))


@pytest.fixture
def folder(base: Path, tmp_path: Path) -> Path:
    """The tiny base in two safetensors shards."""
    copy = tmp_path / "sharded"
    shutil.copytree(base, copy)
    tensors = load_file(copy / "model.safetensors")
    (copy / "model.safetensors").unlink()
    names = sorted(tensors)
    shards = {"one.safetensors": names[:5], "two.safetensors": names[5:]}
    for shard, part in shards.items():
        save_file({name: tensors[name] for name in part}, copy / shard, {"format": "pt"})
    weight_map = {name: shard for shard, part in shards.items() for name in part}
    _index(copy, "model.safetensors", weight_map)
    return copy


def test_the_shards_are_found(folder: Path) -> None:
    assert [file.name for file in check_weight_files(folder)] == [
        "one.safetensors",
        "two.safetensors",
    ]


def test_a_missing_shard_is_named(folder: Path) -> None:
    (folder / "two.safetensors").unlink()
    with pytest.raises(InvalidInput, match=r"two\.safetensors is missing"):
        check_weight_files(folder)


@pytest.mark.parametrize(
    "shard", ["../one.safetensors", "/etc/one.safetensors", "evil.bin", "", ".", 7, None]
)
def test_a_shard_that_is_no_plain_name_is_refused(shard: object, folder: Path) -> None:
    _index(folder, "model.safetensors", {"weight": shard})
    with pytest.raises(InvalidInput, match="names a shard"):
        check_weight_files(folder)


@pytest.mark.parametrize("content", ["{}", '{"weight_map": {}}', '{"weight_map": []}', "[", "3"])
def test_an_index_that_names_nothing_is_refused(content: str, folder: Path) -> None:
    (folder / "model.safetensors.index.json").write_text(content)
    with pytest.raises(InvalidInput, match="index"):
        check_weight_files(folder)


def test_a_damaged_safetensors_file_is_named(folder: Path) -> None:
    (folder / "one.safetensors").write_bytes(b"\xff" * 64)
    with pytest.raises(InvalidInput, match=r"one\.safetensors"):
        check_weight_files(folder)


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no weights"):
        check_weight_files(tmp_path)


@pytest.mark.parametrize("form", ["pickle", "torch", "old torch", "shard"])
def test_a_pickle_that_wants_to_run_code_is_refused_and_does_not_run(
    form: str, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    name = "shard-1.bin" if form == "shard" else "pytorch_model.bin"
    if form == "pickle":
        (tmp_path / name).write_bytes(pickle.dumps(Trap(marker)))
    else:
        zipped = form != "old torch"
        trapped = {"w": torch.ones(2), "trap": Trap(marker)}
        torch.save(trapped, tmp_path / name, _use_new_zipfile_serialization=zipped)
        _index(tmp_path, "pytorch_model.bin", {"w": name})
    with pytest.raises(InvalidInput, match=rf"{name} is a pickle that wants more than tensors"):
        check_weight_files(tmp_path)
    assert not marker.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"no pickle at all"])
def test_a_damaged_torch_file_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"pytorch_model\.bin"):
        check_weight_files(tmp_path)
