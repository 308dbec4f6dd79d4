"""Moving an imported source away and back, so that a crash at any point is healed by repeating.

Moving away: first the entry, which names the place to come, then the rename.
Moving back: first the rename, then the entry.
So a crash between the two leaves the same in both cases: the ledger says "away", and the source
lies where it was. ``cleanup`` finishes that by the rename, ``restore`` by the entry, and neither
needs to know which of them it was that died.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import fsync_dir
from oneseek.cli.app import App
from oneseek.cli.wiring.legacy_sources import moved_place, one_source, place_of
from oneseek.domain.errors import Conflict, NotFound, OneSeekError
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import LegacySource
from oneseek.domain.usecases import import_source as record
from oneseek.migrations.paths import shown_path

MARK = ".moved-by-oneseek-"


def target_for(app: App, named: str | None) -> tuple[LegacySource, Path]:
    """Return the source that is to be moved away, and where it lies.

    Raises:
        NotFound: nothing was imported from there, or nothing lies there.
        Conflict: it was moved away already, or the workspace keeps its own models in it.
    """
    source = one_source(app, named)
    place, away = place_of(app, source), moved_place(app, source)
    if away is not None and os.path.lexists(away):
        raise Conflict(
            f"{place} was moved away already, to {away}", hint="undo it: oneseek migrate restore"
        )
    if not os.path.lexists(place):
        raise NotFound(f"nothing lies at {place}")
    own = app.paths.certified
    if own == place or place in own.parents or own in place.parents:
        raise Conflict(
            f"{place} is where the workspace keeps its own certified tree: it stays",
            hint="nothing is to be done: what was imported stands there too",
        )
    return source, place


def move_away(app: App, ports: Ports, source: LegacySource, place: Path) -> tuple[Path, int | None]:
    """Record that ``source`` is moved, then rename it; return where it is and the entry.

    Raises:
        Conflict: it lies on a file system of its own.
        ServiceFailed: the disk refused; repeating the command goes on.
    """
    _require_renamable(place)
    target = moved_place(app, source) or _free(place, ports.clock.now())
    receipt = record.move_away(ports, source.source, _shown(app, target))
    # Crash here: the ledger says that it is away, and it lies where it was. Both `cleanup` and
    # `restore` go on from here; see above.
    try:
        with disk_errors("move", place):
            place.rename(target)
            # Crash here: it was moved, as the ledger says.
            fsync_dir(target.parent)
    except OneSeekError as error:
        if receipt is not None:
            error.message = f"recorded, but it may still lie where it was: {error.message}"
        error.hint = "mend it and repeat the command: it goes on with the moving"
        raise
    return target, receipt.indices[0] if receipt else None


def move_back(app: App, ports: Ports, named: str | None) -> tuple[LegacySource, Path, int | None]:
    """Rename a source to where it lay, then record it; return it, its place and the entry.

    Raises:
        NotFound: it lies in neither place.
        Conflict: something else lies where it was.
    """
    source = one_source(app, named)
    place, away = place_of(app, source), moved_place(app, source)
    if away is None:
        if not os.path.lexists(place):
            raise NotFound(f"{place} was not moved away by oneseek, and does not lie there")
        return source, place, None
    if os.path.lexists(away):
        if os.path.lexists(place):
            raise Conflict(
                f"something lies at {place} again; {away} was not moved back",
                hint="look at it, move it away, and repeat; both are kept",
            )
        with disk_errors("move", away):
            away.rename(place)
            fsync_dir(place.parent)
    elif not os.path.lexists(place):
        raise NotFound(f"it lies neither at {away} nor at {place}", hint="find it, and put it back")
    # Crash here: it lies where it was, and the ledger says that it is away: see above.
    receipt = record.move_back(ports, source.source)
    return source, place, receipt.indices[0] if receipt else None


def _free(place: Path, now: datetime) -> Path:
    """Return a name beside ``place`` that nothing has."""
    name = f"{place.name}{MARK}{now.astimezone(UTC):%Y-%m-%d}"
    target, number = place.with_name(name), 2
    while os.path.lexists(target):
        target, number = place.with_name(f"{name}-{number}"), number + 1
    return target


def _shown(app: App, target: Path) -> str:
    root = app.paths.root.resolve()
    told = target.relative_to(root) if root in target.parents else target
    return shown_path(os.fsencode(told))


def _require_renamable(place: Path) -> None:
    if place.lstat().st_dev != place.parent.lstat().st_dev:
        raise Conflict(
            f"{place} is a file system of its own, which cannot be renamed; it stays where it is",
            hint="unmount it, or move what is in it by hand",
        )
