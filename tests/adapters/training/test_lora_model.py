import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from oneseek.adapters.training.loading import load_base
from oneseek.adapters.training.lora_model import (
    adapter_parameters,
    continue_adapter,
    load_adapter,
    new_adapter,
    read_lora_config,
)
from oneseek.domain.errors import InvalidInput
from oneseek.domain.recipe import Recipe

MakeRecipe = Callable[..., Recipe]


@pytest.fixture
def copy(adapter: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(adapter, tmp_path / "copy"))


def _edit(folder: Path, **changes: object) -> None:
    path = folder / "adapter_config.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **changes}))


def test_a_new_adapter_changes_nothing_yet_and_repeats_from_its_seed(
    base: Path, make_recipe: MakeRecipe
) -> None:
    ids = torch.tensor([[1, 20, 30]])
    bare = load_base(base, "float32", "cpu")
    expected = bare(input_ids=ids).logits
    first = new_adapter(bare, make_recipe())
    assert torch.equal(first(input_ids=ids).logits, expected)
    torch.manual_seed(99)  # the global generator has no say
    second = adapter_parameters(new_adapter(load_base(base, "float32", "cpu"), make_recipe()))
    other = adapter_parameters(new_adapter(load_base(base, "float32", "cpu"), make_recipe(seed=8)))
    for name, parameter in adapter_parameters(first).items():
        assert torch.equal(parameter, second[name])
        assert ("lora_A" in name) != torch.equal(parameter, other[name])


def test_only_the_adapter_is_trainable(base: Path, make_recipe: MakeRecipe) -> None:
    model = new_adapter(load_base(base, "float32", "cpu"), make_recipe())
    names = sorted(adapter_parameters(model))
    assert len(names) == 2 * 2 * 2  # layers, projections, A and B
    assert all("lora_" in name for name in names)
    assert names[0] == "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"


def test_a_target_that_is_not_there_is_refused_even_beside_one_that_is(
    base: Path, make_recipe: MakeRecipe
) -> None:
    recipe = make_recipe(target_modules=("c_attn", "q_proj"))
    with pytest.raises(InvalidInput, match="c_attn"):
        new_adapter(load_base(base, "float32", "cpu"), recipe)


def test_a_target_that_is_no_layer_is_refused(base: Path, make_recipe: MakeRecipe) -> None:
    with pytest.raises(InvalidInput, match="LlamaMLP"):
        new_adapter(load_base(base, "float32", "cpu"), make_recipe(target_modules=("mlp",)))


@pytest.mark.parametrize(
    "changes",
    [
        {"lora_rank": 8},
        {"lora_alpha": 16},
        {"target_modules": ("o_proj", "q_proj")},
    ],
)
def test_an_adapter_of_another_shape_is_not_continued(
    changes: dict[str, object], base: Path, adapter: Path, make_recipe: MakeRecipe
) -> None:
    recipe = make_recipe(**changes)
    model = new_adapter(load_base(base, "float32", "cpu"), recipe)
    with pytest.raises(InvalidInput, match="continue") as refused:
        continue_adapter(model, recipe, adapter)
    assert refused.value.hint is not None
    assert "--lora-rank 4 --lora-alpha 8 --target-modules q_proj,v_proj" in refused.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"peft_type": "IA3"},
        {"peft_type": None},
        {"megatron_config": {"a": 1}},
        {"loftq_config": {"loftq_bits": 4}},
        {"r": 0},
        {"layers_pattern": "x", "layers_to_transform": None},
    ],
)
def test_a_configuration_that_wants_more_than_plain_lora_is_refused(
    changes: dict[str, object], base: Path, copy: Path
) -> None:
    _edit(copy, **changes)
    with pytest.raises(InvalidInput, match=r"adapter_config|settings"):
        load_adapter(load_base(base, "float32", "cpu"), copy)


def test_unknown_keys_of_a_newer_peft_are_passed_over(copy: Path) -> None:
    _edit(copy, of_tomorrow=True)
    assert read_lora_config(copy).r == 4


def test_tensors_that_are_absent_or_have_no_place_are_refused(base: Path, copy: Path) -> None:
    path = copy / "adapter_model.safetensors"
    tensors = load_file(path)
    first, *rest = sorted(tensors)
    save_file({name: tensors[name] for name in rest}, path)
    with pytest.raises(InvalidInput, match="1 tensors absent, 0"):
        load_adapter(load_base(base, "float32", "cpu"), copy)
    renamed = {name.replace(".layers.0.", ".layers.7."): tensors[name] for name in tensors}
    save_file(renamed, path)
    with pytest.raises(InvalidInput, match="4 tensors absent, 4 that have no place"):
        load_adapter(load_base(base, "float32", "cpu"), copy)
    save_file({**tensors, first: torch.ones(1, 1)}, path)
    with pytest.raises(InvalidInput, match="other shapes"):
        load_adapter(load_base(base, "float32", "cpu"), copy)
    path.write_bytes(b"no safetensors")
    with pytest.raises(InvalidInput, match="not a readable safetensors"):
        load_adapter(load_base(base, "float32", "cpu"), copy)
