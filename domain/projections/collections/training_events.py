"""``oqt_training_events``: one document per training, and one per imported version.

The original wrote one document per finished run, of a type such as ``weekly-batch``. A training of
ours is of the type ``training`` from its start to its end; what an older system trained is
``imported``.
"""

from msgspec.structs import replace

from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    CheckpointDropped,
    CheckpointKept,
    Event,
    MetricsMeasured,
    TrainingCompleted,
    TrainingFailed,
    TrainingResumed,
    TrainingStarted,
    VersionCertified,
    VersionImported,
)
from oneseek.domain.projections.collections.collection import Collection
from oneseek.domain.projections.collections.ids import document_id
from oneseek.domain.projections.collections.labels import LABELLING, label, learn
from oneseek.domain.projections.collections.training_units import (
    ImportedTraining,
    Outcome,
    TrainingRun,
    render,
)
from oneseek.domain.projections.collections.values import Mark
from oneseek.domain.projections.versions import COLLECTION_VERSIONS
from oneseek.domain.state.store import State

NAME = "oqt_training_events"


def _step(state: State, index: int, entry: Entry) -> None:
    body, mark = entry.body, (entry.time, index)
    learn(state, body)
    match body:
        case TrainingStarted() as event:
            state.put(document_id(event.training), _begin(state, mark, event))
        case VersionImported() as event:
            state.put(f"version:{event.manifest}", _imported(mark, event))
        case _:
            _go_on(state, mark, body)


def _begin(state: State, mark: Mark, event: TrainingStarted) -> TrainingRun:
    return TrainingRun(
        mark=mark,
        updated=mark[0],
        training=event.training,
        status="started",
        base=event.base,
        base_name=label(state, event.base),
        dataset=event.dataset,
        dataset_name=label(state, event.dataset),
        parent=event.parent,
        parent_name=label(state, event.parent),
        language=event.language,
        method=event.recipe.method,
    )


def _imported(mark: Mark, event: VersionImported) -> ImportedTraining:
    return ImportedTraining(
        mark=mark,
        dna=event.dna,
        manifest=event.manifest,
        claimed=event.claimed,
        created=event.created,
        base_name=event.base_name,
        language=event.language,
        verdict=event.verdict,
        reason=event.reason,
        source=event.source,
        path=event.path,
    )


def _go_on(state: State, mark: Mark, event: Event) -> None:
    """Tell in a training's document what became of it; a training that never began has none."""
    training: str | None = getattr(event, "training", None)
    if training is None:
        return
    key = document_id(training)
    if run := state.get(TrainingRun, key):
        state.put(key, replace(_after(run, mark, event), updated=mark[0]))


def _after(run: TrainingRun, mark: Mark, event: Event) -> TrainingRun:
    match event:
        case TrainingFailed(reason=reason):
            return replace(run, status="failed", ended=mark, reason=reason)
        case TrainingCompleted():
            return replace(run, status="completed", ended=mark, outcome=_outcome(event))
        case MetricsMeasured(after=metrics):
            return replace(run, metrics=metrics)
        case VersionCertified(dna=dna, manifest=manifest):
            return replace(run, status="certified", version=dna, manifest=manifest)
        case CheckpointKept(name=name):
            return replace(run, checkpoints=run.checkpoints + 1, checkpoint=name)
        case CheckpointDropped():
            return replace(run, checkpoints=max(0, run.checkpoints - 1))
        case _:
            assert isinstance(event, TrainingResumed)
            again = run.resumed + 1
            return replace(run, status="started", ended=None, reason=None, resumed=again)


def _outcome(event: TrainingCompleted) -> Outcome:
    return Outcome(
        rows=event.rows_trained,
        rows_cut=event.rows_cut,
        epochs=event.epochs,
        steps=event.steps,
        stopped_early=event.stopped_early,
        parameters=event.trainable_parameters,
        duration_ms=event.duration_ms,
        weights=event.weights,
    )


TRAINING_EVENTS = Collection(
    name=NAME,
    version=COLLECTION_VERSIONS[NAME],
    events=LABELLING
    | {
        TrainingStarted,
        TrainingFailed,
        TrainingCompleted,
        TrainingResumed,
        CheckpointKept,
        CheckpointDropped,
        MetricsMeasured,
        VersionCertified,
        VersionImported,
    },
    units=(TrainingRun, ImportedTraining),
    step=_step,
    render=render,
)
