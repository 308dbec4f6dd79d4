"""Publishing a ledger as a static log: only what is new, and never a byte that does not hash into
the signed root.
"""

from collections.abc import Collection
from dataclasses import dataclass

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.static_log.folder import LogFolder
from oneseek.adapters.static_log.published import verified_bundles
from oneseek.adapters.static_log.refused import LogRefused
from oneseek.adapters.static_log.writing import (
    KeyEntry,
    OnEntries,
    finish,
    kept_proofs,
    own_proof,
    write_entries,
    write_keys,
    write_upper_tiles,
)
from oneseek.domain.errors import Conflict, LedgerBroken, OneSeekError, ProofRefused
from oneseek.domain.merkle.tiles import TILE_WIDTH, TilePath
from oneseek.domain.merkle.verified_tiles import VerifiedTiles
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note
from oneseek.domain.note.tlog_proof import TlogProof
from oneseek.domain.ports import Ledger
from oneseek.domain.usecases.prove_entry import prove_entry

_HINT = "nothing was published; look at it with: oneseek verify"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was published or mirrored: ``size`` entries, of which ``new`` were not there before."""

    origin: str
    size: int
    root: bytes
    new: int


class LedgerLog:
    """A ledger read as a static log: tiles and bundles, unverified."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def tile(self, path: TilePath) -> bytes:
        start = path.index * TILE_WIDTH
        return b"".join(self._ledger.hashes_at(path.level or 0, start, start + path.width))

    def entries(self, path: TilePath) -> list[bytes]:
        start = path.index * TILE_WIDTH
        stop = start + path.width
        raws = [raw for some in self._ledger.chunks(start, stop) for raw in some]
        if len(raws) != path.width:
            raise LedgerBroken(f"entry {start + len(raws)} is missing", hint=_HINT)
        return raws


def publish(
    ledger: Ledger,
    note: bytes,
    folder: LogFolder,
    keys: Collection[VerifierKey],
    on_entries: OnEntries,
) -> Outcome:
    """Bring the static log in ``folder`` up to the checkpoint ``note`` of ``ledger``.

    ``note`` was verified by the caller; it may bear more signatures than the ledger's own.
    ``keys`` are those that the ledger is trusted by.

    Raises:
        Conflict: another log is in the folder, or somebody else is writing there.
        LedgerBroken: the folder holds more than the ledger, or another history; or the ledger does
            not lead to its own checkpoint. The checkpoint in the folder is as it was.
    """
    head = Checkpoint.parse(parse_note(note).text)
    with folder.locked():
        kept = _kept(folder, head, keys)
        since = kept.size if kept else 0
        log = LedgerLog(ledger)
        try:
            tiles = VerifiedTiles(log.tile, head.size, head.root)
            _require_same_history(folder, kept, head, tiles)
            proofs = kept_proofs(folder, log, tiles, note, head.size, since)
            bundles = verified_bundles(log, tiles, head.size, since)
            found = write_entries(folder, bundles, since, on_entries)
            write_upper_tiles(folder, tiles, head.size, since)
        except (LogRefused, ProofRefused) as error:
            raise LedgerBroken(
                f"the ledger does not lead to its own checkpoint: {error.message}", hint=_HINT
            ) from None
        proofs += [_proof(ledger, entry, tiles, head.size, note) for entry in found]
        write_keys(folder, proofs, keys)
        finish(folder, note, head.size, since)
    return Outcome(head.origin, head.size, head.root, head.size - since)


def _kept(folder: LogFolder, head: Checkpoint, keys: Collection[VerifierKey]) -> Checkpoint | None:
    """Return the checkpoint in the folder, which must be one of this log and not a larger one."""
    there = folder.checkpoint()
    if there is None:
        return None
    kept, note = there
    other = "name another folder; nothing was changed"
    if kept.origin != head.origin:
        raise Conflict(f"{folder.path} holds the log {kept.origin}, not {head.origin}", hint=other)
    try:
        verify_note(parse_note(note), tuple(keys), check_ed25519)
    except OneSeekError as error:
        raise Conflict(
            f"the checkpoint in {folder.path} is by no key of this ledger: {error.message}",
            hint=other,
        ) from None
    if kept.size > head.size:
        raise LedgerBroken(
            f"{folder.path} holds {kept.size} entries, the ledger has {head.size}: it was rolled "
            "back",
            hint="restore the newest ledger from a backup; nothing was published",
        )
    return kept


def _require_same_history(
    folder: LogFolder, kept: Checkpoint | None, head: Checkpoint, tiles: VerifiedTiles
) -> None:
    if kept is not None and (root := tiles.root_at(kept.size)) != kept.root:
        raise LedgerBroken(
            f"the ledger does not go on from what {folder.path} holds: the root of {kept.size} "
            f"entries was {kept.root.hex()} there, it is {root.hex()} here",
            hint="keep both as evidence: the history was written anew; nothing was published",
        )


def _proof(
    ledger: Ledger, entry: KeyEntry, tiles: VerifiedTiles, size: int, note: bytes
) -> TlogProof:
    try:
        return prove_entry(ledger, entry[0])
    except LedgerBroken:  # the first checkpoint over it was lost: the newest one proves it too
        return own_proof(entry, tiles, size, note)
