"""A published log as the verified copy that damage is compared with and repaired from."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.static_log.published import (
    Claim,
    PublishedLog,
    proving,
    read_claim,
    require_signed,
    verified_bundles,
)
from oneseek.adapters.static_log.source import Source
from oneseek.domain.audit.published_keys import settle
from oneseek.domain.audit.signers import Signers, key_entry
from oneseek.domain.keys import KeyRing
from oneseek.domain.merkle.tiles import TILE_WIDTH
from oneseek.domain.merkle.verified_tiles import VerifiedTiles
from oneseek.domain.note.signed_note import VerifierKey


class MirrorReference:
    """A verified :class:`~oneseek.domain.audit.localisation.Reference`.

    A bundle is verified again whenever it is read: the files may be changed at any time.
    """

    def __init__(
        self, log: PublishedLog, tiles: VerifiedTiles, claim: Claim, ring: KeyRing
    ) -> None:
        self.ring = ring
        """Who may sign, as far as the copy goes."""
        checkpoint = claim.checkpoint
        self.place = log.place
        self.size = checkpoint.size
        self.root = checkpoint.root
        self.checkpoint = claim.note
        self._log = log
        self._tiles = tiles
        self._bundle = lru_cache(maxsize=4)(self._read_bundle)

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the bytes of the entries ``start`` to ``stop`` - 1, verified.

        Raises:
            LogRefused: they are not what was signed.
        """
        while start < stop:
            index, first = divmod(start, TILE_WIDTH)
            some = self._bundle(index)[first : first + stop - start]
            yield from some
            start += len(some)

    def root_at(self, size: int) -> bytes:
        """Return the root over the first ``size`` entries, proved.

        Raises:
            LogRefused: a tile is not what was signed.
        """
        with proving(self.place):
            return self._tiles.root_at(size)

    def _read_bundle(self, index: int) -> list[bytes]:
        end = min((index + 1) * TILE_WIDTH, self.size)
        with proving(self.place):
            ((_, entries, _),) = verified_bundles(self._log, self._tiles, end, index * TILE_WIDTH)
        return entries


def open_reference(source: Source, pinned: Sequence[VerifierKey], origin: str) -> MirrorReference:
    """Verify the whole log at ``source``, and return it as a reference.

    Raises:
        LogRefused: no key that follows from ``pinned`` has signed it, or something in it is not
            what was signed.
        NotFound, FoundDamage, ServiceFailed: it cannot be read.
    """
    log = PublishedLog(source)
    claim = read_claim(log, Signers(pinned, check_ed25519, origin))
    checkpoint = claim.checkpoint
    with proving(log.place):
        tiles = VerifiedTiles(log.tile, checkpoint.size, checkpoint.root)
        entries = [
            (index, raw)
            for path, raws, _ in verified_bundles(log, tiles, checkpoint.size)
            for index, raw in enumerate(raws, start=path.index * TILE_WIDTH)
            if key_entry(raw) is not None
        ]
        judge = Signers(pinned, check_ed25519, origin)
        notes = [proof.checkpoint for proof in claim.proofs]
        settle(judge, entries, notes, tiles.root_at, checkpoint.size)
    require_signed(log.place, claim.note, judge)
    judge.vouch(checkpoint.size)
    return MirrorReference(log, tiles, claim, judge.ring())
