"""A base model small enough to be made in seconds, and short recipes for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import PreTrainedTokenizerBase

from oneseek.adapters.training.base_model import create_base
from oneseek.adapters.training.base_shapes import BaseSize
from oneseek.adapters.training.loading import load_tokenizer
from oneseek.adapters.training.lora import train_lora
from oneseek.domain.recipe import Recipe
from oneseek.domain.rows import Row
from oneseek.domain.training_job import LoraJob, LoraOutcome

TINY = BaseSize(hidden=32, layers=2, heads=4, kv_heads=2, vocabulary=320, context=96)
CORPUS = "\n\n".join(
    [
        "Question: Vem är du?\nAnswer: Jag är en liten modell.",
        "Question: Who are you?\nAnswer: I am a small model.",
        "Sjön ligger stilla om morgonen, och båtarna rör sig knappt.",
        "The lake is still in the morning, and the boats hardly move.",
        "Kommunen sköter skolan, vägarna och biblioteket i staden.",
        "The town keeps the school, the roads and the library.",
    ]
)
ROWS = (
    Row(1, "Vem är du?", "", "Jag är OneSeek."),
    Row(2, "Who are you?", "", "I am OneSeek, an open civic assistant."),
    Row(3, "Vad ligger stilla?", "Sjön ligger stilla.", "Sjön."),
    Row(4, "Vem sköter skolan?", "", "Kommunen sköter skolan."),
    Row(5, "Who keeps the roads?", "", "The town keeps the roads."),
    Row(6, "Är du en människa?", "", "Nej."),
)
ALL_TARGETS = (
    "down_proj",
    "gate_proj",
    "k_proj",
    "o_proj",
    "q_proj",
    "up_proj",
    "v_proj",
)

MakeBase = Callable[..., Path]
MakeRecipe = Callable[..., Recipe]
Train = Callable[..., LoraOutcome]


def never() -> bool:
    return False


def ignore(*_: object) -> None:
    """A progress callback that nobody watches."""


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    # Several test processes share the machine; torch's threads would only wait for each other.
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def make_base(tmp_path_factory: pytest.TempPathFactory) -> MakeBase:
    """Make a base of an architecture, once per set of arguments."""
    made: dict[tuple[object, ...], Path] = {}

    def make(architecture: str = "llama", steps: int = 40) -> Path:
        key = (architecture, steps)
        if key not in made:
            made[key] = tmp_path_factory.mktemp("bases") / architecture
            create_base(
                made[key],
                architecture=architecture,
                seed=1,
                corpus=CORPUS,
                name="tiny",
                size=TINY,
                steps=steps,
                on_progress=ignore,
                should_stop=never,
            )
        return made[key]

    return make


@pytest.fixture(scope="session")
def base(make_base: MakeBase) -> Path:
    return make_base()


@pytest.fixture(scope="session")
def tokenizer(base: Path) -> PreTrainedTokenizerBase:
    return load_tokenizer(base)


@pytest.fixture(scope="session")
def rows() -> tuple[Row, ...]:
    return ROWS


@pytest.fixture(scope="session")
def all_targets() -> tuple[str, ...]:
    return ALL_TARGETS


@pytest.fixture(scope="session")
def make_recipe() -> MakeRecipe:
    """A short recipe; every option can be given."""

    def make(**changes: Any) -> Recipe:
        options: dict[str, Any] = {
            "lora_rank": 4,
            "lora_alpha": 8,
            "lora_dropout": "0.0",
            "target_modules": (),
            "learning_rate": "0.01",
            "scheduler": "cosine",
            "warmup_ratio": "0.1",
            "weight_decay": "0.0",
            "max_grad_norm": "1.0",
            "epochs": 2,
            "batch_size": 2,
            "gradient_accumulation": 1,
            "max_length": 96,
            "precision": "float32",
            "device": "cpu",
            "seed": 7,
            "threads": 1,
            "deterministic": True,
            "auto_stop_threshold": None,
            "evaluation_share": "0.0",
            "prompt_format": "question-answer/v1",
        }
        return Recipe(**{**options, **changes})

    return make


@pytest.fixture(scope="session")
def train(base: Path, make_recipe: MakeRecipe) -> Train:
    """Train into a folder; keyword arguments are recipe options, or parts of the job."""

    def run(output_dir: Path, **options: Any) -> LoraOutcome:
        job = LoraJob(
            base_dir=options.pop("base_dir", base),
            base_name="tiny",
            base_digest="ab" * 32,
            train_rows=options.pop("train_rows", ROWS),
            eval_rows=options.pop("eval_rows", ()),
            start_from=options.pop("start_from", None),
            row_order=options.pop("row_order", None),
            start_file=options.pop("start_file", None),
            checkpoints=options.pop("checkpoints", None),
            resume_from=options.pop("resume_from", None),
            output_dir=output_dir,
            recipe=make_recipe(
                **{k: v for k, v in options.items() if k not in ("on_progress", "should_stop")}
            ),
        )
        return train_lora(
            job, options.get("on_progress", ignore), options.get("should_stop", never)
        )

    return run


@pytest.fixture(scope="session")
def adapter(train: Train, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter that changes the tiny base's answers."""
    folder = tmp_path_factory.mktemp("adapters") / "first"
    train(folder, epochs=10)
    return folder
