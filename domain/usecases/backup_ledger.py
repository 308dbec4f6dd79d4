"""Backing up the ledger: its entries in segments, its checkpoints, and the evidence they name.

Everything is content-addressed, so a second backup sends the entries that are new, and the file on
the shelf, written last, makes it a backup. What is sent was hashed again and leads to the signed
root; files of versions are left to their own backups.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from oneseek.domain.audit.named_objects import evidence_objects
from oneseek.domain.backup_place import BackupPlace, Confirmed, Sent
from oneseek.domain.decisions import backups
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import InvalidInput, LedgerBroken, NotFound, OneSeekError
from oneseek.domain.events import BackupTaken
from oneseek.domain.ledger_backup.cosignatures import pack_cosignatures
from oneseek.domain.ledger_backup.listing import (
    LEDGERS,
    LedgerListing,
    PublicFile,
    SegmentAt,
    ledger_name,
)
from oneseek.domain.ledger_backup.segment import SEGMENT_ENTRIES, Segment
from oneseek.domain.listings import Absent, Listed, OnShelf, TreeHead
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER, Frontier
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.proofs import root_at
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.ports import Ledger, Ports
from oneseek.domain.state.documents import Backup
from oneseek.domain.state.store import prefix_range
from oneseek.domain.stored import Head, Receipt
from oneseek.domain.usecases.record import record

Send = Callable[[bytes], Sent]
"""Uploads an object that is only in memory; see :meth:`BackupPlace.upload`."""

OnEntries = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class LedgerBackup:
    """A backup of the ledger that is complete on its shelf."""

    name: str
    head: Head
    listing: LedgerListing
    sent: int
    """Bytes that were sent this time."""
    receipt: Receipt


def backup_ledger(
    ports: Ports,
    place: BackupPlace,
    send: Send,
    public: Mapping[str, bytes],
    on_entries: OnEntries = lambda count: None,
) -> LedgerBackup:
    """Copy the ledger as it is now to ``place``, and record that.

    ``public`` are small files of the workspace without secrets, by name.

    Raises:
        InvalidInput: the ledger is empty.
        LedgerBroken: its entries do not lead to its signed root; nothing is on the shelf.
        ServiceFailed: the place cannot be used.
        FoundDamage: an object here is damaged.
    """
    head = ports.ledger.head()
    if not head.size:
        raise InvalidInput("the ledger is empty: there is nothing to back up")
    parts = _Parts(place, send)
    segments = tuple(_segments(ports, head, parts, on_entries))
    said = pack_cosignatures(ports.ledger.cosignatures())
    cosignatures = parts.add(said, "cosignatures of witnesses") if said else None
    files = [PublicFile(name, parts.add(data, f"file {name}")) for name, data in public.items()]
    absent = _evidence(ports, parts)
    origin = Checkpoint.parse(parse_note(head.checkpoint).text).origin
    tree = TreeHead(head.size, head.root.hex(), head.checkpoint.decode())
    listing = LedgerListing(
        origin, tree, segments, cosignatures, tuple(files), absent, parts.listed()
    )
    raw, name = listing.to_bytes(), ledger_name(listing)
    digest = ports.objects.put(raw)
    parts.upload(ports.objects.path(digest), digest)
    place.write(name, OnShelf.of(raw).to_bytes())
    # crash here: the backup is whole, but the ledger does not say so; the next one will
    event = BackupTaken(
        target=place.url,
        what="ledger",
        name=name,
        manifest=None,
        dna=None,
        tree_size=head.size,
        root=tree.root,
        listing=digest,
        objects=len(listing.objects),
        size=listing.size,
        confirmed=parts.confirmed,
    )
    receipt = record(ports, lambda view: backups.take_all(view, event))
    assert receipt is not None
    return LedgerBackup(name, head, listing, parts.sent, receipt)


@dataclass
class _Parts:
    """The objects of one backup, as they go to their place."""

    place: BackupPlace
    send: Send
    known: dict[Digest, Listed] = field(default_factory=dict)
    sent: int = 0
    confirmed: Confirmed = "checksum"

    def add(self, data: bytes, what: str) -> Digest:
        """Send what is only in memory."""
        digest = sha256(data)
        if digest not in self.known:
            self._count(self.send(data))
            self.known[digest] = Listed(digest, len(data), what)
        return digest

    def keep(self, listed: Listed) -> None:
        """Name an object that an earlier backup has sent."""
        self.known[listed.digest] = listed

    def upload(self, path: Path, digest: Digest) -> None:
        """Send an object of the content store."""
        self._count(self.place.upload(path, digest))

    def listed(self) -> tuple[Listed, ...]:
        return tuple(self.known.values())

    def _count(self, sent: Sent) -> None:
        self.sent += sent.size
        if sent.confirmed == "read-back":
            self.confirmed = sent.confirmed


def _evidence(ports: Ports, parts: _Parts) -> tuple[Absent, ...]:
    """Send the evidence that entries name; return what is not kept here any more."""
    absent: list[Absent] = []
    for digest, what in evidence_objects(ports.ledger, ports.objects):
        if digest in parts.known:
            continue
        try:
            size = ports.objects.size(digest)
        except NotFound:
            absent.append(Absent(digest, what))
            continue
        parts.upload(ports.objects.path(digest), digest)
        parts.keep(Listed(digest, size, what))
    return tuple(absent)


def _segments(
    ports: Ports, head: Head, parts: _Parts, on_entries: OnEntries
) -> Iterator[SegmentAt]:
    """Send the segments of the tree of ``head``, and yield where each lies.

    Raises:
        LedgerBroken: the entries do not lead to the root of ``head``.
    """
    frontier = EMPTY_FRONTIER
    for at, listed in _earlier(ports, head, parts.place):
        parts.keep(listed)
        frontier = Frontier.at(at.stop, node_reader(ports.ledger.hashes_at, head.size))
        on_entries(at.stop - at.start)
        yield at
    while frontier.size < head.size:
        start, stop = frontier.size, min(frontier.size + SEGMENT_ENTRIES, head.size)
        raws = [raw for chunk in ports.ledger.chunks(start, stop) for raw in chunk]
        frontier = frontier.extend([leaf_hash(raw) for raw in raws])
        if frontier.size != stop:
            raise LedgerBroken(
                f"entries between {start} and {stop} are missing: nothing was backed up",
                hint="look at it with: oneseek verify --deep",
            )
        packed = Segment(start, raws, list(_checkpoints(ports.ledger, start, stop))).pack()
        on_entries(stop - start)
        yield SegmentAt(start, stop, parts.add(packed, f"entries {start} to {stop - 1}"))
    if frontier.root() != head.root:
        raise LedgerBroken(
            "the entries do not lead to the signed root: nothing was backed up",
            hint="look at it with: oneseek verify --deep",
        )


def _checkpoints(ledger: Ledger, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
    """Yield the checkpoints with ``start`` < size <= ``stop``."""
    while start < stop:
        start, note = ledger.checkpoint_covering(start)
        if start <= stop:
            yield start, note


def _earlier(ports: Ports, head: Head, place: BackupPlace) -> Iterator[tuple[SegmentAt, Listed]]:
    """Yield the full segments that the newest backup there has of this very history."""
    with ports.ledger.view() as view:
        start, stop = prefix_range(f"{place.url} {LEDGERS}")
        found = view.scan(Backup, start=start, stop=stop, descending=True)
        backup = next((backup for _, backup in found), None)
    if backup is None or backup.damaged is not None:
        return
    try:
        listing = LedgerListing.from_bytes(ports.objects.read(backup.listing))
    except OneSeekError:
        return  # then everything is read again
    size = listing.tree.size
    if size > head.size or listing.tree.root != _root(ports.ledger, size).hex():
        return
    sizes = {listed.digest: listed for listed in listing.objects}
    for at in listing.segments:
        listed = sizes[at.digest]
        full = at.stop - at.start == SEGMENT_ENTRIES
        if not full or place.size(at.digest) != listed.size:
            return
        yield at, listed


def _root(ledger: Ledger, size: int) -> bytes:
    return root_at(size, node_reader(ledger.hashes_at, size))
