"""Moving the ledger of a workspace, and letting the settings name its new place."""

import os
from contextlib import ExitStack
from dataclasses import dataclass
from stat import S_IMODE
from typing import Any

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.ledger.copying import Trust
from oneseek.adapters.ledger.location import (
    VARIABLE,
    Movable,
    PostgresLocation,
    SqliteLocation,
    locate,
)
from oneseek.adapters.ledger.moving import Moved, move, rehearse
from oneseek.adapters.objects.durable import write_atomic
from oneseek.adapters.workspace.settings import with_ledger_url
from oneseek.cli.app import App
from oneseek.cli.progress import Advance, count_bar
from oneseek.cli.wiring.published import refuse_second_history
from oneseek.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was moved, from where to where, and what is left to a person."""

    source: str
    target: str
    moved: Moved
    dry_run: bool
    settings: str | None
    """The settings file that names the new place now; None where it was not changed."""
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "from": self.source,
            "to": self.target,
            "dry_run": self.dry_run,
            "size": self.moved.size,
            "root": self.moved.root.hex(),
            "copied": self.moved.copied,
            "checkpoints": self.moved.checkpoints,
            "settings": self.settings,
            "notes": list(self.notes),
        }

    def lines(self) -> list[str]:
        tree = f"{self.moved.size} entries, root {self.moved.root.hex()}"
        if self.dry_run:
            return [
                f"From  {self.source}",
                f"      {tree}",
                f"To    {self.target}",
                f"✓ every entry and checkpoint verified; {self.moved.copied} would be copied there",
                "Nothing was written.",
            ]
        settings = f"{self.settings} names the new place." if self.settings else ""
        return [
            f"From  {self.source}",
            f"      {tree}",
            f"To    {self.target}",
            f"      {tree}",
            "✓ the same size and root; entries, checkpoints and state were compared",
            f"The old ledger is kept, and refuses to be written. {settings}".rstrip(),
            *self.notes,
        ]


def move_ledger(app: App, url: str, *, dry_run: bool) -> Outcome:
    """Move the ledger of ``app`` to ``url``, or only look whether that can be done.

    Raises: see :func:`oneseek.adapters.ledger.moving.move`.
    """
    source, target = app.location, _target(app, url)
    if os.environ.get(VARIABLE) and source.same_as(target):
        raise InvalidInput(
            f"{VARIABLE} names {target.place} already, and goes before the settings",
            hint=f"unset {VARIABLE}, so that the ledger is found where it is, and repeat",
        )
    refuse_second_history(app)
    trust = Trust(app.pinned, app.ring(), app.settings.ledger.origin, check_ed25519)
    app.ledger.close()
    switched = None if dry_run else _switched(app, source, target)
    act = rehearse if dry_run else move
    with _Bars(show=not app.out.json) as bars:
        moved = act(source, target, trust, bars.on_entries)
    if not dry_run:
        _move_vault(app, source, target)
    settings = app.paths.settings.resolve()
    if switched is not None:
        # Crash before this line: the old ledger says where it went, and the repetition ends here.
        write_atomic(settings, switched, S_IMODE(settings.stat().st_mode))
    return Outcome(
        source.place,
        target.place,
        moved,
        dry_run,
        settings.name if switched is not None else None,
        () if dry_run else _notes(app, target, switched is not None),
    )


def _move_vault(app: App, source: Movable, target: Movable) -> None:
    """Let the keys and salts follow a ledger that goes into PostgreSQL, or out of it.

    After the hand-over, so that the ledger in charge never lacks them for longer than this takes;
    a move that is repeated repeats this too.
    """
    from oneseek.adapters.objects.vault_move import move_vault

    if isinstance(source, SqliteLocation) and isinstance(target, SqliteLocation):
        return  # both keep them in the workspace
    old, new = app.vault_beside(source), app.vault_beside(target)
    if old.is_readable():
        move_vault(old, new)
        if isinstance(source, SqliteLocation):
            app.paths.vault.unlink(missing_ok=True)


def _target(app: App, url: str) -> SqliteLocation | PostgresLocation:
    if not url:
        raise InvalidInput("TO_URL names no place", hint="see: oneseek ledger move --help")
    target = locate(app.paths.ledger, url, "TO_URL", app.paths.root)
    if isinstance(target, SqliteLocation) and not target.path.parent.is_dir():
        raise InvalidInput(
            f"there is no folder {target.path.parent}", hint="make it, or name another file"
        )
    return target


def _switched(app: App, source: Movable, target: Movable) -> bytes | None:
    """Return the settings as they will be; None where they name another place than the source."""
    here = f"[ledger] url in {app.paths.settings}"
    named = locate(app.paths.ledger, app.settings.ledger.url, here, app.paths.root)
    if not named.same_as(source):
        return None
    return with_ledger_url(app.paths.settings.resolve(), target.url)


def _notes(app: App, target: Movable, switched: bool) -> tuple[str, ...]:
    notes: list[str] = []
    if os.environ.get(VARIABLE):
        todo = "unset it, or set it" if switched else "set it"
        notes.append(f"{VARIABLE} is set and goes before the settings: {todo} to {target.place}")
        if not switched:
            notes.append(f"{app.paths.settings.name} names another place and was not changed")
    if isinstance(target, PostgresLocation) and target.address.password:
        notes.append("the password was not written down: give it in PGPASSWORD or ~/.pgpass")
    return tuple(notes)


class _Bars(ExitStack):
    """One progress bar after the other, as the work goes from one part to the next."""

    def __init__(self, *, show: bool) -> None:
        super().__init__()
        self._show = show
        self._title = ""
        self._advance: Advance = lambda count: None

    def on_entries(self, title: str, count: int, total: int) -> None:
        if title != self._title:
            self.close()
            self._title = title
            self._advance = self.enter_context(count_bar(title, total, show=self._show))
        self._advance(count)
