"""Writing what was verified into a folder: the part that publishing and mirroring share."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import count

from oneseek.adapters.static_log.folder import KEYS, LogFolder, key_proof_path
from oneseek.adapters.static_log.published import Log, verified_bundles
from oneseek.domain.audit.signers import key_entry
from oneseek.domain.merkle.bundles import format_bundle
from oneseek.domain.merkle.proofs import inclusion_path
from oneseek.domain.merkle.static_files import filled, tiles_of
from oneseek.domain.merkle.tiles import TILE_WIDTH, TilePath, node_reader
from oneseek.domain.merkle.verified_tiles import VerifiedTiles
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.note.tlog_proof import TlogProof

OnEntries = Callable[[int], None]
"""Called with the number of entries just written."""

Bundle = tuple[TilePath, Sequence[bytes], Sequence[bytes]]
"""Path, entries and leaf hashes."""

KeyEntry = tuple[int, bytes]
"""Index and bytes of an entry that announces or retires a key."""


def write_entries(
    folder: LogFolder, bundles: Iterable[Bundle], since: int, on_entries: OnEntries
) -> list[KeyEntry]:
    """Write bundles and their tiles; return the entries of keys from index ``since`` on."""
    found: list[KeyEntry] = []
    for path, entries, hashes in bundles:
        folder.put(str(path), format_bundle(entries))
        folder.put(str(TilePath(0, path.index, path.width)), b"".join(hashes))
        start = path.index * TILE_WIDTH
        new = list(enumerate(entries, start=start))[max(since - start, 0) :]
        found += [(index, raw) for index, raw in new if key_entry(raw) is not None]
        on_entries(len(new))
    return found


def write_upper_tiles(folder: LogFolder, tiles: VerifiedTiles, size: int, since: int) -> None:
    """Write the tiles above the lowest level."""
    for path in tiles_of(size, since):
        if path.level:
            start = path.index * TILE_WIDTH
            hashes = tiles.hashes_at(path.level, start, start + path.width)
            folder.put(str(path), b"".join(hashes))


def write_keys(
    folder: LogFolder, proofs: Iterable[TlogProof], keys: Collection[VerifierKey]
) -> None:
    """Write the proofs of all entries of keys, in order, and the public keys."""
    for number, proof in zip(count(), proofs, strict=False):
        folder.put(key_proof_path(number), proof.format())
    folder.put(KEYS, "".join(f"{key}\n" for key in keys).encode())


def finish(folder: LogFolder, note: bytes, size: int, since: int) -> None:
    """Publish the checkpoint ``note`` over everything written; old partial files go then."""
    folder.publish(note)
    if any(filled(size, since)):
        folder.drop_partials()


def own_proof(entry: KeyEntry, tiles: VerifiedTiles, size: int, note: bytes) -> TlogProof:
    """Return a proof of an entry of keys under the checkpoint of the whole log."""
    index, raw = entry
    path = inclusion_path(index, size, node_reader(tiles.hashes_at, size))
    return TlogProof(index=index, path=tuple(path), checkpoint=note, extra=raw)


def kept_proofs(
    folder: LogFolder, log: Log, tiles: VerifiedTiles, note: bytes, size: int, since: int
) -> list[TlogProof]:
    """Return the proofs of entries of keys below ``since``, made again where they were lost."""
    kept = [proof for proof in folder.key_proofs() if proof.index < since]
    if kept:
        return kept
    bundles = verified_bundles(log, tiles, since) if since else ()
    entries = [
        (index, raw)
        for path, raws, _ in bundles
        for index, raw in enumerate(raws, start=path.index * TILE_WIDTH)
        if key_entry(raw) is not None
    ]
    return [own_proof(entry, tiles, size, note) for entry in entries]
