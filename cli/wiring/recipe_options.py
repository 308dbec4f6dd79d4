"""The options that make a recipe. The defaults are the founding ones."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any

import click

from oneseek.domain.errors import InvalidInput
from oneseek.domain.prompt import PROMPT_FORMAT
from oneseek.domain.recipe import Recipe
from oneseek.domain.values import maybe_number, number


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeOptions:
    """What a person may choose; device, precision and threads are settled by the machine."""

    lora_rank: int = 8
    lora_alpha: int = 32
    lora_dropout: float = 0.05
    target_modules: tuple[str, ...] = ()
    learning_rate: float = 1e-4
    scheduler: str = "cosine"
    warmup_ratio: float = 0.05
    weight_decay: float = 0.01
    max_grad_norm: float = 1.0
    epochs: int = 3
    batch_size: int = 8
    gradient_accumulation: int = 1
    max_length: int = 512
    precision: str = "auto"
    device: str = "auto"
    seed: int = 42
    threads: int = 0
    auto_stop_threshold: float | None = 0.95
    evaluation_share: float = 0.1


def build_recipe(
    options: RecipeOptions,
    *,
    targets: tuple[str, ...],
    device: str,
    precision: str,
    threads: int,
) -> Recipe:
    """Return the recipe as it is recorded: what was chosen, and what the machine made of it."""
    return Recipe(
        lora_rank=options.lora_rank,
        lora_alpha=options.lora_alpha,
        lora_dropout=number(options.lora_dropout),
        target_modules=tuple(sorted(options.target_modules or targets)),
        learning_rate=number(options.learning_rate),
        scheduler=options.scheduler,
        warmup_ratio=number(options.warmup_ratio),
        weight_decay=number(options.weight_decay),
        max_grad_norm=number(options.max_grad_norm),
        epochs=options.epochs,
        batch_size=options.batch_size,
        gradient_accumulation=options.gradient_accumulation,
        max_length=options.max_length,
        precision=precision,
        device=device,
        seed=options.seed,
        threads=threads,
        deterministic=True,
        auto_stop_threshold=maybe_number(options.auto_stop_threshold),
        evaluation_share=number(options.evaluation_share),
        prompt_format=PROMPT_FORMAT,
    )


class _Finite(click.FloatRange):
    """A range of numbers; "nan" is in none, though it compares with no border."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return found


_UNIT = _Finite(0, 1)
_BELOW_ONE = _Finite(0, 1, max_open=True)
_POSITIVE = _Finite(0, min_open=True)
_NOT_NEGATIVE = _Finite(0)
_FROM_ONE = click.IntRange(1, 2**31)

_OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("--lora-rank", {"type": _FROM_ONE, "help": "LoRA rank r."}),
    ("--lora-alpha", {"type": _FROM_ONE, "help": "LoRA alpha."}),
    ("--lora-dropout", {"type": _BELOW_ONE, "help": "LoRA dropout."}),
    ("--learning-rate", {"type": _POSITIVE, "help": "Highest learning rate."}),
    ("--scheduler", {"type": click.Choice(("cosine", "constant")), "help": "After warm-up."}),
    ("--warmup-ratio", {"type": _BELOW_ONE, "help": "Part of the steps with a rising rate."}),
    ("--weight-decay", {"type": _NOT_NEGATIVE, "help": "Of AdamW."}),
    ("--max-grad-norm", {"type": _NOT_NEGATIVE, "help": "Gradients are clipped to this norm."}),
    ("--epochs", {"type": _FROM_ONE, "help": "Passes over the rows."}),
    ("--batch-size", {"type": _FROM_ONE, "help": "Rows per forward pass."}),
    ("--gradient-accumulation", {"type": _FROM_ONE, "help": "Forward passes per step."}),
    ("--max-length", {"type": click.IntRange(8, 2**20), "help": "Longest row in tokens."}),
    ("--precision", {"type": click.Choice(("auto", "float32", "bfloat16")),
                     "help": "Number format of the frozen base."}),
    ("--device", {"type": click.Choice(("auto", "cpu", "cuda", "mps")), "help": "Where to run."}),
    ("--seed", {"type": click.IntRange(0, 2**53), "help": "Seed of weights, order and split."}),
    ("--threads", {"type": click.IntRange(0, 1024), "help": "CPU threads, 0: torch decides."}),
    ("--evaluation-share", {"type": _BELOW_ONE, "help": "Part of the rows that is held out."}),
)  # fmt: skip


def recipe_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add every recipe option to a command, gathered in the argument ``options``."""
    names = {field.name for field in fields(RecipeOptions)}
    defaults = RecipeOptions()

    @wraps(function)
    def gathered(*args: Any, **given: Any) -> None:
        chosen = {name: given.pop(name) for name in list(given) if name in names}
        chosen["target_modules"] = _names(chosen.pop("target_modules"))
        if given.pop("no_auto_stop"):
            chosen["auto_stop_threshold"] = None
        function(*args, **given, options=RecipeOptions(**chosen))

    decorated: Callable[..., None] = gathered
    decorated = click.option("--no-auto-stop", is_flag=True, help="Run all epochs.")(decorated)
    decorated = click.option(
        "--auto-stop-threshold",
        type=_UNIT,
        default=defaults.auto_stop_threshold,
        show_default=True,
        help="Stop when held-out token accuracy reaches this.",
    )(decorated)
    decorated = click.option(
        "--target-modules",
        metavar="NAME,NAME…",
        default="",
        help="Modules to adapt.  [default: q_proj,v_proj; for gpt2 c_attn]",
    )(decorated)
    for flag, settings in reversed(_OPTIONS):
        default = getattr(defaults, flag[2:].replace("-", "_"))
        decorated = click.option(flag, default=default, show_default=True, **settings)(decorated)
    return decorated


def _names(text: str) -> tuple[str, ...]:
    names = tuple(sorted({name.strip() for name in text.split(",") if name.strip()}))
    if text and not names:
        raise InvalidInput(f"--target-modules names no module: {text!r}")
    return names
