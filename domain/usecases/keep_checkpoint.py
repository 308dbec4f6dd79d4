"""Keeping the state of a running training: into the store first, then the entry.

A crash in between leaves an object that no entry names, which is collected some day; the training
goes on from the checkpoint before it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from oneseek.domain.checkpoint_names import Often
from oneseek.domain.decisions.checkpoints import Rule, keep
from oneseek.domain.decisions.training import lost
from oneseek.domain.errors import Conflict, ServiceFailed
from oneseek.domain.ports import Ports
from oneseek.domain.usecases.drop_checkpoints import drop_checkpoints
from oneseek.domain.usecases.record import record


@dataclass(kw_only=True)
class CheckpointKeeper:
    """Keeps checkpoints of one training: see :class:`~oneseek.domain.training_job.Checkpoints`."""

    ports: Ports
    training: str
    since: int | None
    """The entry with which this process resumed the training; None: it began it."""
    file: Path
    """Where a state is written before it is put into the store."""
    often: Often
    rule: Rule
    stop: Callable[[], bool] = lambda: False
    """Whether the person wants the training to end after the step."""
    tell: Callable[[str], None] = lambda _: None
    last: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.last = self.ports.clock.now()

    def due(self, step: int) -> bool:
        """Say whether the state after ``step`` is to be kept."""
        return self.stop() or self.often.due(step, self.last, self.ports.clock.now())

    def keep(self, epoch: int, step: int, write: Callable[[Path], None]) -> None:
        """Keep the state, record it, and give up what is beyond the rule.

        A full disk or a locked ledger is told and tried again when the next one is due: hours of
        training are worth more than a checkpoint.

        Raises:
            Conflict: somebody took the training for dead meanwhile.
            KeyboardInterrupt: the person wants it to end here; the state is kept.
        """
        now = self.ports.clock.now()
        try:
            write(self.file)
            digest, size = self.ports.objects.put_file(self.file)
            record(
                self.ports,
                lambda view: keep(
                    view,
                    self.training,
                    self.since,
                    epoch=epoch,
                    step=step,
                    digest=digest,
                    size=size,
                    day=now.date(),
                ),
            )
            drop_checkpoints(self.ports, self.rule)
        except (Conflict, ServiceFailed) as error:
            with self.ports.ledger.view() as view:
                if lost(view, self.training, self.since):
                    raise
            self.tell(f"note: the state at step {step} could not be kept: {error.message}")
        self.last = now
        if self.stop():
            raise KeyboardInterrupt
