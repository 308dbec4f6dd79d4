"""Collecting objects in a workspace: on which terms, and who must not be at work meanwhile."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import NoReturn

from oneseek.adapters.objects.shared.store import SharedObjectStore
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.cli.app import App
from oneseek.cli.progress import byte_bar
from oneseek.cli.wiring.backup_places import place_of
from oneseek.cli.wiring.writing import writing
from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.collected import Removed
from oneseek.domain.decisions.lookup import find_any_version
from oneseek.domain.errors import CannotCheck, Conflict, InvalidInput, NotFound, ServiceFailed
from oneseek.domain.liveness import Liveness, Terms, find_alive
from oneseek.domain.manifest import Manifest
from oneseek.domain.state.documents import Backup, OpenTraining
from oneseek.domain.usecases.backups_there import still_there
from oneseek.domain.usecases.collect import Collectable, collect, look

_SHORTEST = 4


def store_of(app: App) -> FileObjectStore:
    """Return the store of this machine alone.

    Raises:
        CannotCheck: objects are shared: another machine may be about to name what lies there, and
            no lock of this machine keeps it from that.
    """
    if isinstance(app.objects, SharedObjectStore):
        assert app.shared_address is not None
        raise CannotCheck(
            f"objects in {app.shared_address.url} are shared with other machines, which may be "
            "writing: nothing is collected there",
            hint="collect in a workspace that has its objects alone",
        )
    return app.objects


def look_here(app: App, grace_days: int, *, without_backup: bool) -> Collectable:
    """Return what a collection would take now; nothing is changed."""
    store = store_of(app)
    with app.ledger.view() as view:
        grace = timedelta(days=grace_days)
        terms = Terms(app.ports.clock.now(), grace, without_backup, _looking_at_places(app))
        return look(view, app.ports, store, terms)


def collect_here(app: App, grace_days: int, *, without_backup: bool) -> Collectable:
    """Collect, alone in this workspace.

    Raises:
        Conflict: another command is writing, or a training is running on any machine.
    """
    store = store_of(app)
    with writing(app, alone=True) as ports:
        with ports.ledger.view() as view:
            running = [name for name, _ in view.scan(OpenTraining) if app.leases.held(name)]
        if running:
            raise Conflict(
                f"training {running[0]} is running: nothing is collected meanwhile",
                hint="wait until it has ended, then repeat",
            )
        with byte_bar("Removing objects", None, show=not app.out.json) as advance:
            return collect(
                ports,
                store,
                grace=timedelta(days=grace_days),
                without_backup=without_backup,
                there=_looking_at_places(app),
                on_removed=advance,
            )


def _looking_at_places(app: App) -> Callable[[Backup], bool]:
    """Return what says whether a backup lies where it should, at each place looked at once.

    Where a place cannot be used, that is told, and nothing that only it has is collected.
    """
    places: dict[str, BackupPlace | None] = {}

    @cache
    def lies_there(backup: Backup) -> bool:
        target = backup.target
        try:
            if target not in places:
                places[target] = place_of(app, target)
            place = places[target]
            return place is not None and still_there(app.ports, place, backup)
        except (InvalidInput, NotFound, ServiceFailed) as error:
            places[target] = None
            app.out.note(f"note: {target} cannot be looked at, its backups do not count: "
                         f"{error.message}")  # fmt: skip
            return False

    return lies_there


def explain(
    app: App, text: str, grace_days: int, *, without_backup: bool
) -> list[tuple[str, bool, str]]:
    """Say of an object, or of every file of a version, whether it stays and why.

    Raises:
        NotFound: ``text`` names neither.
        InvalidInput: it is the beginning of more than one.
    """
    with app.ledger.view() as view:
        grace = timedelta(days=grace_days)
        terms = Terms(app.ports.clock.now(), grace, without_backup, _looking_at_places(app))
        alive = find_alive(view, app.ledger, app.objects, terms)
        digests = _objects(app, alive, text)
        if not digests:
            try:
                version = find_any_version(view, text)
            except NotFound:
                _unknown(text)
            files = Manifest.from_bytes(app.objects.read(version.manifest)).files
            digests = [version.manifest, *(file.digest for file in files)]
    return [(digest, *alive.explain(digest)) for digest in digests]


def _objects(app: App, alive: Liveness, text: str) -> list[str]:
    if len(text) < _SHORTEST:
        return []
    known = {digest for digest, _ in app.objects.digests()} | alive.kept.keys()
    found = sorted(d for d in known | alive.given_up.keys() if d.startswith(text))
    if len(found) > 1:
        raise InvalidInput(f"{text!r} is the beginning of {len(found)} objects")
    return found


def _unknown(text: str) -> NoReturn:
    raise NotFound(f"there is no object and no version {text!r}", hint="oneseek versions")


def groups(found: list[Removed]) -> list[tuple[str, int | None, int, int, str]]:
    """Return what goes, put together: of what, entry, objects, bytes, why."""
    sums: dict[tuple[str, int | None, str], tuple[int, int]] = {}
    for item in found:
        key = (item.what.rpartition(" of ")[2], item.entry, item.why)
        count, size = sums.get(key, (0, 0))
        sums[key] = (count + 1, size + item.size)
    return [(what, entry, *counted, why) for (what, entry, why), counted in sums.items()]
