"""Going on with a training that was cut off, from a checkpoint of it, under the same id."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from oneseek.domain.decisions.checkpoints import Resumable, resumable
from oneseek.domain.decisions.reproduction import compare_environments
from oneseek.domain.decisions.training import resume as decide
from oneseek.domain.digest import Digest
from oneseek.domain.errors import Conflict, FoundDamage, InvalidInput, LedgerBroken, NotFound
from oneseek.domain.events import CheckpointKept, TrainingResumed, TrainingStarted
from oneseek.domain.ports import Ledger, ObjectStore, Ports, Trainer, View
from oneseek.domain.recipe import Environment
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import (
    BaseModel,
    Dataset,
    KeptCheckpoint,
    Training,
    Version,
    VersionName,
)
from oneseek.domain.training_job import LoraOutcome, TrainProgress
from oneseek.domain.usecases.record import record
from oneseek.domain.usecases.training_run import Order, Run, rows_of, run
from oneseek.domain.values import parse_time

_OF_CODE = frozenset({"code commit", "code changed"})
"""Where our own code differs, the bytes are expected to be the same: tests hold us to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """A training that can go on, with all that it was ordered with."""

    started: TrainingStarted
    kept: tuple[KeptCheckpoint, ...]
    """The furthest first."""
    base: BaseModel
    dataset: Dataset
    evaluation: Dataset | None
    parent: Version | None


def find_cut_off(view: View, ledger: Ledger, text: str | None) -> CutOff:
    """Return the training whose id is or begins with ``text``; None: the only one there is.

    Raises:
        NotFound: none can go on, or none of that name.
        InvalidInput: several can; the message names them.
        Conflict: that training has a result.
        LedgerBroken: its records do not belong together.
    """
    found = [item for item in resumable(view) if item.training.training.startswith(text or "")]
    if not found:
        raise _nothing(view, text)
    if len(found) > 1:
        listed = "; ".join(_line(item) for item in found)
        raise InvalidInput(
            f"{len(found)} trainings can go on: {listed}",
            hint=f"name one: oneseek train --resume {found[0].training.training}",
        )
    (item,) = found
    row = next(ledger.records(item.training.started, item.training.started + 1))
    started = REGISTRY.read(row.raw, where=f"entry {row.index}").body
    if not isinstance(started, TrainingStarted):
        raise LedgerBroken(f"entry {row.index} should be {TrainingStarted.kind}, and is not")
    base, dataset = view.get(BaseModel, started.base), view.get(Dataset, started.dataset)
    name = view.get(VersionName, started.parent) if started.parent else None
    if base is None or dataset is None or (started.parent and name is None):
        raise LedgerBroken(f"the records of training {started.training} do not belong together")
    return CutOff(
        started=started,
        kept=item.kept,
        base=base,
        dataset=dataset,
        evaluation=view.get(Dataset, started.evaluation) if started.evaluation else None,
        parent=view.get(Version, name.dna) if name else None,
    )


def whole_checkpoint(
    objects: ObjectStore, kept: tuple[KeptCheckpoint, ...], tell: Callable[[str], None]
) -> KeptCheckpoint:
    """Return the furthest checkpoint whose bytes are as recorded; the others are told of.

    Raises:
        FoundDamage: there is none.
    """
    for item in kept:
        wrong = [f for f in objects.check([item.state]) if f.check != "object-mode"]
        if not wrong:
            return item
        what = f"{item.name} at step {item.step}"
        tell(f"note: {what} cannot be used: {wrong[0].check}, found {wrong[0].found}")
    raise FoundDamage(
        f"no checkpoint of training {kept[0].training} is whole",
        hint="restore the objects from a backup, or train again from the start",
    )


def require_environment(started: TrainingStarted, now: Environment, *, force: bool) -> str | None:
    """Compare machine and libraries with those of the start; return a warning where forced.

    Raises:
        Conflict: they differ, and it was not forced.
    """
    found = compare_environments(started.environment, now)
    told = ", ".join(
        f"{item.what} {item.recorded} → {item.repeated}"
        for item in found
        if item.what not in _OF_CODE
    )
    if not told:
        return None
    if not force:
        raise Conflict(
            f"training {started.training} began elsewhere: {told}",
            hint="go on there, or say that bytes which nobody can repeat are fine: --force",
        )
    return f"warning: other than at its start: {told}; its bytes may not be repeatable"


def resume(
    ports: Ports,
    trainer: Trainer,
    order: Order,
    kept: KeptCheckpoint,
    on_progress: Callable[[TrainProgress], None],
) -> LoraOutcome:
    """Go on with ``order`` from ``kept``, and record that and the end.

    Raises:
        NotFound, Conflict: see :func:`oneseek.domain.decisions.training.resume`; nothing was
            recorded.
        others: as :func:`~oneseek.domain.usecases.training_run.run`.
    """
    rows, held_out = rows_of(ports, order)
    environment = trainer.environment(order.recipe.device)
    resumed = TrainingResumed(
        training=order.training, state=kept.state, step=kept.step, environment=environment
    )
    state = ports.objects.path(kept.state)
    spent = time_spent(ports.ledger, order.training, kept.state)
    receipt = record(ports, lambda view: decide(view, resumed, order.parent, order.allow_withdrawn))
    assert receipt is not None  # an event was decided
    this = Run(
        rows=rows,
        held_out=held_out,
        environment=environment,
        resume_from=state,
        since=receipt.indices[0],
        spent=spent,
    )
    return run(ports, trainer, order, this, on_progress)


def time_spent(ledger: Ledger, training: str, state: Digest) -> timedelta:
    """Return how long the processes worked that led to ``state``, as their entries say."""
    until: dict[Digest, timedelta] = {}
    before, begun = timedelta(), None
    for row in ledger.of_stream(f"training:{training}"):
        entry = REGISTRY.read(row.raw, where=f"entry {row.index}")
        time = parse_time(entry.time)
        match entry.body:
            case TrainingStarted():
                begun = time
            case TrainingResumed(state=origin):
                before, begun = until.get(origin, timedelta()), time
            case CheckpointKept(state=kept):
                until.setdefault(kept, before + (time - (begun or time)))
    return until.get(state, timedelta())


def _nothing(view: View, text: str | None) -> NotFound | Conflict:
    known = view.get(Training, text) if text else None
    if known is not None and known.status in ("completed", "certified"):
        return Conflict(f"training {text} is {known.status}: there is nothing left to go on with")
    if known is not None:
        return NotFound(f"of training {text} no checkpoint is kept", hint="train again")
    if text:
        return NotFound(f"no training {text} can go on", hint="see which can: oneseek status")
    return NotFound("no training can go on: none that was cut off has a checkpoint")


def _line(item: Resumable) -> str:
    return f"{item.training.training} from step {item.kept[0].step}"
