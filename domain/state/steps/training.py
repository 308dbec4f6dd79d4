"""Trainings: how far they came, and what was measured."""

from msgspec.structs import replace

from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    CheckpointDropped,
    CheckpointKept,
    MetricsMeasured,
    TrainingCompleted,
    TrainingFailed,
    TrainingResumed,
    TrainingStarted,
)
from oneseek.domain.state import documents as doc
from oneseek.domain.state.steps.step import Steps
from oneseek.domain.state.store import State


def _started(state: State, index: int, _: Entry, event: TrainingStarted) -> None:
    state.put(
        event.training,
        doc.Training(
            training=event.training,
            status="started",
            base=event.base,
            dataset=event.dataset,
            parent=event.parent,
            language=event.language,
            started=index,
            ended=None,
            produced=None,
            weights=None,
            metrics=None,
            reason=None,
        ),
    )
    state.put(event.training, doc.OpenTraining(training=event.training))


def _failed(state: State, index: int, _: Entry, event: TrainingFailed) -> None:
    if training := state.get(doc.Training, event.training):
        ended = replace(training, status="failed", ended=index, reason=event.reason)
        state.put(event.training, ended)
    state.delete(doc.OpenTraining, event.training)


def _resumed(state: State, index: int, _: Entry, event: TrainingResumed) -> None:
    if training := state.get(doc.Training, event.training):
        again = replace(training, status="started", ended=None, reason=None, resumed=index)
        state.put(event.training, again)
        state.put(event.training, doc.OpenTraining(training=event.training))


def _completed(state: State, index: int, _: Entry, event: TrainingCompleted) -> None:
    if training := state.get(doc.Training, event.training):
        ended = replace(
            training,
            status="completed",
            ended=index,
            produced=event.produced,
            weights=event.weights,
        )
        state.put(event.training, ended)


def _measured(state: State, _: int, __: Entry, event: MetricsMeasured) -> None:
    if training := state.get(doc.Training, event.training):
        state.put(event.training, replace(training, metrics=event.after))


def _kept(state: State, index: int, _: Entry, event: CheckpointKept) -> None:
    state.put(
        doc.checkpoint_key(event.training, event.period, event.name),
        doc.KeptCheckpoint(
            training=event.training,
            period=event.period,
            name=event.name,
            epoch=event.epoch,
            step=event.step,
            state=event.state,
            size=event.size,
            index=index,
        ),
    )


def _dropped(state: State, _: int, __: Entry, event: CheckpointDropped) -> None:
    key = doc.checkpoint_key(event.training, event.period, event.name)
    state.delete(doc.KeptCheckpoint, key)


STEPS: Steps = {
    TrainingStarted: _started,
    TrainingFailed: _failed,
    TrainingResumed: _resumed,
    TrainingCompleted: _completed,
    MetricsMeasured: _measured,
    CheckpointKept: _kept,
    CheckpointDropped: _dropped,
}
