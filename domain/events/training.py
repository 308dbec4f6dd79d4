"""Events of a training: it started, and it failed or completed."""

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
