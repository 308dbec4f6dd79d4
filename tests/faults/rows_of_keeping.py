"""The rows of keeping and bringing back: what is restored, collected, held, and kept on the way."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import oneseek.adapters.ledger.restoring
import oneseek.cli.wiring.collecting
import oneseek.cli.wiring.restore_all
import oneseek.cli.wiring.restoring_version  # noqa: F401
from e2e.workspaces import SmallTrainer, train_small
from faults.row import Row, cli, with_app
from faults.rows_of_backups import BACK_UP, cheaply
from faults.seen import wrong_at
from oneseek.cli.app import App
from oneseek.domain.collected import read_inventory
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.errors import FoundDamage, NotFound
from oneseek.domain.state.documents import Collection, Hold, KeptCheckpoint, Version
from oneseek.domain.training_job import LoraJob, LoraOutcome, TrainProgress
from oneseek.domain.usecases.restore_version import is_whole, version_objects

_KILLED = frozenset({"killed"})
_DISK = "lost+found"
"""A volume of its own begins with this folder, so an empty workspace may have it."""

_COLLECT = ("gc", "--grace-days", "0", "--json")


def _reset(root: Path) -> None:
    BACK_UP(root)
    cli("reset", "--confirm", "RESET")(root)


def _collected(root: Path) -> None:
    _reset(root)
    cli(*_COLLECT)(root)


def _only_backups(root: Path) -> None:
    """Keep nothing of the workspace but backups of all of it, and its keys."""
    disk = root / _DISK
    disk.mkdir()
    cli("backup", "run", "--to", disk.as_uri())(root)
    cheaply(cli("backup", "vault", "--to", disk.as_uri()))(root)
    cli("backup", "ledger", "--to", disk.as_uri())(root)
    shutil.copytree(root / ".oneseek" / "keys", disk / "keys")
    for path in root.iterdir():
        if path != disk:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _restore_all(root: Path) -> object:
    place, keys = (root / _DISK).as_uri(), f"{_DISK}/keys"
    words = ("--ledger", place, "--vault", place, "--keys", keys, "--json")
    return cheaply(cli("restore", "--all", *words))(root)


def _stands(app: App, done: Any) -> bool:
    with app.ledger.view() as view:
        version = find_version(view, done["restored"])
        whole = all(
            is_whole(app.objects, digest) for digest in version_objects(view, version, app.objects)
        )
    return whole and (app.paths.certified / version.dna / "manifest.json").is_file()


def _all_is_there(app: App, done: Any) -> bool:
    with app.ledger.view() as view:
        versions = [version for _, version in view.scan(Version)]
        found = [d for v in versions for d in version_objects(view, v, app.objects)]
    whole = all(is_whole(app.objects, digest) for digest in found) and len(versions) > 1
    return whole and done["entry"] == app.ledger.head().size - 1


def _gone(app: App, _: Any) -> bool:
    """Every object that a collection has listed is gone, and there is one collection."""
    with app.ledger.view() as view:
        collections = [collection for _, collection in view.scan(Collection)]
    listed = [i for c in collections for i in read_inventory(c.inventory, app.objects)]
    return len(collections) == 1 and not any(app.objects.has(item.digest) for item in listed)


def _is_held(app: App, done: Any) -> bool:
    with app.ledger.view() as view:
        return [hold.dna for _, hold in view.scan(Hold)] == [done["held"]]


class _KeepingTrainer(SmallTrainer):
    """Keeps its state after each of two steps; the second takes the place of the first."""

    def train(self, job: LoraJob, on_progress: Callable[[TrainProgress], None]) -> LoraOutcome:
        assert job.checkpoints is not None
        for step in (1, 2):
            job.checkpoints.keep(1, step, lambda path, step=step: path.write_bytes(_state(step)))
        return super().train(job, on_progress)


def _state(step: int) -> bytes:
    return bytes([step]) * 5000


def _train(app: App) -> object:
    return train_small(app, 78, trainer=_KeepingTrainer(78))


def _states(app: App) -> Iterator[str]:
    """Say which checkpoint that counts as kept is not there."""
    with app.ledger.view() as view:
        kept = [item for _, item in view.scan(KeptCheckpoint)]
    for item in kept:
        try:
            if app.objects.read(item.state) not in (_state(1), _state(2)):
                yield f"{item.name} is another state"
        except (NotFound, FoundDamage) as error:
            yield f"{item.name}: {error.message}"
    names = [(item.training, item.name) for item in kept]
    yield from (f"{name} is kept twice" for name in {n for n in names if names.count(n) > 1})


def _version_stands(app: App, dna: Any) -> bool:
    with app.ledger.view() as view:
        return view.get(Version, dna) is not None


ROWS_OF_KEEPING = (
    Row(
        "a restoring of a version from its backup", cli("restore", "1.0", "--json"), _stands,
        _collected, commits=2, beside=wrong_at, tried=0.5, columns=_KILLED,
    ),
    Row(
        "a restoring of all from backups", _restore_all, _all_is_there,
        _only_backups, commits=None, repeated=(0, 4), until_repeated=("left-over",),
        tried=0.5, columns=_KILLED,
    ),
    Row(
        "a collection of objects", cli(*_COLLECT), _gone, _reset,
        beside=wrong_at, tried=0.5, columns=_KILLED,
    ),
    Row(
        "a hold", cli("hold", "1.0", "--reason", "an open complaint", "--json"), _is_held,
        tried=0.5, columns=_KILLED,
    ),
    Row(
        "a training that keeps its state", with_app(_train), _version_stands,
        commits=None, beside=_states, tried=0.5, columns=_KILLED,
    ),
)  # fmt: skip
