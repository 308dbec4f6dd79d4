"""Training: start, run, keep what came out, complete. Certifying is the next use case.

Every end is recorded: completed, or failed with the reason. A process that dies in between leaves
a started training without an end; :mod:`oneseek.domain.usecases.recover` records that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from oneseek.domain.certification.metadata import render_json
from oneseek.domain.dataset.reading import read_dataset
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.training import start
from oneseek.domain.digest import Digest
from oneseek.domain.errors import Conflict, InvalidInput, OneSeekError, ServiceFailed
from oneseek.domain.events import (
    Event,
    MetricsMeasured,
    TrainingCompleted,
    TrainingFailed,
    TrainingStarted,
)
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.names import LANGUAGES
from oneseek.domain.ports import Ports, Trainer, View
from oneseek.domain.recipe import Environment, Recipe
from oneseek.domain.rows import Row
from oneseek.domain.split import split_rows
from oneseek.domain.state.documents import BaseModel, Dataset, Training, Version
from oneseek.domain.training_job import LoraJob, LoraOutcome, TrainProgress
from oneseek.domain.usecases.record import record
from oneseek.domain.values import require_finite

WEIGHTS_FILE = "adapter_model.safetensors"


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


def train(
    ports: Ports, trainer: Trainer, order: Order, on_progress: Callable[[TrainProgress], None]
) -> LoraOutcome:
    """Run ``order`` and record its start and its end.

    Raises:
        InvalidInput: the data leave nothing to train on, the recipe has a number that is none, or
            the language has no line; nothing was recorded.
        Conflict: the version to go on from was withdrawn; nothing was recorded.
        OneSeekError: the training failed; a training-failed entry says why.
        Conflict: another machine took it for dead and recorded its end while it ran.
        KeyboardInterrupt: the person stopped it; a training-failed entry says so.
    """
    _check_language(order)
    rows, held_out = _rows(ports, order)
    require_finite(order.recipe)
    environment = trainer.environment(order.recipe.device)
    started = TrainingStarted(
        training=order.training,
        base=order.base.manifest,
        dataset=order.dataset.dataset,
        evaluation=order.evaluation.dataset if order.evaluation else None,
        parent=order.parent.manifest if order.parent else None,
        language=order.language,
        recipe=order.recipe,
        environment=environment,
    )
    record(ports, lambda view: start(view, started, order.parent, order.allow_withdrawn))
    begun = ports.clock.now()
    try:
        outcome = trainer.train(_job(order, rows, held_out), on_progress)
        _check(trainer, order.output_dir)
        ended = _keep(ports, order, outcome, ports.clock.now() - begun, len(rows))
        measured = _measured(ports, order, outcome, held_out, environment)
    except BaseException as error:
        _fail(ports, order.training, _reason(error))
        raise
    _complete(ports, order.training, ended, *measured)
    return outcome


def _check_language(order: Order) -> None:
    # Found only when the result is certified, this would cost the whole training.
    if order.language not in LANGUAGES:
        raise InvalidInput(
            f"unknown language {order.language!r}", hint=f"one of {', '.join(LANGUAGES)}"
        )


def _fail(ports: Ports, training: str, reason: str) -> None:
    def on(view: View) -> Decision:
        if _ended(view, training):
            return Decision()  # whoever took it for dead has said so
        return Decision((TrainingFailed(training=training, reason=reason),))

    record(ports, on)


def _complete(ports: Ports, training: str, *events: Event) -> None:
    """Record the result, unless somebody has recorded another end meanwhile."""

    def on(view: View) -> Decision:
        if end := _ended(view, training):
            raise Conflict(
                f"training {training} was recorded as {end.status} by entry {end.ended} while it "
                f"ran ({end.reason}); its result was not recorded",
                hint="its connection to the ledger was lost, and another machine took it for dead: "
                "train again",
            )
        return Decision(events)

    record(ports, on)


def _ended(view: View, training: str) -> Training | None:
    found = view.get(Training, training)
    return found if found is not None and found.status != "started" else None


def _rows(ports: Ports, order: Order) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
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


def _job(order: Order, rows: tuple[Row, ...], held_out: tuple[Row, ...]) -> LoraJob:
    return LoraJob(
        base_dir=order.base_dir,
        base_name=order.base.name,
        base_digest=order.base.manifest,
        train_rows=rows,
        eval_rows=held_out,
        recipe=order.recipe,
        output_dir=order.output_dir,
        start_from=order.parent_dir,
    )


def _check(trainer: Trainer, folder: Path) -> None:
    found = trainer.check(folder)
    if not found.finite:
        raise InvalidInput(
            "the trained weights are not finite numbers", hint="lower the learning rate"
        )
    if not found.changes_something:
        raise InvalidInput(
            "the trained adapter changes nothing: all its B matrices are zero",
            hint="train longer or with a higher learning rate",
        )


def _keep(
    ports: Ports, order: Order, outcome: LoraOutcome, duration: timedelta, rows: int
) -> TrainingCompleted:
    files = []
    for path in sorted(order.output_dir.rglob("*")):
        if path.is_file():
            digest, size = ports.objects.put_file(path)
            name = path.relative_to(order.output_dir).as_posix()
            files.append(ManifestFile(name, size, digest))
    manifest = Manifest(tuple(files))
    weights = next((file.digest for file in files if file.path == WEIGHTS_FILE), None)
    if weights is None:
        raise ServiceFailed(f"the training left no {WEIGHTS_FILE}")
    losses = {
        "steps": outcome.step_losses,
        "epochs": [
            {
                "epoch": epoch.epoch,
                "train_loss": epoch.train_loss,
                "metrics": epoch.metrics,
            }
            for epoch in outcome.epochs
        ],
    }
    return TrainingCompleted(
        training=order.training,
        produced=ports.objects.put(manifest.to_bytes()),
        weights=weights,
        row_order=ports.objects.put(render_json(outcome.row_order)),
        losses=ports.objects.put(render_json(losses)),
        steps=outcome.steps,
        epochs=len(outcome.epochs),
        stopped_early=outcome.stopped_early,
        rows_trained=rows,
        rows_cut=outcome.cut_rows,
        trainable_parameters=outcome.trainable_parameters,
        duration_ms=duration // timedelta(milliseconds=1),
    )


def _measured(
    ports: Ports,
    order: Order,
    outcome: LoraOutcome,
    held_out: tuple[Row, ...],
    environment: Environment,
) -> list[MetricsMeasured]:
    if outcome.metrics is None:
        return []
    for metrics in (outcome.metrics_before, outcome.metrics):
        if metrics is not None:
            require_finite(metrics)
    commit = environment.code_commit
    rows: Digest = ports.objects.put(render_json([row.number for row in held_out]))
    return [
        MetricsMeasured(
            training=order.training,
            dataset=(order.evaluation or order.dataset).dataset,
            rows=rows,
            before=outcome.metrics_before,
            after=outcome.metrics,
            code=ports.software + (f" ({commit})" if commit else ""),
        )
    ]


def _reason(error: BaseException) -> str:
    if isinstance(error, OneSeekError):
        return error.message[:500]
    if isinstance(error, KeyboardInterrupt):
        return "interrupted by the operator"
    # A path in the text may not be Unicode; an entry must be.
    text = f"{type(error).__name__}: {error}".encode(errors="replace").decode()
    return text[:500]
