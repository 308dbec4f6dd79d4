import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from transformers import AutoModelForCausalLM, AutoTokenizer

from oneseek.adapters.training.base_model import BaseReport, BaseSize, create_base
from oneseek.adapters.training.base_shapes import ARCHITECTURES
from oneseek.domain.errors import Interrupted, InvalidInput

_TEXT = "Sjön ligger stilla.\n\nThe boats hardly move.\n\n" * 4
_SIZE = BaseSize(hidden=32, layers=1, heads=2, kv_heads=1, vocabulary=300, context=32)


def _create(folder: Path, **changes: Any) -> BaseReport:
    options: dict[str, Any] = {
        "architecture": "llama",
        "seed": 1,
        "corpus": _TEXT,
        "name": "tiny",
        "size": _SIZE,
        "steps": 2,
        "on_progress": lambda *_: None,
        "should_stop": lambda: False,
    }
    return create_base(folder, **{**options, **changes})


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_architecture_opens_with_the_ordinary_loaders(
    architecture: str, tmp_path: Path
) -> None:
    _create(tmp_path, architecture=architecture)
    model: Any = AutoModelForCausalLM.from_pretrained(tmp_path)
    tokenizer: Any = AutoTokenizer.from_pretrained(tmp_path)
    assert model.config.model_type == architecture
    given = tokenizer("Sjön — 湖 🌊", return_tensors="pt")
    assert model(**given).logits.shape == (1, given["input_ids"].shape[1], len(tokenizer))
    assert given["input_ids"][0, 0] == tokenizer.bos_token_id
    assert tokenizer.decode(given["input_ids"][0], skip_special_tokens=True) == "Sjön — 湖 🌊"
    assert (model.config.bos_token_id, model.config.eos_token_id, model.config.pad_token_id) == (
        tokenizer.bos_token_id,
        tokenizer.eos_token_id,
        tokenizer.pad_token_id,
    )


def test_the_loss_falls_and_is_told_step_by_step(tmp_path: Path) -> None:
    told: list[tuple[int, int, float]] = []
    report = _create(tmp_path, steps=30, on_progress=lambda *step: told.append(step))
    assert [step[:2] for step in told] == [(done, 30) for done in range(1, 31)]
    assert (report.first_loss, report.last_loss) == (told[0][2], told[-1][2])
    assert report.last_loss < report.first_loss - 1.0


def test_the_files_hold_neither_versions_nor_paths(tmp_path: Path) -> None:
    _create(tmp_path)
    config = json.loads((tmp_path / "config.json").read_bytes())
    assert config["_name_or_path"] == "tiny"
    assert "transformers_version" not in config
    assert not any(str(tmp_path).encode() in file.read_bytes() for file in tmp_path.iterdir())
    with safe_open(tmp_path / "model.safetensors", framework="pt") as opened:
        assert opened.metadata() == {"format": "pt"}
        assert "lm_head.weight" not in opened.keys()  # noqa: SIM118 - not a dict


def test_another_seed_gives_another_model(tmp_path: Path) -> None:
    _create(tmp_path / "a")
    _create(tmp_path / "b", seed=2)
    a, b = ((tmp_path / name / "model.safetensors").read_bytes() for name in "ab")
    assert a != b


def test_the_number_of_threads_changes_no_byte(tmp_path: Path) -> None:
    torch.set_num_threads(2)
    _create(tmp_path / "a")
    torch.set_num_threads(1)
    _create(tmp_path / "b")
    a, b = ((tmp_path / name / "model.safetensors").read_bytes() for name in "ab")
    assert a == b


def test_a_stop_leaves_no_folder(tmp_path: Path) -> None:
    answers = iter([False, True])
    with pytest.raises(Interrupted):
        _create(tmp_path / "base", should_stop=lambda: next(answers))
    assert not (tmp_path / "base").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"architecture": "mamba"},
        {"steps": 0},
        {"corpus": ""},
        {"corpus": "too short"},
        {"size": BaseSize(hidden=30, heads=4)},
        {"size": BaseSize(heads=4, kv_heads=3)},
        {"size": BaseSize(layers=0)},
        {"size": BaseSize(vocabulary=100)},
    ],
)
def test_what_makes_no_model_is_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        _create(tmp_path / "base", **changes)
    assert not (tmp_path / "base").exists()
