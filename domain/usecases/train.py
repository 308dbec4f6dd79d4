"""Training: start, run, keep what came out, complete. Certifying is the next use case."""

from collections.abc import Callable

from oneseek.domain.decisions.training import start
from oneseek.domain.errors import InvalidInput
from oneseek.domain.events import TrainingStarted
from oneseek.domain.names import LANGUAGES
from oneseek.domain.ports import Ports, Trainer
from oneseek.domain.training_job import LoraOutcome, TrainProgress
from oneseek.domain.usecases.record import record
from oneseek.domain.usecases.training_run import Order, Run, rows_of, run
from oneseek.domain.values import require_finite

__all__ = ["Order", "train"]


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
    rows, held_out = rows_of(ports, order)
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
    this = Run(rows=rows, held_out=held_out, environment=environment)
    return run(ports, trainer, order, this, on_progress)


def _check_language(order: Order) -> None:
    # Found only when the result is certified, this would cost the whole training.
    if order.language not in LANGUAGES:
        raise InvalidInput(
            f"unknown language {order.language!r}", hint=f"one of {', '.join(LANGUAGES)}"
        )
