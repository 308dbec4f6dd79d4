import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from oneseek.adapters.training.loading import load_base, load_tokenizer, load_with_adapter
from oneseek.domain.errors import InvalidInput, NotFound

_IDS = torch.tensor([[1, 20, 30, 40]])


def _logits(model: Any) -> torch.Tensor:
    with torch.no_grad():
        logits: torch.Tensor = model(input_ids=_IDS).logits
    return logits


@pytest.fixture
def copy(base: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(base, tmp_path / "copy"))


def _one_pickle(folder: Path, tensors: dict[str, torch.Tensor]) -> None:
    torch.save(tensors, folder / "pytorch_model.bin")


def _old_pickle(folder: Path, tensors: dict[str, torch.Tensor]) -> None:
    torch.save(tensors, folder / "pytorch_model.bin", _use_new_zipfile_serialization=False)


def _shards(folder: Path, tensors: dict[str, torch.Tensor], suffix: str, index: str) -> None:
    weight_map = {}
    for number, name in enumerate(sorted(tensors)):
        weight_map[name] = f"part-{number % 2}{suffix}"
    for shard in set(weight_map.values()):
        part = {name: tensors[name] for name in tensors if weight_map[name] == shard}
        if suffix == ".bin":
            torch.save(part, folder / shard)
        else:
            save_file(part, folder / shard, {"format": "pt"})
    (folder / index).write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))


def _safetensors_shards(folder: Path, tensors: dict[str, torch.Tensor]) -> None:
    _shards(folder, tensors, ".safetensors", "model.safetensors.index.json")


def _pickle_shards(folder: Path, tensors: dict[str, torch.Tensor]) -> None:
    _shards(folder, tensors, ".bin", "pytorch_model.bin.index.json")


@pytest.mark.parametrize("store", [_one_pickle, _old_pickle, _safetensors_shards, _pickle_shards])
def test_every_form_of_the_weights_gives_the_same_model(
    store: Callable[[Path, dict[str, torch.Tensor]], None], base: Path, copy: Path
) -> None:
    tensors = load_file(copy / "model.safetensors")
    (copy / "model.safetensors").unlink()
    store(copy, tensors)
    loaded = load_base(copy, "float32", "cpu")
    assert torch.equal(_logits(loaded), _logits(load_base(base, "float32", "cpu")))
    assert not loaded.training


def test_the_precision_is_the_one_asked_for(base: Path) -> None:
    assert load_base(base, "bfloat16", "cpu").dtype == torch.bfloat16


class _Trap:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.mkdir, (self.marker,)


def test_a_trap_among_the_weights_is_refused_and_does_not_run(copy: Path) -> None:
    (copy / "model.safetensors").unlink()
    (copy / "pytorch_model.bin").write_bytes(pickle.dumps(_Trap(copy / "ran")))
    with pytest.raises(InvalidInput, match=r"pytorch_model\.bin"):
        load_base(copy, "float32", "cpu")
    assert not (copy / "ran").exists()


def test_code_that_a_model_brings_along_is_not_run(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_bytes())
    own = {
        "model_type": "own",
        "auto_map": {"AutoConfig": "own.C", "AutoModelForCausalLM": "own.M"},
    }
    (copy / "config.json").write_text(json.dumps({**config, **own}))
    (copy / "own.py").write_text(
        "import pathlib\npathlib.Path(__file__).with_name('ran').mkdir()\n"
    )
    with pytest.raises(InvalidInput, match="cannot be read as base model"):
        load_base(copy, "float32", "cpu")
    assert not (copy / "ran").exists()


def test_absent_weights_are_not_drawn_at_random(copy: Path) -> None:
    tensors = load_file(copy / "model.safetensors")
    del tensors["model.norm.weight"]
    save_file(tensors, copy / "model.safetensors", {"format": "pt"})
    with pytest.raises(InvalidInput, match=r"model\.norm\.weight"):
        load_base(copy, "float32", "cpu")


def test_weights_of_another_size_are_refused(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_bytes())
    (copy / "config.json").write_text(json.dumps({**config, "intermediate_size": 64}))
    with pytest.raises(InvalidInput):
        load_base(copy, "float32", "cpu")


@pytest.mark.parametrize("content", ["", "[]", '{"model_type": "nonsense"}', "{}"])
def test_a_config_that_describes_no_model_is_refused(content: str, copy: Path) -> None:
    (copy / "config.json").write_text(content)
    with pytest.raises(InvalidInput, match="copy"):
        load_base(copy, "float32", "cpu")


def test_absent_folders_and_files_are_named(base: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere is not a folder"):
        load_base(tmp_path / "nowhere", "float32", "cpu")
    with pytest.raises(NotFound, match=r"config\.json"):
        load_base(tmp_path, "float32", "cpu")
    with pytest.raises(NotFound, match="nowhere is not a folder"):
        load_tokenizer(tmp_path / "nowhere")
    with pytest.raises(InvalidInput, match="tokenizer"):
        load_tokenizer(tmp_path)
    with pytest.raises(NotFound, match=r"adapter_config\.json"):
        load_with_adapter(base, tmp_path, "float32", "cpu")


def test_without_an_adapter_the_base_answers(base: Path) -> None:
    bare = load_with_adapter(base, None, "float32", "cpu")
    assert torch.equal(_logits(bare), _logits(load_base(base, "float32", "cpu")))


@pytest.mark.filterwarnings("error::UserWarning")
def test_peft_itself_loads_the_adapter_without_a_warning_and_it_changes_the_output(
    base: Path, adapter: Path
) -> None:
    bare: Any = AutoModelForCausalLM.from_pretrained(base, attn_implementation="eager")
    before = _logits(bare)
    theirs = _logits(PeftModel.from_pretrained(bare, adapter))
    ours = _logits(load_with_adapter(base, adapter, "float32", "cpu"))
    assert torch.equal(theirs, ours)
    assert (before - ours).abs().max() > 0.1
