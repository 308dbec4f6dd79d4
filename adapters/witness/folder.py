"""A witness on disk: ``witness.pem``, ``witness.vkey`` and, for each log, ``logs/HASH.checkpoint``.

That file is the last checkpoint that the witness cosigned, its own line included. It is written,
durably and under a lock, **before** the cosignature leaves the process. So whoever holds a
cosignature knows that this witness will not sign another history, whatever crashes in between:

- crash before the rename: nothing was cosigned, the old file is there;
- crash after it: the same command gives a cosignature of the same checkpoint again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from oneseek.adapters.keys.witness_key import (
    check_cosignature,
    create_witness_key,
    load_witness_key,
)
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import make_folders, write_atomic
from oneseek.adapters.objects.partial import sweep_partials
from oneseek.adapters.workspace.locks import locked
from oneseek.adapters.workspace.small_file import read_small
from oneseek.domain.errors import (
    Conflict,
    FoundDamage,
    InvalidInput,
    NotFound,
    ProofRefused,
    ServiceFailed,
)
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.cosignature import cosign, verify_cosignatures
from oneseek.domain.note.signed_note import (
    ALGORITHM_ED25519,
    Note,
    VerifierKey,
    format_note,
    parse_note,
)

if TYPE_CHECKING:
    from oneseek.adapters.keys.witness_key import Private

Accept = Callable[[Checkpoint | None], Note]
"""Told the last checkpoint that was cosigned, if any: returns the note to cosign, or raises."""


@dataclass(frozen=True, slots=True)
class WitnessFolder:
    """The witness in the folder ``root``."""

    root: Path

    @property
    def pem(self) -> Path:
        return self.root / "witness.pem"

    @property
    def vkey(self) -> Path:
        return self.root / "witness.vkey"

    def state(self, origin: str) -> Path:
        """Return where the last checkpoint of the log ``origin`` is: origins may hold anything."""
        return self.root / "logs" / f"{sha256(origin.encode()).hexdigest()}.checkpoint"

    def create(self, name: str, algorithm: str) -> VerifierKey:
        """Make the folder and its key.

        Raises:
            Conflict: there is a witness already.
            InvalidInput, CannotCheck, ServiceFailed: see :func:`create_witness_key`.
        """
        if self.pem.exists() or self.vkey.exists():
            raise Conflict(f"there is a witness in {self.root} already")
        with disk_errors("make", self.root):
            fresh = not self.root.exists()
            make_folders(self.root)
            if fresh:
                self.root.chmod(0o700)
        key = create_witness_key(self.pem, name, algorithm)
        # Crash before this line: a key without a name; the folder is made again elsewhere.
        write_atomic(self.vkey, f"{key}\n".encode())
        return key

    def key(self) -> VerifierKey:
        """Return the public key.

        Raises:
            NotFound: there is no witness here.
            FoundDamage: the file holds something else.
        """
        try:
            return VerifierKey.parse(read_small(self.vkey).decode().strip())
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(
                f"there is no witness in {self.root}",
                hint="name its folder with --state, or make one: oneseek witness init DIR --name …",
            ) from None
        except (InvalidInput, UnicodeDecodeError):
            raise FoundDamage(f"{self.vkey} does not hold the key of a witness") from None
        except OSError as error:
            raise ServiceFailed(f"{self.vkey} cannot be read: {error.strerror}") from None

    def last(self, origin: str) -> Note | None:
        """Return the last checkpoint of ``origin`` that was cosigned here, None for none.

        Raises:
            FoundDamage: the file is not what this witness wrote: without it, it may not sign.
            ServiceFailed: it cannot be read.
        """
        path, key = self.state(origin), self.key()
        try:
            note = parse_note(read_small(path))
            return require_own(note, key, origin)
        except FileNotFoundError:
            return None
        except (InvalidInput, ProofRefused) as error:
            raise FoundDamage(
                f"{path} is not a checkpoint that this witness cosigned: {error.message}",
                hint="put it back from your safe copy: without it a fork could be cosigned",
            ) from None
        except OSError as error:
            raise ServiceFailed(f"{path} cannot be read: {error.strerror}") from None

    def cosign(
        self, origin: str, accept: Accept, now: Callable[[], int], previous: Note | None = None
    ) -> Note:
        """Cosign what ``accept`` lets through, remember it, and return it with the cosignature.

        ``previous`` is a checkpoint with this witness's own line, in case the memory of it was
        lost; the larger one of the two counts. The log's key may not be the witness's.

        Raises:
            Conflict: another process is at it; whatever ``accept`` raises.
            ProofRefused: ``previous`` is of another history than what is remembered.
        """
        path, private = self.state(origin), self._private()
        with disk_errors("make", path.parent):
            make_folders(path.parent)
        with locked(self.root / "lock"):
            sweep_partials(path.parent)  # of a process that died here
            last = _newer(self.last(origin), previous)
            note = accept(Checkpoint.parse(last.text) if last else None)
            signed, _ = cosign(note, self.key(), now(), private.sign)
            write_atomic(path, format_note(signed), 0o600)
        return signed

    def _private(self) -> "Private":
        key = self.key()
        found, private = load_witness_key(self.pem, key.name)
        if found != key:
            raise FoundDamage(f"{self.pem} and {self.vkey} do not belong together")
        return private


def require_own(note: Note, key: VerifierKey, origin: str) -> Note:
    """Return ``note`` after checking that ``key`` cosigned it, for the log ``origin``.

    Raises:
        InvalidInput: it is no checkpoint, or of another log.
        ProofRefused: this witness did not cosign it.
    """
    if Checkpoint.parse(note.text).origin != origin:
        raise InvalidInput(f"it is not of the log {origin}")
    if not verify_cosignatures(note, (key,), check_cosignature):
        raise ProofRefused(f"{key.name} has not cosigned it")
    return note


def refuse_own_log(key: VerifierKey, log_keys: tuple[VerifierKey, ...]) -> None:
    """Refuse to witness a log with its own key, or one whose key is no log's.

    Raises:
        InvalidInput: it is so.
    """
    for log in log_keys:
        if log.algorithm != ALGORITHM_ED25519:
            raise InvalidInput(f"{log.name}+{log.key_id:08x} is the key of a witness, not of a log")
        if log.key == key.key:
            raise InvalidInput(f"the log {log.name} has the key of this witness: it is no witness")


def _newer(kept: Note | None, previous: Note | None) -> Note | None:
    """Return the note of the larger tree; two trees of one size would be two histories."""
    if kept is None or previous is None:
        return kept or previous
    ours, given = Checkpoint.parse(kept.text), Checkpoint.parse(previous.text)
    if ours.size == given.size and ours.root != given.root:
        raise ProofRefused(
            f"this witness has cosigned two trees of {ours.size} entries: its memory was rolled "
            "back once; it may not sign any more for this log"
        )
    return previous if given.size > ours.size else kept
