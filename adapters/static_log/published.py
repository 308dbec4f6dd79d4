"""Reading a log that somebody publishes, and believing of it what a signed checkpoint proves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from oneseek.adapters.static_log.folder import CHECKPOINT, read_key_proofs
from oneseek.adapters.static_log.refused import LogRefused
from oneseek.adapters.static_log.source import Source
from oneseek.domain.audit.published_keys import introduce
from oneseek.domain.audit.signers import Signers
from oneseek.domain.entry import MAX_ENTRY_BYTES
from oneseek.domain.errors import InvalidInput, NotFound, OneSeekError, ProofRefused
from oneseek.domain.findings import Finding
from oneseek.domain.merkle.bundles import largest_bundle, parse_bundle
from oneseek.domain.merkle.hashing import HASH_SIZE, leaf_hash
from oneseek.domain.merkle.static_files import bundles_of
from oneseek.domain.merkle.tiles import TILE_WIDTH, TilePath
from oneseek.domain.merkle.verified_tiles import VerifiedTiles
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import MAX_NOTE_SIZE
from oneseek.domain.note.tlog_proof import TlogProof

_FULL_TILE = TILE_WIDTH * HASH_SIZE
_LARGEST_BUNDLE = largest_bundle(MAX_ENTRY_BYTES)
_HINT = "nothing of it was kept; ask whoever publishes it"


class Log(Protocol):
    """What entries and tiles are read from."""

    def tile(self, path: TilePath) -> bytes: ...
    def entries(self, path: TilePath) -> list[bytes]: ...


class PublishedLog:
    """The files of the static log at ``source``, unverified."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.place = source.place

    def note(self) -> bytes:
        """Return the newest checkpoint.

        Raises:
            NotFound: there is none.
        """
        note = self._source.fetch(CHECKPOINT, MAX_NOTE_SIZE)
        if note is None:
            raise NotFound(
                f"{self.place} has no checkpoint: no log was published there",
                hint="its owner publishes one with: oneseek ledger publish DIR",
            )
        return note

    def key_proofs(self) -> list[TlogProof]:
        """Return the proofs of entries of keys, as they were published."""
        return list(read_key_proofs(self._source))

    def tile(self, path: TilePath) -> bytes:
        """Return the bytes of a tile of hashes; see :data:`ReadTile`."""
        data, full = self._fetch(path, _FULL_TILE)
        return data[: path.width * HASH_SIZE] if full else data

    def entries(self, path: TilePath) -> list[bytes]:
        """Return the entries in a bundle."""
        data, full = self._fetch(path, _LARGEST_BUNDLE)
        try:
            width = TILE_WIDTH if full else path.width
            return parse_bundle(data, width, MAX_ENTRY_BYTES)[: path.width]
        except InvalidInput as error:
            raise _refused("bundle", str(path), f"{path.width} entries", error.message) from None

    def _fetch(self, path: TilePath, limit: int) -> tuple[bytes, bool]:
        """Return a file, and whether it is the full one in the place of a partial one."""
        data = self._source.fetch(str(path), limit)
        if data is not None:
            return data, False
        if path.width < TILE_WIDTH:
            # The log may have grown meanwhile: then the partial file may be gone.
            full = TilePath(path.level, path.index)
            if (data := self._source.fetch(str(full), limit)) is not None:
                return data, True
        raise _refused(
            "file", f"{self.place}/{path}", "a file that the checkpoint asks for", "none"
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """What a published log claims to be: a checkpoint that a trusted key has signed."""

    checkpoint: Checkpoint
    note: bytes
    proofs: tuple[TlogProof, ...]
    """Of its entries of keys, as far as it has published them."""


def read_claim(log: PublishedLog, signers: Signers) -> Claim:
    """Read checkpoint and keys of ``log``; little is read before a signature is verified.

    Raises:
        NotFound: there is no checkpoint.
        LogRefused: no trusted key has signed it.
    """
    note, proofs = log.note(), log.key_proofs()
    introduce(signers, proofs)
    return Claim(require_signed(log.place, note, signers), note, tuple(proofs))


def require_signed(place: str, note: bytes, signers: Signers) -> Checkpoint:
    """Return what a trusted key has signed.

    Raises:
        LogRefused: none has.
    """
    try:
        return signers.signed(note)
    except OneSeekError as error:
        hint = "give the key of this log with --key; a key that was retired signs no more"
        finding = Finding(
            "checkpoint",
            f"the checkpoint of {place}",
            "signed by a trusted key",
            error.message,
            hint,
        )
        raise LogRefused(finding) from None


@contextmanager
def proving(place: str) -> Iterator[None]:
    """Turn what tiles of ``place`` do not prove in this block into a finding."""
    try:
        yield
    except ProofRefused as error:
        expected = "tiles that lead to the signed root"
        raise _refused("tiles", place, expected, error.message) from None


def verified_bundles(
    log: Log, tiles: VerifiedTiles, size: int, since: int = 0
) -> Iterator[tuple[TilePath, list[bytes], list[bytes]]]:
    """Yield path, entries and leaf hashes of the bundles that reach behind ``since``, proved.

    Raises:
        LogRefused: an entry is not the one in the tree.
        ProofRefused: a tile is not.
    """
    for path in bundles_of(size, since):
        start = path.index * TILE_WIDTH
        entries = log.entries(path)
        hashes = list(tiles.hashes_at(0, start, start + path.width))
        for index, (raw, wanted) in enumerate(zip(entries, hashes, strict=True), start=start):
            if (found := leaf_hash(raw)) != wanted:
                where = f"entry {index} in {path}"
                raise _refused("entry", where, f"leaf hash {wanted.hex()}", found.hex())
        yield path, entries, hashes


def _refused(check: str, where: str, expected: str, found: str) -> LogRefused:
    return LogRefused(Finding(check, where, expected, found, _HINT))
