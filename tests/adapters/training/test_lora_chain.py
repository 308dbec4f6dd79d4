import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, PeftModelForCausalLM
from safetensors.torch import load_file, save_file
from transformers import PreTrainedModel

from oneseek.adapters.training.base_shapes import BaseSize, make_config, make_model
from oneseek.adapters.training.legacy_weights import LegacyWeights
from oneseek.adapters.training.lora_model import load_adapter
from oneseek.adapters.training.quiet import quiet
from oneseek.domain.errors import InvalidInput

SIZE = BaseSize(hidden=16, layers=2, heads=2, kv_heads=1, vocabulary=300, context=32)
TOKENS = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 2}
IDS = torch.tensor([[3, 50, 7, 200, 11]])
WEIGHTS, CONFIG = "adapter_model.safetensors", "adapter_config.json"
join = LegacyWeights().join


def _base() -> PreTrainedModel:
    return make_model(make_config("llama", SIZE, 300, TOKENS), 1).eval()


@torch.no_grad()
def _answers(model: Any) -> torch.Tensor:
    logits: torch.Tensor = model(input_ids=IDS).logits
    return logits


@quiet()
def _train(folder: Path, model: Any = None, seed: int = 1, **options: Any) -> Path:
    """Write an adapter with random matrices, as PEFT writes one."""
    torch.manual_seed(seed)
    settings = {"r": 4, "lora_alpha": 8, "target_modules": ["q_proj", "v_proj"], **options}
    wrapped = PeftModelForCausalLM(model or _base(), LoraConfig(task_type="CAUSAL_LM", **settings))
    with torch.no_grad():
        for name, parameter in wrapped.named_parameters():
            if "lora_" in name:
                parameter.copy_(torch.randn(parameter.shape) * 0.3)
    wrapped.save_pretrained(folder)
    return folder


@quiet()
def _merged_in_turn(folders: list[Path]) -> torch.Tensor:
    model: Any = _base()
    for folder in folders:
        model = PeftModelForCausalLM.from_pretrained(model, folder).merge_and_unload()
    return _answers(model)


def _joined(folders: list[Path], to: Path) -> tuple[torch.Tensor, dict[str, Any]]:
    join(folders, to, base_name="KB-Llama-3.1-8B-Swedish")
    return _answers(load_adapter(_base(), to)), json.loads((to / CONFIG).read_bytes())


def _edit(folder: Path, **changes: object) -> None:
    values = json.loads((folder / CONFIG).read_bytes())
    (folder / CONFIG).write_text(json.dumps({**values, **changes}))


CHAINS: dict[str, list[dict[str, Any]]] = {
    "alike": [{}, {}, {}],
    "one": [{"lora_alpha": 10}],
    "ranks": [{"r": 2, "lora_alpha": 4}, {"r": 8, "lora_alpha": 16}],
    "scales": [{}, {"lora_alpha": 3}, {"lora_alpha": 32, "r": 8}],
    "rslora": [{}, {"use_rslora": True}],
    "targets": [{}, {"target_modules": ["o_proj", "q_proj"]}, {"target_modules": ["down_proj"]}],
    "layers": [{}, {"layers_to_transform": [1]}],
    "expression": [{"target_modules": r".*layers\.0\.mlp\..*_proj"}, {}],
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_joined_chain_answers_as_its_adapters_merged_in_turn(name: str, tmp_path: Path) -> None:
    folders = [
        _train(tmp_path / str(number), seed=number, **options)
        for number, options in enumerate(CHAINS[name])
    ]
    answers, config = _joined(folders, tmp_path / "joined")
    assert torch.allclose(answers, _merged_in_turn(folders), atol=1e-4)
    assert not torch.allclose(answers, _answers(_base()), atol=0.1)
    assert config["base_model_name_or_path"] == "KB-Llama-3.1-8B-Swedish"
    assert config["target_modules"] == sorted(config["target_modules"])


def test_patterns_of_ranks_and_alphas_are_followed(tmp_path: Path) -> None:
    pattern = {"rank_pattern": {"q_proj": 2}, "alpha_pattern": {"layers.1.self_attn.v_proj": 1}}
    folders = [_train(tmp_path / "a"), _train(tmp_path / "b", seed=2, **pattern)]
    answers, config = _joined(folders, tmp_path / "joined")
    assert torch.allclose(answers, _merged_in_turn(folders), atol=1e-4)
    assert (config["r"], config["rank_pattern"]) == (6, {"v_proj": 8})


def test_matrices_of_equal_scale_stay_as_they_are_to_the_bit(tmp_path: Path) -> None:
    folders = [_train(tmp_path / str(seed), seed=seed) for seed in (1, 2)]
    _, config = _joined(folders, tmp_path / "joined")
    assert (config["r"], config["lora_alpha"]) == (8, 16)
    assert (config["rank_pattern"], config["alpha_pattern"]) == ({}, {})
    assert config["target_modules"] == ["q_proj", "v_proj"]
    joined = load_file(tmp_path / "joined" / WEIGHTS)
    first, second = (load_file(folder / WEIGHTS) for folder in folders)
    for name, matrix in joined.items():
        side = 0 if "lora_A" in name else 1
        assert torch.equal(matrix, torch.cat([first[name], second[name]], dim=side))


def test_a_chain_of_different_targets_lists_what_is_not_usual(tmp_path: Path) -> None:
    folders = [
        _train(tmp_path / "a"),
        _train(tmp_path / "b", target_modules=["q_proj"], seed=2),
    ]
    _, config = _joined(folders, tmp_path / "joined")
    assert (config["r"], config["rank_pattern"]) == (4, {"q_proj": 8})
    assert (config["lora_alpha"], config["alpha_pattern"]) == (8, {"q_proj": 16})


def test_modules_are_named_by_path_where_a_layer_lacks_one_of_them(tmp_path: Path) -> None:
    folder = _train(tmp_path / "a")
    tensors = load_file(folder / WEIGHTS)
    kept = {name: each for name, each in tensors.items() if "1.self_attn.v_proj" not in name}
    save_file(kept, folder / WEIGHTS)
    answers, config = _joined([folder], tmp_path / "joined")
    assert torch.allclose(answers, _merged_in_turn([folder]), atol=1e-4)
    assert config["target_modules"] == [
        "model.layers.0.self_attn.q_proj",
        "model.layers.0.self_attn.v_proj",
        "model.layers.1.self_attn.q_proj",
    ]


def test_nested_models_answer_like_the_bare_base_and_joining_undoes_it(tmp_path: Path) -> None:
    """CONTRACTS 7.5: what the old server did with a chain, beside what the chain means."""
    folders = [_train(tmp_path / str(seed), seed=seed) for seed in (1, 2)]
    with quiet():
        nested: Any = _base()
        for folder in folders:
            nested = PeftModelForCausalLM.from_pretrained(nested, folder)
    assert torch.equal(_answers(nested), _answers(_base()))
    answers, _ = _joined(folders, tmp_path / "joined")
    assert not torch.allclose(answers, _answers(nested), atol=0.1)


def test_an_adapter_trained_on_a_nested_model_loses_the_second_prefix(tmp_path: Path) -> None:
    with quiet():
        inner = PeftModelForCausalLM.from_pretrained(_base(), _train(tmp_path / "first"))
    folder = _train(tmp_path / "second", model=inner, seed=2)
    assert LegacyWeights().judge(folder / WEIGHTS).nested
    names = set(load_file(folder / WEIGHTS))
    assert all(name.startswith("base_model.model.base_model.model.model.") for name in names)
    answers, _ = _joined([folder], tmp_path / "joined")
    assert not torch.allclose(answers, _answers(_base()), atol=0.1)
    plain = _train(tmp_path / "plain", seed=2)
    assert set(load_file(tmp_path / "joined" / WEIGHTS)) == set(load_file(plain / WEIGHTS))


def test_adapters_in_torch_files_are_joined_too(tmp_path: Path) -> None:
    folders = [_train(tmp_path / str(seed), seed=seed) for seed in (1, 2, 3)]
    expected = _merged_in_turn(folders)
    for folder, name in zip(folders, ("adapter_model.bin", "adapter.pth", None), strict=True):
        tensors = load_file(folder / WEIGHTS)
        if name is not None:
            named = {each.replace(".weight", ".default.weight"): tensors[each] for each in tensors}
            (folder / WEIGHTS).unlink()
            torch.save(named, folder / name)
    answers, _ = _joined(folders, tmp_path / "joined")
    assert torch.allclose(answers, expected, atol=1e-4)


def test_half_precision_is_kept_where_nothing_is_scaled(tmp_path: Path) -> None:
    folders = [_train(tmp_path / str(seed), seed=seed) for seed in (1, 2)]
    for folder in folders:
        tensors = load_file(folder / WEIGHTS)
        save_file({name: each.bfloat16() for name, each in tensors.items()}, folder / WEIGHTS)
    _joined(folders, tmp_path / "same")
    kinds = {each.dtype for each in load_file(tmp_path / "same" / WEIGHTS).values()}
    assert kinds == {torch.bfloat16}
    _edit(folders[1], lora_alpha=3)
    _joined(folders, tmp_path / "scaled")
    kinds = {each.dtype for each in load_file(tmp_path / "scaled" / WEIGHTS).values()}
    assert kinds == {torch.float32}


def test_joining_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    folders = [_train(tmp_path / str(seed), seed=seed) for seed in (1, 2)]
    for to in ("x", "y"):
        join(folders, tmp_path / to, base_name="base")
    for name in (CONFIG, WEIGHTS):
        assert (tmp_path / "x" / name).read_bytes() == (tmp_path / "y" / name).read_bytes()


def _rename(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        tensors = load_file(folder / WEIGHTS)
        first = sorted(tensors)[0]
        save_file(
            {name if each == first else each: tensors[each] for each in tensors}, folder / WEIGHTS
        )

    return change


def _setting(**changes: object) -> Callable[[Path], None]:
    return lambda folder: _edit(folder, **changes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_setting(use_dora=True), "use_dora"),
        (_setting(lora_bias=True), "lora_bias"),
        (_setting(bias="all"), "biases"),
        (_setting(modules_to_save=["lm_head"]), "modules_to_save"),
        (_setting(layer_replication=[[0, 1]]), "layer_replication"),
        (_setting(of_tomorrow={"a": 1}), "of_tomorrow"),
        (_setting(init_lora_weights="pissa"), "init_lora_weights"),
        (_setting(peft_type="IA3"), "IA3"),
        (_setting(fan_in_fan_out=True), "transposed"),
        (_setting(r=8), "its rank for"),
        (_setting(r="8"), "its r is no number"),
        (_setting(lora_alpha=1e300), "alpha is no number"),
        (_setting(rank_pattern=[4]), "rank_pattern is no object"),
        (_setting(alpha_pattern={"(a+)+$": 1}), "key that is no name"),
        (_rename("base_model.model.lm_head.weight"), "no matrix of a LoRA"),
        (_rename("base_model.model.model.embed_tokens.lora_embedding_A"), "no matrix of a LoRA"),
        (_rename("base_model.model.x.lora_A.weight"), "no pair"),
        (_rename("base_model.model.model.layers.0.self_attn.q_proj.lora_B.x.weight"), "two"),
        (lambda folder: (folder / CONFIG).write_text("[]"), "not a JSON object"),
        (lambda folder: (folder / CONFIG).write_text(" " * 2_000_000), "too large"),
        (lambda folder: (folder / CONFIG).unlink(), "could not be read"),
        (lambda folder: (folder / WEIGHTS).unlink(), "has no weights"),
        (lambda folder: (folder / WEIGHTS).write_bytes(b"junk"), "not a readable safetensors"),
    ],
)
def test_what_is_no_plain_lora_is_refused_and_nothing_written(
    change: Callable[[Path], None], words: str, tmp_path: Path
) -> None:
    good, bad = _train(tmp_path / "good"), _train(tmp_path / "bad", seed=2)
    change(bad)
    with pytest.raises(InvalidInput, match=words):
        join([good, bad], tmp_path / "joined", base_name="base")
    assert not (tmp_path / "joined").exists()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("mistralai/Mistral-7B-v0.1", "mistralai/Mistral-7B-v0.1"),
        ("KB-Llama-3.1-8B-Swedish", "KB-Llama-3.1-8B-Swedish"),
        ("/srv/models/x", "x"),
        ("C:\\models\\x", "x"),
        ("\\\\host\\x\\", "x"),
        ("../a/x", "x"),
        ("a/../x", "x"),
        ("~/x", "x"),
        ("./x", "x"),
        ("/", "unknown"),
        ("", "unknown"),
    ],
)
def test_no_path_of_a_machine_is_written(name: str, written: str, tmp_path: Path) -> None:
    join([_train(tmp_path / "a")], tmp_path / "joined", base_name=name)
    config = json.loads((tmp_path / "joined" / CONFIG).read_bytes())
    assert config["base_model_name_or_path"] == written


def test_adapters_of_other_sizes_and_empty_chains_are_refused(tmp_path: Path) -> None:
    folder = _train(tmp_path / "a")
    other = make_model(make_config("llama", BaseSize(32, 2, 2, 1, 300, 32), 300, TOKENS), 1)
    with pytest.raises(InvalidInput, match="other sizes"):
        join([folder, _train(tmp_path / "b", model=other)], tmp_path / "j", base_name="base")
    with pytest.raises(InvalidInput, match="no adapters"):
        join([], tmp_path / "j", base_name="base")
