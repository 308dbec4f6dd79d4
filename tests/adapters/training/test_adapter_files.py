import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors import safe_open
from transformers import AutoTokenizer

from oneseek.domain.training_job import LoraOutcome

Train = Callable[..., LoraOutcome]
_TOKENIZER = ("special_tokens_map.json", "tokenizer.json", "tokenizer_config.json")


def test_the_folder_holds_exactly_the_five_files(adapter: Path) -> None:
    assert sorted(file.name for file in adapter.iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
        *_TOKENIZER,
    ]


def test_the_configuration_is_canonical_and_names_the_base_without_a_path(
    base: Path, adapter: Path
) -> None:
    raw = (adapter / "adapter_config.json").read_text()
    config = json.loads(raw)
    assert raw == json.dumps(config, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    assert config["base_model_name_or_path"] == "tiny"
    assert config["revision"] == "ab" * 32
    assert config["target_modules"] == ["q_proj", "v_proj"]
    assert config["inference_mode"] is True
    assert str(base.parent) not in raw


def test_many_targets_are_written_in_order(
    train: Train, all_targets: tuple[str, ...], tmp_path: Path
) -> None:
    train(tmp_path, target_modules=tuple(reversed(all_targets)), epochs=1)
    config = json.loads((tmp_path / "adapter_config.json").read_bytes())
    assert config["target_modules"] == list(all_targets)


def test_the_weights_carry_the_one_metadata_key_that_is_stable(adapter: Path) -> None:
    with safe_open(adapter / "adapter_model.safetensors", framework="np") as opened:
        assert opened.metadata() == {"format": "pt"}


def test_the_tokenizer_is_the_bases_to_the_byte(base: Path, adapter: Path) -> None:
    for name in _TOKENIZER:
        assert (adapter / name).read_bytes() == (base / name).read_bytes()


@pytest.mark.parametrize("absent", [_TOKENIZER[:1], _TOKENIZER[2:]])
def test_tokenizer_files_that_a_base_lacks_are_made(
    absent: tuple[str, ...], train: Train, base: Path, tmp_path: Path
) -> None:
    poor = Path(shutil.copytree(base, tmp_path / "poor"))
    for name in absent:
        (poor / name).unlink()
    train(tmp_path / "out", base_dir=poor, epochs=1)
    assert sorted(file.name for file in (tmp_path / "out").glob("*token*")) == list(_TOKENIZER)
    made, whole = (AutoTokenizer.from_pretrained(folder) for folder in (tmp_path / "out", base))
    assert made("Vem är du?")["input_ids"] == whole("Vem är du?")["input_ids"]
    assert made.special_tokens_map == whole.special_tokens_map
    assert not any(str(tmp_path) in file.read_text() for file in (tmp_path / "out").glob("*.json"))
