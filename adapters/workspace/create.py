"""Making a workspace: folders, key, empty ledger; the settings file comes last and completes it."""

import os
from pathlib import Path

from oneseek.adapters.keys.ed25519 import create_key, public_key
from oneseek.adapters.ledger.location import Location, locate
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import make_folders, write_atomic
from oneseek.adapters.objects.partial import sweep_partials
from oneseek.adapters.workspace.paths import Paths
from oneseek.adapters.workspace.settings import settings_text
from oneseek.adapters.workspace.small_file import read_small
from oneseek.domain.errors import Conflict, InvalidInput
from oneseek.domain.note.signed_note import VerifierKey


def default_origin() -> str:
    """Return a log name that nobody else has: C2SP wants it unique, without blanks and plus."""
    return f"oneseek.local/{os.urandom(8).hex()}"


def prepare(root: Path, origin: str, url: str | None) -> tuple[Paths, Location, VerifierKey]:
    """Make everything but the settings file. An interrupted ``init`` is taken up where it ended.

    The ledger is made in the database that ``url`` names, in a file where it names none.

    Raises:
        Conflict: the folder is a workspace already, or one whose ledger was lost, or an old tree
            lies where the certified one is to stand.
        InvalidInput: it is a file.
    """
    paths = Paths(root.absolute())
    location = locate(paths.ledger, url, root=paths.root)
    if paths.settings.exists():
        raise Conflict(f"{root} is a workspace already", hint="see it with: oneseek status")
    if root.exists() and not root.is_dir():
        raise InvalidInput(f"{root} is a file, not a folder")
    refuse_old_tree(paths)
    existing = location.exists()  # asks the server before anything is made here
    if paths.checkpoint.exists() and not existing:
        # The old key would sign a second history of the same name.
        raise Conflict(
            f"{root} had a ledger, which is gone: {location.url or paths.ledger}",
            hint="restore it from a backup, or make a new workspace in another folder",
        )
    with disk_errors("make a workspace in", root):
        for folder in paths.folders:
            make_folders(folder)
        for folder in (paths.root, paths.hidden, paths.keys):
            sweep_partials(folder)  # of an ``init`` that was interrupted
        paths.keys.chmod(0o700)
        verifier = _key(paths, origin)
        if not existing:
            location.create()
    return paths, location, verifier


def refuse_old_tree(paths: Paths) -> None:
    """Refuse to make a workspace around older models: its own tree would take their place.

    A workspace whose making was interrupted has put its own files there and goes on.

    Raises:
        Conflict: something lies where the certified tree is to stand.
    """
    if paths.hidden.exists() or not paths.certified.is_dir():
        return
    if any(path.name != ".gitkeep" for path in paths.certified.iterdir()):
        raise Conflict(
            f"{paths.certified} holds what no workspace of this folder made; nothing was changed",
            hint="make the workspace in another folder, and bring this in from there: "
            "oneseek migrate run PATH",
        )


def _key(paths: Paths, origin: str) -> VerifierKey:
    """Return the public key; one that an interrupted ``init`` published keeps its name."""
    if paths.public_key.exists():
        return VerifierKey.parse(read_small(paths.public_key).decode().strip())
    verifier = (
        public_key(paths.signing_key, origin)
        if paths.signing_key.exists()
        else create_key(paths.signing_key, origin)
    )
    write_atomic(paths.public_key, f"{verifier}\n".encode())
    return verifier


def complete(paths: Paths, origin: str, url: str | None, objects: str | None = None) -> None:
    """Write the settings file: from here on the folder is a workspace."""
    write_atomic(paths.settings, settings_text(origin, url, objects).encode())
