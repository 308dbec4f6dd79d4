"""Making a workspace: folders, key, empty ledger; the settings file comes last and completes it."""

import os
from pathlib import Path

from oneseek.adapters.keys.ed25519 import create_key, public_key
from oneseek.adapters.ledger.sqlite_ledger import create_ledger
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import write_atomic
from oneseek.adapters.workspace.paths import Paths
from oneseek.adapters.workspace.settings import settings_text
from oneseek.domain.errors import Conflict, InvalidInput
from oneseek.domain.note.signed_note import VerifierKey


def default_origin() -> str:
    """Return a log name that nobody else has: C2SP wants it unique, without blanks and plus."""
    return f"oneseek.local/{os.urandom(8).hex()}"


def prepare(root: Path, origin: str) -> tuple[Paths, VerifierKey]:
    """Make everything but the settings file. An interrupted ``init`` is taken up where it ended.

    Raises:
        Conflict: the folder is a workspace already.
        InvalidInput: it is a file.
    """
    paths = Paths(root.absolute())
    if paths.settings.exists():
        raise Conflict(f"{root} is a workspace already", hint="see it with: oneseek status")
    if root.exists() and not root.is_dir():
        raise InvalidInput(f"{root} is a file, not a folder")
    with disk_errors("make a workspace in", root):
        for folder in paths.folders:
            folder.mkdir(parents=True, exist_ok=True)
        paths.keys.chmod(0o700)
        verifier = _key(paths, origin)
        if not paths.ledger.exists():
            create_ledger(paths.ledger)
    return paths, verifier


def _key(paths: Paths, origin: str) -> VerifierKey:
    """Return the public key; one that an interrupted ``init`` published keeps its name."""
    if paths.public_key.exists():
        return VerifierKey.parse(paths.public_key.read_text("utf-8").strip())
    verifier = (
        public_key(paths.signing_key, origin)
        if paths.signing_key.exists()
        else create_key(paths.signing_key, origin)
    )
    write_atomic(paths.public_key, f"{verifier}\n".encode())
    return verifier


def complete(paths: Paths, origin: str) -> None:
    """Write the settings file: from here on the folder is a workspace."""
    write_atomic(paths.settings, settings_text(origin).encode())
