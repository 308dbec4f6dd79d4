"""Repeating a recorded training: verify the materials, train in scratch, compare, record."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from oneseek.adapters.objects.disk import disk_errors
from oneseek.cli.app import App
from oneseek.cli.progress import training_bar
from oneseek.cli.wiring.bases import base_folder
from oneseek.cli.wiring.collected import refuse_collected
from oneseek.cli.wiring.libraries import training_libraries
from oneseek.cli.wiring.training import narrate
from oneseek.cli.wiring.writing import writing
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound, ServiceFailed
from oneseek.domain.manifest import Manifest
from oneseek.domain.recipe import Recipe
from oneseek.domain.reproduction import Missing, Report
from oneseek.domain.state.documents import Version
from oneseek.domain.usecases.repeatable import Record, missing_objects, read_record
from oneseek.domain.usecases.reproduce import Bench, cannot_be_repeated, record_verdict, repeat

_LABEL = "reproduction-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Options to use instead of the recorded ones; None keeps the recorded one."""

    device: str | None = None
    precision: str | None = None
    threads: int | None = None

    def apply(self, recipe: Recipe) -> Recipe:
        """Return ``recipe`` with these options."""
        return structs.replace(
            recipe,
            device=self.device or recipe.device,
            precision=self.precision or recipe.precision,
            threads=self.threads or recipe.threads,
        )


@dataclass(frozen=True, slots=True)
class Reproduced:
    """The report on a repetition, and the entry that records it; None when none does."""

    report: Report
    entry: int | None


def reproduce(
    app: App,
    version: Version | str,
    *,
    record: bool = True,
    keep: Path | None = None,
    changed: Changed | None = None,
) -> Reproduced:
    """Repeat the training of ``version`` (or of the one that a text names) and judge the result.

    Args:
        app: the workspace. Without ``record`` nothing in it is changed.
        version: whose training.
        record: append the verdict.
        keep: a new or empty folder that receives the repeated files.
        changed: other options than the recorded ones; such a repetition is never recorded.

    Raises:
        InvalidInput: it is to be recorded with other options, or ``keep`` holds something.
        ServiceFailed: the training libraries are absent, or disk or memory do not suffice.
        FoundDamage, NotFound, Conflict, LedgerBroken: as every verb; nothing was recorded.
    """
    changed = changed or Changed()
    if record and changed != Changed():
        raise InvalidInput(
            "a repetition with other options than the recorded ones is not recorded",
            hint="say that it is only to be looked at: --no-record",
        )
    _check_keep(keep)
    if not record:
        return Reproduced(_repeat(app, version, changed, keep, remember=False), None)
    with writing(app) as ports:
        report = _repeat(app, version, changed, keep, remember=True)
        return Reproduced(report, record_verdict(ports, report).indices[0])


def _repeat(
    app: App, version: Version | str, changed: Changed, keep: Path | None, *, remember: bool
) -> Report:
    with app.ledger.view() as view:
        found = find_version(view, version) if isinstance(version, str) else version
        told = read_record(app.ledger, view, found)
    recipe = changed.apply(told.started.recipe)
    missing = missing_objects(app.objects, told)
    # That is no verdict on the training: they can be brought back.
    refuse_collected(app, [item.expected for item in missing])
    base_dir = _base(app, told, missing, remember=remember)
    if not missing:
        _check_means(recipe, missing)
    if missing or base_dir is None:
        return cannot_be_repeated(told, missing)
    from oneseek.adapters.training.repetition import measure_repetition
    from oneseek.adapters.training.trainer import LoraTrainer

    if keep is not None:
        with disk_errors("make the folder", keep):  # before hours are spent
            keep.mkdir(parents=True, exist_ok=True)
    produced = Manifest.from_bytes(app.objects.read(told.completed.produced))
    with_bin = any(file.path == "adapter_model.bin" for file in produced.files)
    with _workroom(app, remember) as folder:
        bench = Bench(
            trainer=LoraTrainer(with_bin=with_bin),
            measure=measure_repetition,
            base_dir=base_dir,
            folder=folder,
            recipe=recipe,
        )
        title = f"Repeating {found.dna}"
        with training_bar(title, show=not app.out.json) as bar:
            report = repeat(app.objects, told, bench, narrate(app, bar))
        if keep is not None and bench.output.is_dir():
            with disk_errors("copy the repeated files to", keep):
                shutil.copytree(bench.output, keep, dirs_exist_ok=True)
    return report


def _base(app: App, told: Record, missing: list[Missing], *, remember: bool) -> Path | None:
    """Return the verified folder of the base model, or add to ``missing`` why there is none."""
    if any(item.expected == told.base.manifest for item in missing):
        return None  # nobody knows which files it had
    try:
        return base_folder(app, told.base, remember=remember)
    except (NotFound, FoundDamage, InvalidInput) as error:
        # The sentence has paths of this machine, which are nobody else's business in a report.
        app.out.note(f"note: {error.message}")
        found = "absent" if isinstance(error, NotFound) else "other files or bytes"
        name = f"base model {told.base.name}"
        missing.append(Missing(material=name, expected=told.base.manifest, found=found))
        return None


def _check_means(recipe: Recipe, missing: list[Missing]) -> None:
    """Add to ``missing`` what this program or this machine lacks for ``recipe``."""
    with training_libraries():
        from oneseek.adapters.training.devices import choose_device
        from oneseek.adapters.training.recipe_check import check_recipe
    for material, expected, check in (
        ("method", recipe.method, lambda: check_recipe(recipe)),
        ("device", recipe.device, lambda: choose_device(recipe.device)),
    ):
        try:
            check()
        except InvalidInput as error:
            missing.append(Missing(material=material, expected=expected, found=error.message))
            return


@contextmanager
def _workroom(app: App, writable: bool) -> Iterator[Path]:
    """Give an empty folder; in staging, where a killed process's debris is swept."""
    try:
        folder = app.scratch.folder(_LABEL)
    except ServiceFailed:
        if writable:
            raise
        with tempfile.TemporaryDirectory() as elsewhere:  # a workspace that may only be read
            yield Path(elsewhere)
        return
    try:
        yield folder
    finally:
        app.scratch.release(folder)


def _check_keep(keep: Path | None) -> None:
    if keep is None:
        return
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise InvalidInput(f"{keep} is not empty", hint="name a new folder")
