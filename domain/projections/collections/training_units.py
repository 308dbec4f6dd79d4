"""The documents of ``oqt_training_events``: what the fold keeps of each, and its fields."""

from typing import ClassVar

from msgspec import Struct

from oneseek.domain.digest import Digest
from oneseek.domain.projections.collections.collection import Rendered
from oneseek.domain.projections.collections.values import Mark, metric_fields, moment
from oneseek.domain.recipe import Metrics
from oneseek.domain.state.store import Document


class Outcome(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a completed training counted; a part of :class:`TrainingRun`."""

    rows: int
    rows_cut: int
    epochs: int
    steps: int
    stopped_early: bool
    parameters: int
    duration_ms: int
    weights: Digest


class TrainingRun(Document, frozen=True):
    """A training, by the id of its document."""

    table: ClassVar[str] = "training-run"
    mark: Mark
    """Its start."""
    updated: str
    training: str
    status: str
    """``started``, ``failed``, ``completed`` or ``certified``."""
    base: Digest
    base_name: str | None
    dataset: Digest
    dataset_name: str | None
    parent: Digest | None
    parent_name: str | None
    language: str
    method: str
    ended: Mark | None = None
    reason: str | None = None
    outcome: Outcome | None = None
    metrics: Metrics | None = None
    version: str | None = None
    manifest: Digest | None = None
    checkpoints: int = 0
    """How many are still kept."""
    checkpoint: str | None = None
    """The name of the newest that was ever kept."""
    resumed: int = 0


class ImportedTraining(Document, frozen=True):
    """What an older system trained, by the id of its document."""

    table: ClassVar[str] = "imported-training"
    mark: Mark
    dna: str
    manifest: Digest
    claimed: str | None
    created: str | None
    base_name: str | None
    language: str | None
    verdict: str
    reason: str
    source: str
    path: str


def render(unit: TrainingRun | ImportedTraining) -> Rendered:
    """Return the fields of a document; both kinds have the ones that old readers know."""
    return _run(unit) if isinstance(unit, TrainingRun) else _imported(unit)


def _run(run: TrainingRun) -> Rendered:
    out = run.outcome
    time, index = run.mark
    return Rendered(
        {
            "trainingId": run.training,
            "type": "training",
            "timestamp": moment(time),
            "updatedAt": moment(run.updated),
            "endedAt": moment(run.ended[0]) if run.ended else None,
            "status": run.status,
            "reason": run.reason,
            "samplesProcessed": out.rows if out else None,
            "rowsCut": out.rows_cut if out else None,
            "epochs": out.epochs if out else None,
            "steps": out.steps if out else None,
            "stoppedEarly": out.stopped_early if out else None,
            "trainableParameters": out.parameters if out else None,
            "duration_ms": out.duration_ms if out else None,
            "weights": out.weights if out else None,
            "previousVersion": run.parent_name,
            "previousManifest": run.parent,
            "newVersion": run.version,
            "modelVersion": run.version,
            "manifest": run.manifest,
            "metrics": metric_fields(run.metrics),
            "dataSource": run.dataset_name,
            "dateRange": None,
            "dataset": run.dataset,
            "language": run.language,
            "model": run.base_name,
            "modelManifest": run.base,
            "method": run.method,
            "checkpoints": run.checkpoints,
            "lastCheckpoint": run.checkpoint,
            "resumed": run.resumed,
            "ledgerIndex": index,
            "endedIndex": run.ended[1] if run.ended else None,
        }
    )


def _imported(item: ImportedTraining) -> Rendered:
    time, index = item.mark
    return Rendered(
        {
            "trainingId": None,
            "type": "imported",
            "timestamp": moment(time),
            "samplesProcessed": None,
            "epochs": None,
            "duration_ms": None,
            "previousVersion": None,
            "newVersion": item.dna,
            "modelVersion": item.dna,
            "claimedVersion": item.claimed,
            "claimedTime": item.created,
            "manifest": item.manifest,
            "metrics": metric_fields(None),
            "dataSource": None,
            "dateRange": None,
            "language": item.language,
            "model": item.base_name,
            "verdict": item.verdict,
            "reason": item.reason,
            "source": item.source,
            "path": item.path,
            "ledgerIndex": index,
        }
    )
