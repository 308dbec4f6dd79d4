"""Which backup of a ledger to restore: the newest one that is whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from oneseek.adapters.objects.store import FileObjectStore
from oneseek.cli.wiring.backup_places import Fetcher
from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.digest import Digest
from oneseek.domain.errors import FoundDamage, NotFound
from oneseek.domain.ledger_backup.listing import (
    LEDGERS,
    LedgerListing,
    ledger_name,
    named_size,
)
from oneseek.domain.ledger_backup.segment import Segment
from oneseek.domain.listings import OnShelf


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A newer backup that is not whole, and what is wrong with it."""

    name: str
    why: str
    note: bytes | None
    """The checkpoint in its listing, where that can be read: that tree existed."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A whole backup; everything that makes up its ledger lies in ``objects``, verified."""

    place: BackupPlace
    name: str
    listing: LedgerListing
    objects: FileObjectStore
    passed_over: tuple[PassedOver, ...]

    def segments(self, start: int) -> Iterator[Segment]:
        """Yield the segments that hold the entries from ``start`` on."""
        for at in self.listing.segments:
            if at.stop <= start:
                continue
            segment = Segment.unpack(self.objects.read(at.digest))
            if (segment.start, segment.stop) != (at.start, at.stop):
                raise FoundDamage(f"a segment of {self.name} holds other entries than it should")
            yield segment


def choose(
    place: BackupPlace,
    fetcher: Fetcher,
    objects: FileObjectStore,
    *,
    most: int | None,
    origin: str | None = None,
) -> Chosen:
    """Fetch the newest whole backup of a ledger at ``place``, of at most ``most`` entries.

    Several ledgers may share a place: with ``origin`` only those of this log are looked at.

    Raises:
        NotFound: there is none.
        FoundDamage: none of them is whole.
    """
    names = [
        name
        for name in place.names(LEDGERS)
        if (size := named_size(name)) is not None and (most is None or size <= most)
    ]
    if not names:
        limit = "" if most is None else f" of at most {most} entries"
        raise NotFound(
            f"there is no backup of a ledger{limit} at {place.url}",
            hint="it is made with: oneseek backup ledger --to PLACE",
        )
    passed_over: list[PassedOver] = []
    for name in sorted(names, reverse=True):
        note = None
        try:
            listing = _listing(place, name, fetcher, objects)
            if origin is not None and listing.origin != origin:
                continue
            note = listing.tree.checkpoint.encode()
            _fetch_parts(listing, fetcher, objects)
        except (NotFound, FoundDamage) as error:
            passed_over.append(PassedOver(name, error.message, note))
        else:
            return Chosen(place, name, listing, objects, tuple(passed_over))
    if not passed_over:
        raise NotFound(f"no backup at {place.url} is of the log {origin}")
    newest = passed_over[0]
    raise FoundDamage(
        f"no backup of a ledger at {place.url} is whole; {newest.name}: {newest.why}",
        hint="name another place too, with --from",
    )


def _listing(
    place: BackupPlace, name: str, fetcher: Fetcher, objects: FileObjectStore
) -> LedgerListing:
    shelf = OnShelf.from_bytes(place.read(name))
    _fetch([shelf.listing], fetcher, objects)
    listing = LedgerListing.from_bytes(objects.read(shelf.listing))
    if ledger_name(listing) != name:
        raise FoundDamage("its listing is of another backup")
    return listing


def _fetch_parts(listing: LedgerListing, fetcher: Fetcher, objects: FileObjectStore) -> None:
    wanted = [segment.digest for segment in listing.segments]
    wanted += [file.digest for file in listing.files]
    wanted += [listing.cosignatures] if listing.cosignatures else []
    _fetch(wanted, fetcher, objects)


def _fetch(wanted: Sequence[Digest], fetcher: Fetcher, objects: FileObjectStore) -> None:
    for digest in wanted:
        if not objects.has(digest):
            objects.take_in(digest, partial(fetcher.fill, digest))
