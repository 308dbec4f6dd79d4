"""What came out of a training, as objects, and the events that name them."""

from datetime import timedelta
from pathlib import Path

from oneseek.domain.certification.metadata import render_json
from oneseek.domain.digest import Digest
from oneseek.domain.errors import ServiceFailed
from oneseek.domain.events import MetricsMeasured, TrainingCompleted
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.ports import Ports
from oneseek.domain.recipe import Environment
from oneseek.domain.rows import Row
from oneseek.domain.training_job import LoraOutcome
from oneseek.domain.values import require_finite

WEIGHTS_FILE = "adapter_model.safetensors"


def keep_results(
    ports: Ports,
    training: str,
    folder: Path,
    outcome: LoraOutcome,
    duration: timedelta,
    rows: int,
) -> TrainingCompleted:
    """Keep the files in ``folder`` and what was measured on the way.

    Raises:
        ServiceFailed: there are no weights among them, or the disk refused.
    """
    files = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest, size = ports.objects.put_file(path)
            name = path.relative_to(folder).as_posix()
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
        training=training,
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


def measured(
    ports: Ports,
    training: str,
    dataset: Digest,
    outcome: LoraOutcome,
    held_out: tuple[Row, ...],
    environment: Environment,
) -> list[MetricsMeasured]:
    """Return what was measured on ``held_out`` rows of ``dataset``; nothing without such rows."""
    if outcome.metrics is None:
        return []
    for metrics in (outcome.metrics_before, outcome.metrics):
        if metrics is not None:
            require_finite(metrics)
    commit = environment.code_commit
    rows: Digest = ports.objects.put(render_json([row.number for row in held_out]))
    return [
        MetricsMeasured(
            training=training,
            dataset=dataset,
            rows=rows,
            before=outcome.metrics_before,
            after=outcome.metrics,
            code=ports.software + (f" ({commit})" if commit else ""),
        )
    ]
