"""Running a training to its recorded end: completed, or failed with the reason.

A process that dies meanwhile leaves a started training without an end;
:mod:`oneseek.domain.usecases.recover` records that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from oneseek.domain.dataset.reading import read_dataset
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.checkpoints import drop_needless, way_on
from oneseek.domain.decisions.training import lost
from oneseek.domain.errors import Conflict, Diverged, InvalidInput, OneSeekError
from oneseek.domain.events import Event, TrainingFailed
from oneseek.domain.ports import Ports, Trainer, View
from oneseek.domain.recipe import Environment, Recipe
from oneseek.domain.rows import Row
from oneseek.domain.split import split_rows
from oneseek.domain.state.documents import BaseModel, Dataset, Version
from oneseek.domain.training_job import Checkpoints, LoraJob, LoraOutcome, TrainProgress
from oneseek.domain.usecases.record import record
from oneseek.domain.usecases.training_results import keep_results, measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be trained. The folders are already verified by whoever gives the order."""

    training: str
    base: BaseModel
    base_dir: Path
    dataset: Dataset
    evaluation: Dataset | None
    parent: Version | None
    parent_dir: Path | None
    language: str
    recipe: Recipe
    output_dir: Path
    allow_withdrawn: bool = False
    """Go on from ``parent`` even if it was withdrawn."""
    checkpoints: Callable[[int | None], Checkpoints] | None = None
    """Makes what keeps the state on the way, given :attr:`Run.since`; None: nobody can go on where
    it was cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one process does of a training."""

    rows: tuple[Row, ...]
    held_out: tuple[Row, ...]
    environment: Environment
    resume_from: Path | None = None
    """The state that it goes on from."""
    since: int | None = None
    """Leaf index of the entry with which this process resumed it."""
    spent: timedelta = timedelta()
    """Time that went into that state."""


def run(
    ports: Ports,
    trainer: Trainer,
    order: Order,
    this: Run,
    on_progress: Callable[[TrainProgress], None],
) -> LoraOutcome:
    """Train, keep what came out, and record the end; the beginning is recorded.

    Raises:
        OneSeekError: the training failed; a training-failed entry says why.
        Conflict: another machine took it for dead and recorded its end while it ran.
        KeyboardInterrupt: the person stopped it; a training-failed entry says so.
    """
    begun = ports.clock.now()
    try:
        outcome = trainer.train(_job(order, this), on_progress)
        _check(trainer, order.output_dir)
        duration = this.spent + (ports.clock.now() - begun)
        end = keep_results(
            ports, order.training, order.output_dir, outcome, duration, len(this.rows)
        )
        told = measured(
            ports,
            order.training,
            (order.evaluation or order.dataset).dataset,
            outcome,
            this.held_out,
            this.environment,
        )
    except BaseException as error:
        _fail(ports, order.training, this.since, error)
        raise
    _complete(ports, order.training, this.since, end, *told)
    return outcome


def _fail(ports: Ports, training: str, since: int | None, error: BaseException) -> None:
    def on(view: View) -> Decision:
        if lost(view, training, since):
            return Decision()  # whoever took it for dead has said so, or goes on with it
        # Whoever goes on from a checkpoint runs off again, step for step; all else may be mended.
        if isinstance(error, Diverged):
            gone = drop_needless(view, training)
            return Decision((TrainingFailed(training=training, reason=_reason(error)), *gone))
        reason = _reason(error) + way_on(view, training)
        return Decision((TrainingFailed(training=training, reason=reason),))

    record(ports, on)


def _complete(ports: Ports, training: str, since: int | None, *events: Event) -> None:
    """Record the result, unless somebody has taken it for dead meanwhile."""

    def on(view: View) -> Decision:
        if told := lost(view, training, since):
            raise Conflict(
                f"{told}; its result was not recorded",
                hint="its connection to the ledger was lost, and another machine took it for dead: "
                "train again",
            )
        return Decision(events)

    record(ports, on)


def rows_of(ports: Ports, order: Order) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the rows to train on and those to measure on.

    Raises:
        InvalidInput: nothing is left to train on, or a row is in both datasets.
    """
    rows = read_dataset(ports.objects.read(order.dataset.dataset), order.dataset.name).rows
    if order.evaluation is None:
        return split_rows(rows, float(order.recipe.evaluation_share), order.recipe.seed)
    data = ports.objects.read(order.evaluation.dataset)
    held_out = read_dataset(data, order.evaluation.name).rows
    shared = {_text(row) for row in rows} & {_text(row) for row in held_out}
    if shared:
        raise InvalidInput(
            f"{order.evaluation.name} shares {len(shared)} rows with {order.dataset.name}",
            hint="evaluate on rows that are not trained on",
        )
    return rows, held_out


def _text(row: Row) -> tuple[str, str, str]:
    return row.instruction, row.input, row.output


def _job(order: Order, this: Run) -> LoraJob:
    return LoraJob(
        base_dir=order.base_dir,
        base_name=order.base.name,
        base_digest=order.base.manifest,
        train_rows=this.rows,
        eval_rows=this.held_out,
        recipe=order.recipe,
        output_dir=order.output_dir,
        start_from=order.parent_dir,
        checkpoints=order.checkpoints(this.since) if order.checkpoints else None,
        resume_from=this.resume_from,
    )


def _check(trainer: Trainer, folder: Path) -> None:
    found = trainer.check(folder)
    if not found.finite:
        raise Diverged("the trained weights are not finite numbers", hint="lower the learning rate")
    if not found.changes_something:
        raise InvalidInput(
            "the trained adapter changes nothing: all its B matrices are zero",
            hint="train longer or with a higher learning rate",
        )


def _reason(error: BaseException) -> str:
    if isinstance(error, OneSeekError):
        return error.message[:500]
    if isinstance(error, KeyboardInterrupt):
        return "interrupted by the operator"
    # A path in the text may not be Unicode; an entry must be.
    text = f"{type(error).__name__}: {error}".encode(errors="replace").decode()
    return text[:500]
