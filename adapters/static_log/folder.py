"""A static log in a folder of ours: immutable files, and a checkpoint that only moves forward.

The checkpoint is written last, so what it speaks of is there, also after a loss of power. Files
that no checkpoint speaks of yet are left by whoever was killed; the next one writes the same bytes.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import (
    fsync_dir,
    fsync_file,
    make_folders,
    write_all,
    write_output,
)
from oneseek.adapters.objects.partial import partial_file, sweep_partials
from oneseek.adapters.static_log.source import FolderSource, Source
from oneseek.adapters.workspace.locks import locked
from oneseek.domain.audit.published_keys import parse_key_proof
from oneseek.domain.entry import MAX_ENTRY_BYTES
from oneseek.domain.errors import Conflict, InvalidInput, OneSeekError
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import MAX_NOTE_SIZE, parse_note
from oneseek.domain.note.tlog_proof import TlogProof

CHECKPOINT = "checkpoint"
KEYS = "log.vkey"
"""The public keys of the log, one on each line."""

EVIDENCE = "evidence"
"""Checkpoints that contradict each other, if that ever happens."""

MAX_KEY_PROOF = 8 * MAX_ENTRY_BYTES
"""Bytes: a checkpoint, an entry as base64, and the path."""

_STAGING = ".partial"
_LOCK = ".lock"
_TILES = "tile"
_OURS = {_TILES, "keys", KEYS, EVIDENCE}
_HARMLESS = {"lost+found"}  # so begins a volume of its own
_MODE = 0o644
_AT_ONCE = 256
"""Files that are written before they are made durable together."""


def key_proof_path(number: int) -> str:
    """Return where the proof of the ``number``-th entry of keys lies, counted from 0."""
    return f"keys/{number}.tlog-proof"


class LogFolder:
    """The static log at ``path``; the folder is made where it is missing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.source = FolderSource(path)
        self._fresh: list[Path] = []

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be alone in writing here for the length of the block.

        Raises:
            InvalidInput: there is something else than a folder.
            Conflict: another process held it for too long, or other things than a log lie there.
        """
        if self.path.exists() and not self.path.is_dir():
            raise InvalidInput(f"{self.path} is not a folder")
        self._refuse_foreign()
        with disk_errors("write to", self.path):
            make_folders(self.path.absolute() / _STAGING)
        with locked(self.path / _LOCK):
            sweep_partials(self.path / _STAGING)
            yield

    def _refuse_foreign(self) -> None:
        """Refuse a folder in which a log was never begun: its files are somebody's own.

        A log that was begun and cut off has tiles before it has anything else.
        """
        with disk_errors("read", self.path):
            names = {path.name for path in self.path.iterdir()} if self.path.is_dir() else set()
        if CHECKPOINT in names:
            return
        found = {name for name in names if not name.startswith(".")} - _HARMLESS
        foreign = sorted(found - _OURS) or ([KEYS] if KEYS in found and _TILES not in found else [])
        if foreign:
            raise Conflict(
                f"{self.path} holds no published log, but {foreign[0]}; nothing was changed",
                hint="name a new or empty folder",
            )

    def checkpoint(self) -> tuple[Checkpoint, bytes] | None:
        """Return the checkpoint here and its note, None where nothing was published yet.

        Raises:
            Conflict: the file holds something else.
        """
        note = self.source.fetch(CHECKPOINT, MAX_NOTE_SIZE)
        if note is None:
            return None
        try:
            return Checkpoint.parse(parse_note(note).text), note
        except InvalidInput as error:
            raise Conflict(
                f"{self.path / CHECKPOINT} is not a checkpoint: {error.message}",
                hint="name another folder; nothing was changed",
            ) from None

    def key_proofs(self) -> list[TlogProof]:
        """Return the proofs of entries of keys that lie here, in the order of the log."""
        return list(read_key_proofs(self.source))

    def put(self, path: str, data: bytes) -> None:
        """Let the file at ``path`` hold ``data``: whole, or as it was before.

        It is durable after :meth:`settle`, which comes by itself after some files.
        """
        target = self.path / path
        if self._holds(path, data):
            self._fresh.append(target)  # whoever wrote it may have been killed before it was safe
        else:
            with disk_errors("write", target):
                make_folders(target.parent)
                with partial_file(self.path / _STAGING) as partial:
                    write_all(partial.fd, data)
                    os.fchmod(partial.fd, _MODE)
                    partial.path.replace(target)
            self._fresh.append(target)
        if len(self._fresh) >= _AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Make what was put here so far survive a loss of power."""
        with disk_errors("write to", self.path):
            for path in self._fresh:
                fsync_file(path)
            for folder in {path.parent for path in self._fresh}:
                fsync_dir(folder)
        self._fresh.clear()

    def publish(self, note: bytes) -> None:
        """Let ``note`` be the checkpoint: from here on a reader sees the log of its size."""
        self.settle()
        write_output(self.path / CHECKPOINT, note)

    def drop_partials(self) -> None:
        """Delete partial files beside which there is a full one, also those of an earlier run.

        What cannot be deleted does no harm, and no reader asks for it.
        """
        for folder in sorted((self.path / _TILES).rglob("*.p")):
            if folder.with_suffix("").is_file():
                with suppress(OSError):
                    for file in folder.iterdir():
                        file.unlink()
                    folder.rmdir()

    def keep_evidence(self, notes: Iterable[bytes]) -> list[str]:
        """Keep checkpoints that contradict each other; return their paths below this folder."""
        kept = []
        with disk_errors("write to", self.path):
            make_folders(self.path / EVIDENCE)
        for note in notes:
            name = f"{EVIDENCE}/{_evidence_name(note)}"
            write_output(self.path / name, note)
            kept.append(name)
        return kept

    def _holds(self, path: str, data: bytes) -> bool:
        try:
            return self.source.fetch(path, len(data)) == data
        except OneSeekError:
            return False


def read_key_proofs(source: Source, most: int = 1000) -> Iterator[TlogProof]:
    """Yield the readable proofs of entries of keys below ``source``, up to the first that is not.

    ``most``: a server may go on for ever.
    """
    for number in count():
        data = source.fetch(key_proof_path(number), MAX_KEY_PROOF) if number < most else None
        proof = None if data is None else parse_key_proof(data)
        if proof is None:
            return
        yield proof


def _evidence_name(note: bytes) -> str:
    from hashlib import sha256

    size = Checkpoint.parse(parse_note(note).text).size
    return f"{size}-{sha256(note).hexdigest()[:16]}.checkpoint"
