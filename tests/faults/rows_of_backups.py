"""The rows of backups: at any moment, what stands on the shelf of a place is whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from faults.row import Row, cli
from oneseek.adapters.backups.opening import open_place
from oneseek.adapters.workspace.settings import FirebaseSettings
from oneseek.cli.app import App
from oneseek.cli.wiring.backups import reader_of
from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.listings import OnShelf, VersionListing
from oneseek.domain.state.documents import Backup

_KILLED = frozenset({"killed"})


def _local(app: App) -> BackupPlace:
    return open_place(
        "local",
        workspace=app.paths.root,
        backups=app.paths.backups,
        firebase=FirebaseSettings(),
    )


def _known(app: App) -> set[str]:
    with app.ledger.view() as view:
        return {backup.name for _, backup in view.scan(Backup)}


def _whole(app: App) -> Iterator[str]:
    """Say what is missing of a backup that can be seen, and which recorded one cannot be seen."""
    place = _local(app)
    shelf = set(place.names("versions/"))
    for name in sorted(shelf & _known(app)):
        listing = VersionListing.from_bytes(
            reader_of(place)(OnShelf.from_bytes(place.read(name)).listing)
        )
        for item in listing.objects:
            if place.check(item.digest, item.size) != item.digest:
                yield f"{name} lacks {item.what}"
    yield from (f"{name} is recorded and not there" for name in sorted(_known(app) - shelf))


def _taken(app: App, done: Any) -> bool:
    return {item["name"] for item in done["taken"]} <= _known(app)


def _pruned(app: App, done: Any) -> bool:
    gone = {item["name"] for place in done for item in place["gone"]}
    return not gone & (_known(app) | set(_local(app).names("versions/")))


def _two_backups(root: Path) -> None:
    """Back up both versions, and keep one major from now on."""
    cli("backup", "run", "--json")(root)
    with (root / "oneseek.toml").open("a", encoding="utf-8") as settings:
        settings.write("local_major = 1\n")


ROWS_OF_BACKUPS = (
    Row(
        "a backup of a version",
        cli("backup", "run", "1.0", "--json"),
        _taken,
        beside=_whole,
        until_repeated=("left-over",),
        tried=0.5,
        columns=_KILLED,
    ),
    Row(
        "a pruning of backups",
        cli("backup", "prune", "--json"),
        _pruned,
        _two_backups,
        beside=_whole,
        until_repeated=("left-over",),
        tried=0.5,
        columns=_KILLED,
    ),
)
