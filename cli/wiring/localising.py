"""Where the ledger is damaged, and which mirror that this workspace knows could repair it."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from oneseek.adapters.objects.durable import write_output
from oneseek.adapters.workspace.locks import locked
from oneseek.adapters.workspace.small_file import read_small
from oneseek.domain.errors import OneSeekError

if TYPE_CHECKING:
    # For types alone: publishing remembers a folder and needs nothing of this.
    from oneseek.cli.app import App
    from oneseek.domain.audit.localisation import Localisation
    from oneseek.domain.note.signed_note import VerifierKey

_MOST_COPIES = 16
"""Copies that are read, the newest of the list: each may be as large as the ledger."""


def localise_damage(
    app: "App", keys: Sequence["VerifierKey"], *, origin: str, limit: int
) -> tuple["Localisation", tuple[str, ...]]:
    """Return what is damaged, and the places that hold what is needed to repair it.

    ``keys`` are those to trust for the log named ``origin``. Entries are compared with the largest
    copy among the folders that this workspace was published into; one that is gone, or damaged
    itself, is passed over.
    """
    from oneseek.adapters.keys.ed25519 import check_ed25519
    from oneseek.adapters.static_log.reference import MirrorReference, open_reference
    from oneseek.adapters.static_log.source import FolderSource
    from oneseek.domain.audit.localise import localise

    copies: list[MirrorReference] = []
    for place in known_places(app)[-_MOST_COPIES:]:
        with suppress(OneSeekError):
            copies.append(open_reference(FolderSource(Path(place)), keys, origin))
    found = localise(
        app.ledger,
        keys,
        check_ed25519,
        origin=origin,
        reference=max(copies, key=lambda copy: copy.size, default=None),
        limit=limit,
    )
    able = tuple(copy.place for copy in copies if not found.whole and found.repairable_by(copy))
    return found, able


def known_places(app: "App") -> tuple[str, ...]:
    """Return the folders that this workspace was published into, the newest last.

    The list may be somebody else's who wants an auditor's machine to call him: it names folders of
    this machine, and whatever else it says is passed over.
    """
    try:
        lines = read_small(_list(app)).decode().splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(line for line in lines if "://" not in line and Path(line).is_absolute())


def remember_place(app: "App", folder: Path) -> None:
    """Remember a folder that the ledger was published into, if this user may write here."""
    place = os.path.normpath(folder.absolute())
    if place in known_places(app) or not place.isprintable():
        return
    with suppress(OneSeekError), locked(app.paths.locks / "published.lock"):
        lines = dict.fromkeys((*known_places(app), place))
        write_output(_list(app), "".join(f"{line}\n" for line in lines).encode())


def _list(app: "App") -> Path:
    return app.paths.hidden / "published"
