"""What whoever looks at a place of backups sees: nothing half there, nothing twice, nothing lost.

Every name on the shelf is followed down to the bytes of its objects, whether an entry knows it or
not: a stranger who finds it there relies on it.
"""

from collections import Counter
from collections.abc import Iterator

from oneseek.adapters.backups.opening import open_place
from oneseek.cli.app import App
from oneseek.cli.wiring.backups import reader_of
from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.digest import sha256
from oneseek.domain.errors import FoundDamage, NotFound
from oneseek.domain.ledger_backup.listing import LEDGERS, VAULTS
from oneseek.domain.listings import VERSIONS, OnShelf, needed_objects
from oneseek.domain.state.documents import Backup


def place_at(app: App, text: str = "local") -> BackupPlace:
    """Return the place that ``text`` names in this workspace."""
    return open_place(
        text,
        workspace=app.paths.root,
        backups=app.paths.backups,
        firebase=app.settings.firebase,
    )


def recorded(app: App, place: BackupPlace) -> set[str]:
    """Return the names of the backups that entries know at ``place``."""
    with app.ledger.view() as view:
        return {b.name for _, b in view.scan(Backup) if b.target == place.url}


def wrong_at(app: App, text: str = "local") -> Iterator[str]:
    """Say what is wrong at a place, or with what the ledger says of it."""
    place = place_at(app, text)
    shelf = set(place.names(""))
    yield from (f"{name} is recorded and not there" for name in recorded(app, place) - shelf)
    for name in sorted(shelf):
        yield from _half(place, name)
    of = Counter(name.partition("~")[0] for name in shelf if name.startswith(VERSIONS))
    yield from (f"{name} stands there {n} times" for name, n in of.items() if n > 1)


def unknown_at(app: App, text: str = "local") -> set[str]:
    """Return the names on the shelf of a place that no entry has given."""
    place = place_at(app, text)
    return set(place.names("")) - recorded(app, place)


def _half(place: BackupPlace, name: str) -> Iterator[str]:
    data = place.read(name)
    if name.startswith(VAULTS):
        if sha256(data)[:8] != name.rpartition("-")[2]:
            yield f"{name} is not whole"
        return
    if not name.startswith((VERSIONS, LEDGERS)):
        yield f"{name} is nothing that anybody put there"
        return
    try:
        needs = needed_objects(reader_of(place)(OnShelf.from_bytes(data).listing))
    except (NotFound, FoundDamage) as error:
        yield f"{name}: {error.message}"
        return
    for digest, size in needs:
        if place.check(digest, size) != digest:
            yield f"{name} lacks {digest}"
