"""What goes into a LoRA training, what it tells on the way, and what comes out of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from oneseek.domain.recipe import Metrics, Recipe
from oneseek.domain.rows import Row


class Checkpoints(Protocol):
    """Keeps the state of a running training. Asked after every optimizer step."""

    def due(self, step: int) -> bool:
        """Say whether the state after ``step`` (over all epochs) is to be kept."""
        ...

    def keep(self, epoch: int, step: int, write: Callable[[Path], None]) -> None:
        """Keep the state that ``write`` writes into a file; ``epoch`` counts whole epochs.

        Raises KeyboardInterrupt when the training is to end here.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraJob:
    """One training: a base, rows, a recipe, and the folder that receives the adapter."""

    base_dir: Path
    base_name: str
    """Written into the adapter's configuration in place of a path of this machine."""
    base_digest: str
    """Manifest digest of the base, written as the revision that the adapter belongs to."""
    train_rows: tuple[Row, ...]
    eval_rows: tuple[Row, ...]
    recipe: Recipe
    output_dir: Path
    start_from: Path | None = None
    """An earlier adapter's folder to continue from; rank, alpha and targets must agree."""
    row_order: tuple[tuple[int, ...], ...] | None = None
    """The row numbers of every epoch, as recorded, to be learned again: neither the seed nor what
    is measured on the way decides then. None: the recipe does."""
    start_file: Path | None = None
    """Receives the adapter's values before the first step, as safetensors."""
    checkpoints: Checkpoints | None = None
    resume_from: Path | None = None
    """A kept state to go on from. What then comes out is what would have come out without the
    interruption, to the bit; ``start_from`` is not needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainProgress:
    """Told after every optimizer step, and once more after each evaluation."""

    step: int
    """Optimizer steps done, of ``steps``."""
    steps: int
    epoch: int
    """The epoch under way, from 1."""
    epochs: int
    loss: float
    """Mean negative log-likelihood per answer token of the last step."""
    learning_rate: float
    metrics: Metrics | None
    """Only in the call after an evaluation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochResult:
    """One pass over the rows; ``train_loss`` is the mean per answer token seen in it."""

    epoch: int
    train_loss: float
    metrics: Metrics | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraOutcome:
    """What was measured while the adapter was made."""

    row_order: list[list[int]]
    """Row numbers in the order of training, one list per epoch."""
    step_losses: list[float]
    epochs: list[EpochResult]
    metrics_before: Metrics | None
    """On the evaluation rows before the first step; None without such rows."""
    metrics: Metrics | None
    """On the evaluation rows after the last epoch."""
    stopped_early: bool
    steps: int
    trainable_parameters: int
    cut_rows: int
    """Training rows whose answer lost its end to the greatest length."""


@dataclass(frozen=True, slots=True)
class AdapterCheck:
    """What an adapter's weights are: numbers at all, and able to change an answer."""

    finite: bool
    changes_something: bool
    """Some ``lora_B`` value is not zero; with B zero an adapter leaves the base as it is."""
    tensors: int
    parameters: int
