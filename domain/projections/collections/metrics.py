"""``oqt_metrics``: one document per measurement; what nobody measured is null."""

from typing import ClassVar

from msgspec.structs import replace

from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    DatasetRegistered,
    MetricsMeasured,
    TrainingCompleted,
    VersionCertified,
)
from oneseek.domain.projections.collections.collection import Collection, Rendered
from oneseek.domain.projections.collections.labels import label, learn
from oneseek.domain.projections.collections.values import Mark, metric_fields, moment
from oneseek.domain.projections.versions import COLLECTION_VERSIONS
from oneseek.domain.recipe import Metrics
from oneseek.domain.state.store import Document, State

NAME = "oqt_metrics"


class Trained(Document, frozen=True):
    """What a training came to, by training id. It is no unit."""

    table: ClassVar[str] = "trained"
    rows: int | None = None
    """Rows that were learned from."""
    version: str | None = None
    """Label of the version that it became."""
    measurements: tuple[str, ...] = ()
    """Ids of the documents that tell of it."""


class Measurement(Document, frozen=True):
    """A measurement, by its leaf index in decimal."""

    table: ClassVar[str] = "measurement"
    mark: Mark
    training: str
    version: str | None
    rows: int | None
    dataset: Digest
    dataset_name: str | None
    before: Metrics | None
    after: Metrics
    code: str


def _step(state: State, index: int, entry: Entry) -> None:
    match entry.body:
        case MetricsMeasured() as event:
            _measure(state, (entry.time, index), event)
        case TrainingCompleted(training=training, rows_trained=rows):
            _tell(state, training, replace(_trained(state, training), rows=rows))
        case VersionCertified(training=training, dna=dna):
            _tell(state, training, replace(_trained(state, training), version=dna))
        case body:
            learn(state, body)


def _trained(state: State, training: str) -> Trained:
    return state.get(Trained, training) or Trained()


def _measure(state: State, mark: Mark, event: MetricsMeasured) -> None:
    trained, key = _trained(state, event.training), str(mark[1])
    measurement = Measurement(
        mark=mark,
        training=event.training,
        version=trained.version,
        rows=trained.rows,
        dataset=event.dataset,
        dataset_name=label(state, event.dataset),
        before=event.before,
        after=event.after,
        code=event.code,
    )
    state.put(key, measurement)
    known = (*trained.measurements, key)
    state.put(event.training, replace(trained, measurements=known))


def _tell(state: State, training: str, trained: Trained) -> None:
    """Remember what a training came to, and say it in the documents that tell of it."""
    state.put(training, trained)
    for key in trained.measurements:
        known = state.get(Measurement, key)
        assert known is not None  # both are put together
        state.put(key, replace(known, version=trained.version, rows=trained.rows))


def _render(measurement: Measurement) -> Rendered:
    time, index = measurement.mark
    before = measurement.before
    return Rendered(
        {
            "version": measurement.version,
            "metrics": metric_fields(measurement.after),
            "before": None if before is None else metric_fields(before),
            "training": {
                "totalSamples": measurement.rows,
                "weeklyBatch": None,
                "microBatch": None,
            },
            "timestamp": moment(time),
            "trainingId": measurement.training,
            "dataset": measurement.dataset_name,
            "datasetDigest": measurement.dataset,
            "code": measurement.code,
            "ledgerIndex": index,
        }
    )


METRICS = Collection(
    name=NAME,
    version=COLLECTION_VERSIONS[NAME],
    events=frozenset({DatasetRegistered, MetricsMeasured, TrainingCompleted, VersionCertified}),
    units=(Measurement,),
    step=_step,
    render=_render,
)
