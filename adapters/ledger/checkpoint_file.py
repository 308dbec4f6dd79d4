"""``.oneseek/checkpoint``: a copy of the newest checkpoint for whoever watches the folder.

The commit point is the database row; this is derived. It is written under a lock and only ever
forward: a slower process must not show a roll-back that never was.

Beside it lie the public keys that were trusted so far: the ledger itself forgets, when it is rolled
back, who was announced since.
"""

from collections.abc import Collection
from pathlib import Path

from oneseek.adapters.objects.durable import write_atomic
from oneseek.adapters.objects.partial import sweep_partials
from oneseek.adapters.workspace.locks import locked
from oneseek.adapters.workspace.small_file import read_small
from oneseek.domain.errors import InvalidInput
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note
from oneseek.domain.stored import Head


def published(path: Path) -> Checkpoint | None:
    """Return the checkpoint in the file at ``path``, None where there is no readable one."""
    try:
        return Checkpoint.parse(parse_note(read_small(path)).text)
    except (OSError, InvalidInput):
        return None


def published_size(path: Path) -> int:
    """Return the tree size in the file at ``path``, 0 where there is no readable checkpoint."""
    found = published(path)
    return found.size if found else 0


def publish(path: Path, head: Head, lock: Path) -> None:
    """Write the head's checkpoint to ``path`` if it is newer than the one there."""
    if not head.size or published_size(path) >= head.size:
        return
    with locked(lock):
        if published_size(path) < head.size:
            sweep_partials(path.parent)  # of a writer that died here
            write_atomic(path, head.checkpoint)


def remembered(path: Path) -> tuple[VerifierKey, ...]:
    """Return the keys in the file at ``path``, none where it cannot be read."""
    try:
        return tuple(VerifierKey.parse(line) for line in read_small(path).decode().split())
    except (OSError, UnicodeDecodeError, InvalidInput):
        return ()


def remember(path: Path, keys: Collection[VerifierKey], lock: Path) -> None:
    """Add ``keys`` to the file at ``path``."""
    if not set(keys) - set(remembered(path)):
        return
    with locked(lock):
        lines = dict.fromkeys(str(key) for key in (*remembered(path), *keys))
        write_atomic(path, "".join(f"{line}\n" for line in lines).encode())
