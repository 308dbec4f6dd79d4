"""Repeating a version's training from its records, and the verdict as an event.

Nothing is recorded before the verdict: a process that dies meanwhile leaves no entry. Materials are
compared with their digests before anything is trained.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from oneseek.domain.certification.metadata import render_json
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.reproduction import (
    SETTINGS,
    WEIGHTS,
    compare_environments,
    compare_files,
    compare_settings,
    furthest_first,
    judge,
)
from oneseek.domain.digest import sha256
from oneseek.domain.errors import Diverged, InvalidInput
from oneseek.domain.events import ReproductionJudged
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.ports import ObjectStore, Ports, Trainer
from oneseek.domain.recipe import Environment, Metrics, Recipe
from oneseek.domain.reproduction import (
    CANNOT_BE_REPEATED,
    DIFFERENT,
    TOLERANCE,
    Difference,
    Missing,
    Report,
    TensorDifference,
)
from oneseek.domain.stored import Receipt
from oneseek.domain.training_job import LoraJob, TrainProgress
from oneseek.domain.usecases.record import record as record_decision
from oneseek.domain.usecases.repeatable import ADAPTER_FILES, Record, read_rows

Measure = Callable[[Path, Path, Path], Sequence[TensorDifference]]
"""Compares the recorded weights with the repeated ones, given where both began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a repetition is made with."""

    trainer: Trainer
    measure: Measure
    base_dir: Path
    """The base model, verified by whoever sets up the bench."""
    folder: Path
    """An empty folder; what comes out lies in :attr:`output` afterwards."""
    recipe: Recipe
    """The recorded recipe, or one that was changed to see what comes of it."""

    @property
    def output(self) -> Path:
        """The folder of the repeated files."""
        return self.folder / "repeated"


@dataclass(frozen=True, slots=True)
class _Came:
    """What came out of a repetition."""

    produced: Manifest
    metrics: Metrics | None


def cannot_be_repeated(record: Record, missing: Sequence[Missing]) -> Report:
    """Return the report on a training that was not repeated, because of ``missing``."""
    names = ", ".join(dict.fromkeys(item.material for item in missing))
    reason = f"not at hand as recorded: {names}"
    return _report(record, verdict=CANNOT_BE_REPEATED, reason=reason, missing=tuple(missing))


def repeat(
    objects: ObjectStore,
    record: Record,
    bench: Bench,
    on_progress: Callable[[TrainProgress], None],
) -> Report:
    """Train once more as ``record`` says, and compare. Its objects are at hand.

    Raises:
        ServiceFailed: the machine could not do it: disk or memory do not suffice.
        KeyboardInterrupt: the person stopped it.
    """
    now = bench.trainer.environment(bench.recipe.device)
    try:
        came = _train(objects, record, bench, on_progress)
    except Diverged as error:
        return _report(record, bench=bench, now=now, verdict=DIFFERENT, reason=error.message)
    except InvalidInput as error:
        missing = Missing(
            material="a record that this program can carry out",
            expected=f"{record.completed.steps} steps as recorded",
            found=_without_places(error.message, bench),
        )
        return cannot_be_repeated(record, (missing,))
    recorded = Manifest.from_bytes(objects.read(record.completed.produced))
    files = compare_files(recorded, came.produced)
    old, new = ({f.path: f.digest for f in m.files} for m in (recorded, came.produced))
    kept = bench.folder / "recorded.safetensors"
    objects.place(old[WEIGHTS], kept)
    tensors = bench.measure(kept, bench.output / WEIGHTS, _start(bench))
    settings = compare_settings(objects.read(old[SETTINGS]), (bench.output / SETTINGS).read_bytes())
    verdict, reason = judge(files, settings, tensors, TOLERANCE)
    report = _report(record, bench=bench, now=now, verdict=verdict, reason=reason)
    return structs.replace(
        report,
        repeated_weights=new[WEIGHTS],
        files=files,
        settings=settings,
        tensors=len(tensors),
        tensor_differences=furthest_first([tensor for tensor in tensors if not tensor.same]),
        repeated_metrics=came.metrics,
    )


def record_verdict(ports: Ports, report: Report) -> Receipt:
    """Keep the report and append its verdict.

    Raises:
        InvalidInput: the recipe was changed: that says nothing certain about the version.
    """
    if report.changes:
        raise InvalidInput("what was repeated otherwise than recorded is not recorded")
    event = ReproductionJudged(
        manifest=report.manifest,
        dna=report.dna,
        training=report.training,
        verdict=report.verdict,
        weights=report.repeated_weights,
        report=ports.objects.put(render_json(report)),
        environment=report.repeated_on,
    )
    receipt = record_decision(ports, lambda _: Decision((event,)))
    assert receipt is not None  # an event was decided
    return receipt


def _train(
    objects: ObjectStore,
    record: Record,
    bench: Bench,
    on_progress: Callable[[TrainProgress], None],
) -> _Came:
    rows = read_rows(objects, record)
    bench.output.mkdir()
    job = LoraJob(
        base_dir=bench.base_dir,
        base_name=record.base.name,
        base_digest=record.base.manifest,
        train_rows=rows.trained,
        eval_rows=rows.held_out,
        recipe=bench.recipe,
        output_dir=bench.output,
        start_from=_parent_files(objects, record, bench.folder),
        row_order=rows.order,
        start_file=_start(bench),
    )
    outcome = bench.trainer.train(job, on_progress)
    return _Came(_listing(bench.output), outcome.metrics)


def _without_places(text: str, bench: Bench) -> str:
    """Return ``text`` without the paths of this machine: a report is for others."""
    return text.replace(str(bench.folder), "SCRATCH").replace(str(bench.base_dir), "BASE")


def _start(bench: Bench) -> Path:
    return bench.folder / "start.safetensors"


def _parent_files(objects: ObjectStore, record: Record, folder: Path) -> Path | None:
    if record.parent is None:
        return None
    for file in Manifest.from_bytes(objects.read(record.parent.manifest)).files:
        if file.path in ADAPTER_FILES:
            objects.place(file.digest, folder / "parent" / file.path)
    return folder / "parent"


def _listing(folder: Path) -> Manifest:
    files = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        files.append(ManifestFile(name, len(data), sha256(data)))
    return Manifest(tuple(files))


def _report(
    record: Record,
    *,
    verdict: str,
    reason: str,
    bench: Bench | None = None,
    now: Environment | None = None,
    missing: tuple[Missing, ...] = (),
) -> Report:
    return Report(
        dna=record.version.dna,
        manifest=record.version.manifest,
        training=record.started.training,
        verdict=verdict,
        reason=reason,
        changes=_changes(record.started.recipe, bench.recipe) if bench else (),
        missing=missing,
        environment=compare_environments(record.started.environment, now) if now else (),
        repeated_on=now,
        recorded_weights=record.completed.weights,
        repeated_weights=None,
        files=(),
        settings=(),
        tolerance=TOLERANCE,
        tensors=0,
        tensor_differences=(),
        recorded_metrics=record.measured.after if record.measured else None,
        repeated_metrics=None,
    )


def _changes(recorded: Recipe, used: Recipe) -> tuple[Difference, ...]:
    return tuple(
        Difference(what=name, recorded=str(getattr(recorded, name)), repeated=str(value))
        for name, value in structs.asdict(used).items()
        if getattr(recorded, name) != value
    )
