"""Events of a training: it started, kept checkpoints, went on, and failed or completed."""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.events.base import Event
from oneseek.domain.recipe import Environment, Recipe
from oneseek.domain.values import Count


class TrainingStarted(Event, frozen=True):
    """A training began: everything that is needed to repeat it."""

    kind: ClassVar[str] = "training-started/v1"
    training: str
    base: Digest
    dataset: Digest
    evaluation: Digest | None
    """A dataset of its own for evaluation; None: rows of ``dataset`` are held out."""
    parent: Digest | None
    """Manifest of the version that this training continues from; None: from the base model."""
    language: str
    recipe: Recipe
    environment: Environment

    @property
    def stream(self) -> str:
        return f"training:{self.training}"


class TrainingFailed(Event, frozen=True):
    """A training ended without a usable result."""

    kind: ClassVar[str] = "training-failed/v1"
    training: str
    reason: str

    @property
    def stream(self) -> str:
        return f"training:{self.training}"


class TrainingCompleted(Event, frozen=True):
    """A training ended with files in the content store. Its index is the ``ledger_block_id``."""

    kind: ClassVar[str] = "training-completed/v1"
    training: str
    produced: Digest
    """Manifest object of the produced files."""
    weights: Digest
    row_order: Digest
    """Object: the row numbers of every epoch, in the order in which they were learned."""
    losses: Digest
    """Object: the loss of every optimizer step, and what each epoch measured."""
    steps: Count
    epochs: Count
    stopped_early: bool
    rows_trained: Count
    rows_cut: Count
    """Rows whose text was longer than ``max_length``."""
    trainable_parameters: Count
    duration_ms: Count

    @property
    def stream(self) -> str:
        return f"training:{self.training}"


class CheckpointKept(Event, frozen=True):
    """The state of a running training was kept, so that it can go on from there."""

    kind: ClassVar[str] = "checkpoint-kept/v1"
    training: str
    period: str
    """``daily`` or ``weekly``."""
    name: str
    """``checkpoint-2026-11-20`` or ``checkpoint-2026-week-47``: the day, or the ISO week."""
    epoch: Count
    """Whole epochs that were done."""
    step: Count
    """Optimizer steps that were done, over all epochs."""
    state: Digest
    """Object: weights, optimizer, scheduler, random state and position of the data."""
    size: Count

    @property
    def stream(self) -> str:
        return f"training:{self.training}"


class CheckpointDropped(Event, frozen=True):
    """A kept checkpoint was given up, by the retention policy or because it is not needed."""

    kind: ClassVar[str] = "checkpoint-dropped/v1"
    training: str
    period: str
    name: str
    state: Digest
    reason: str

    @property
    def stream(self) -> str:
        return f"training:{self.training}"


class TrainingResumed(Event, frozen=True):
    """A training that was cut off goes on from a checkpoint."""

    kind: ClassVar[str] = "training-resumed/v1"
    training: str
    state: Digest
    """The checkpoint's object."""
    step: Count
    environment: Environment

    @property
    def stream(self) -> str:
        return f"training:{self.training}"
