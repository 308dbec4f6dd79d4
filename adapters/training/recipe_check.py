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
    if float(recipe.learning_rate) <= 0.0:
        raise InvalidInput(f"the learning rate is {recipe.learning_rate}; it must be above 0")
    _share("LoRA dropout", recipe.lora_dropout, below_one=True)
    _share("warm-up ratio", recipe.warmup_ratio)
    if recipe.auto_stop_threshold is not None:
        _share("auto-stop threshold", recipe.auto_stop_threshold)
    for name, value in (
        ("weight decay", recipe.weight_decay),
        ("greatest gradient norm", recipe.max_grad_norm),
    ):
        if float(value) < 0.0:
            raise InvalidInput(f"the {name} is {value}; it must not be negative")


def _word(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InvalidInput(f"the {name} is {value!r}; it must be {' or '.join(allowed)}")


def _share(name: str, value: Number, *, below_one: bool = False) -> None:
    share = float(value)
    if not 0.0 <= share <= 1.0 or (below_one and share == 1.0):
        edge = "below 1" if below_one else "at most 1"
        raise InvalidInput(f"the {name} is {value}; it must be at least 0 and {edge}")
