"""What a question knows of trainings that have no version yet, however often they were cut off."""

from typing import Generic, TypeVar

from oneseek.domain import events as e

T = TypeVar("T")

ENDS_AND_RETURNS: tuple[type[e.Event], ...] = (
    e.CheckpointKept,
    e.TrainingFailed,
    e.TrainingResumed,
)
"""What :meth:`OpenTrainings.follow` reads."""


class OpenTrainings(Generic[T]):
    """Something known of each open training. Of failed ones only those with a checkpoint stay."""

    def __init__(self) -> None:
        self._open: dict[str, T] = {}
        self._cut_off: dict[str, T] = {}
        self._kept: set[str] = set()

    def put(self, training: str, known: T) -> None:
        """Remember ``known`` of an open training."""
        self._open[training] = known

    def get(self, training: str) -> T | None:
        """Return what is known of an open training; None for every other."""
        return self._open.get(training)

    def take(self, training: str) -> T | None:
        """Return what is known of a training that got its version, and forget it."""
        self._kept.discard(training)
        return self._open.pop(training, None)

    def follow(self, event: e.Event) -> None:
        """Close a training that failed, and open it again when it is resumed."""
        match event:
            case e.CheckpointKept(training=training):
                self._kept.add(training)
            case e.TrainingFailed(training=training):
                known = self._open.pop(training, None)
                if known is not None and training in self._kept:
                    self._cut_off[training] = known
            case e.TrainingResumed(training=training) if training in self._cut_off:
                self._open[training] = self._cut_off.pop(training)
