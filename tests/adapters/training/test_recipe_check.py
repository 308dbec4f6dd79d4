from collections.abc import Callable
from typing import Any

import pytest

from oneseek.adapters.training.recipe_check import check_recipe
from oneseek.domain.errors import InvalidInput
from oneseek.domain.recipe import Recipe


def test_a_usable_recipe_passes(make_recipe: Callable[..., Recipe]) -> None:
    check_recipe(make_recipe(auto_stop_threshold="1.0", warmup_ratio="1.0", max_grad_norm="0.0"))


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "full"},
        {"scheduler": "linear"},
        {"precision": "float16"},
        {"device": "auto"},
        {"prompt_format": "chat/v1"},
        {"lora_rank": 0},
        {"lora_alpha": 0},
        {"epochs": 0},
        {"batch_size": 0},
        {"gradient_accumulation": 0},
        {"max_length": 0},
        {"learning_rate": "0.0"},
        {"learning_rate": "-0.1"},
        {"lora_dropout": "1.0"},
        {"warmup_ratio": "1.1"},
        {"auto_stop_threshold": "-0.1"},
        {"learning_rate": "1e+31"},
        {"weight_decay": "-1.0"},
        {"weight_decay": "1e+07"},
        {"max_grad_norm": "-1.0"},
    ],
)
def test_a_recipe_without_meaning_is_refused(
    changes: dict[str, Any], make_recipe: Callable[..., Recipe]
) -> None:
    with pytest.raises(InvalidInput):
        check_recipe(make_recipe(**changes))
