"""Refuse a recipe that cannot be carried out, before minutes are spent on it."""

from oneseek.domain.errors import InvalidInput
from oneseek.domain.prompt import PROMPT_FORMAT
from oneseek.domain.recipe import Recipe
from oneseek.domain.values import Number


def check_recipe(recipe: Recipe) -> None:
    """Return when every option of ``recipe`` has a meaning here.

    Raises:
        InvalidInput: one has not; the message names it, its value and the values that would do.
    """
    _word("method", recipe.method, ("lora",))
    _word("scheduler", recipe.scheduler, ("cosine", "constant"))
    _word("precision", recipe.precision, ("float32", "bfloat16"))
    _word("device", recipe.device, ("cpu", "cuda", "mps"))
    _word("prompt format", recipe.prompt_format, (PROMPT_FORMAT,))
    for name, count in (
        ("LoRA rank", recipe.lora_rank),
        ("LoRA alpha", recipe.lora_alpha),
        ("number of epochs", recipe.epochs),
        ("batch size", recipe.batch_size),
        ("gradient accumulation", recipe.gradient_accumulation),
        ("greatest length", recipe.max_length),
    ):
        if count < 1:
            raise InvalidInput(f"the {name} is {count}; it must be at least 1")
    # The ends are what float32 arithmetic can carry, not what is wise.
    _range("learning rate", recipe.learning_rate, 1e-30, 1e30)
    _range("weight decay", recipe.weight_decay, 0.0, 1e6)
    _range("greatest gradient norm", recipe.max_grad_norm, 0.0, 1e30)
    _range("LoRA dropout", recipe.lora_dropout, 0.0, 0.99)
    _range("warm-up ratio", recipe.warmup_ratio, 0.0, 1.0)
    if recipe.auto_stop_threshold is not None:
        _range("auto-stop threshold", recipe.auto_stop_threshold, 0.0, 1.0)


def _word(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InvalidInput(f"the {name} is {value!r}; it must be {' or '.join(allowed)}")


def _range(name: str, value: Number, least: float, most: float) -> None:
    if not least <= float(value) <= most:
        raise InvalidInput(f"the {name} is {value}; it must be {least:g} to {most:g}")
