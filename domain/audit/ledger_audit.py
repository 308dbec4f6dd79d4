"""The audit of the ledger itself: every entry, every hash, the order, the signed root.

Leaf hashes are computed from the stored bytes and folded into a root of our own; the stored hashes
are only compared with. What an auditor must trust is one public key, nothing else: which other keys
may sign is told by entries that a trusted key has signed (:mod:`oneseek.domain.keys`).
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from oneseek.domain.audit.entries_audit import EntriesAudit, Hear
from oneseek.domain.audit.evidence_audit import TileAudit, check_tiles, find_changed_entries
from oneseek.domain.audit.key_chain import (
    CheckSignature,
    goes_on_by,
    recall_keys,
    refold_keys,
    trusted_ring,
)
from oneseek.domain.audit.quick_entries import QuickEntries
from oneseek.domain.errors import LedgerBroken, OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.keys import KeyRing, announcements
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER, Frontier
from oneseek.domain.merkle.hashing import leaf_hashes
from oneseek.domain.merkle.tiles import node_reader, tile_roots
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import Note, VerifierKey, parse_note, verify_note
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY, Registry
from oneseek.domain.stored import Head, Record

_BATCH = 1000
_KNOWN = "a checkpoint signed by a known key"
_SIGN = "a key may sign once a trusted one has announced it, until it is retired: oneseek keys list"


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What the audit of a ledger saw; ``root`` is our own, over the entries as stored."""

    size: int
    root: bytes
    findings: tuple[Finding, ...]
    ring: KeyRing
    """The keys that were given, and those that they vouch for."""
    start: int = 0
    """The entries before this one were believed: a trusted checkpoint binds them."""
    marked: bytes | None = None
    """Our own root over the first ``mark`` entries; None where there are fewer."""


def audit_ledger(
    ledger: Ledger,
    keys: tuple[VerifierKey, ...],
    check: CheckSignature,
    *,
    origin: str,
    since: Checkpoint | None = None,
    signers: Collection[VerifierKey] = (),
    on_entries: Callable[[int], None] | None = None,
    hear: Hear | None = None,
    quick: bool = False,
    mark: int | None = None,
    registry: Registry = REGISTRY,
) -> LedgerReport:
    """Verify every entry up to the head, and the head's checkpoint.

    ``keys`` are those that the caller has chosen to trust; trust goes on from them.
    ``since`` is a checkpoint that the caller trusts: where the ledger still begins with that tree,
    only what came after it is read, and is proved to go on from it. ``signers`` signed it, so they
    were not retired below it; where others go on, older entries are hashed again, because no
    look-up can prove that none of these keys was retired. ``on_entries`` is called with the number
    of entries just checked. Memory does not grow with the ledger.

    ``hear`` is given every entry that can be read; it is to be believed when the findings are
    known. ``quick`` reads answered questions, the mass of entries, without the constraints of their
    fields (:mod:`~oneseek.domain.audit.quick_entries`). ``mark`` is a tree size whose root is
    wanted, computed from the entries.
    """
    head = ledger.head()
    findings: list[Finding] = []
    start = _known(ledger, head, since, findings) if since else EMPTY_FRONTIER
    latest = _latest_before(ledger, start.size)
    known = recall_keys(ledger, start.size, start.root())
    reader = (QuickEntries if quick else EntriesAudit)(registry, known, origin, latest, hear)
    tiles = TileAudit(ledger)
    frontier, marked = start, start.root() if mark == start.size else None
    for records in _batches(ledger, start.size, head.size, mark):
        hashes = leaf_hashes([record.raw for record in records])
        findings.extend(reader.check(records, hashes))
        frontier = frontier.extend(hashes, tile_roots(tiles.check))
        if frontier.size == mark:
            marked = frontier.root()
        if on_entries:
            on_entries(len(records))
    if frontier.size < head.size:
        findings.append(_missing(frontier.size, head.size))
    else:
        # Where the entries lead to another root it is the kept hashes that the tiles must fit.
        good = frontier.root() == head.root
        findings.extend(tiles.findings if good else check_tiles(ledger, head.size))
        findings.extend(_check_time(head, reader.latest))
    findings.extend(_check_unsealed(ledger, head))
    announced = announcements(reader.keys, origin)
    if start.size and not goes_on_by(ledger, head, signers, announced, check, start.size):
        try:
            announced = announcements(refold_keys(ledger, start, frontier), origin)
        except LedgerBroken as error:
            where = f"checkpoint of {start.size} entries"
            findings.append(Finding("history", where, "the entries that it binds", error.message))
    ring = trusted_ring(ledger, head, keys, announced, check, since=start.size)
    findings.extend(_check_first_key(reader.first_key, ring))
    wrong = list(_check_head(head, frontier, ring, check, origin))
    # What a retired key signed lies hidden under the next good signature: then each one counts.
    retired = not start.size and any(item.retired is not None for item in announced)
    if wrong or retired:
        findings += [*wrong, *find_changed_entries(ledger, head.size, ring, check)]
    return LedgerReport(frontier.size, frontier.root(), tuple(findings), ring, start.size, marked)


def _known(ledger: Ledger, head: Head, since: Checkpoint, findings: list[Finding]) -> Frontier:
    """Return the frontier of the trusted tree, the empty one where the ledger lacks that tree."""
    where, kept = f"checkpoint of {since.size} entries", f"root {since.root.hex()}, which you trust"
    if since.size > head.size:
        found = f"{head.size} entries: the ledger was rolled back"
        findings.append(Finding("history", where, f"at least {since.size} entries", found))
        return EMPTY_FRONTIER
    try:
        frontier = Frontier.at(since.size, node_reader(ledger.hashes_at, since.size))
    except LedgerBroken as error:
        findings.append(Finding("history", where, kept, error.message))
        return EMPTY_FRONTIER
    if frontier.root() != since.root:
        found = f"root {frontier.root().hex()}: the history was written anew"
        findings.append(Finding("history", where, kept, found))
        return EMPTY_FRONTIER
    return frontier


def _latest_before(ledger: Ledger, size: int) -> str:
    """Return the latest time of the first ``size`` entries; no signature covers it."""
    rows = ledger.index_rows(size - 1, size) if size else iter(())
    return next((row.latest for row in rows), "")


def _batches(ledger: Ledger, start: int, stop: int, mark: int | None) -> Iterator[list[Record]]:
    """Yield the rows up to the first that is missing; one batch ends before ``mark``."""
    rows = ledger.records(start, stop)
    while True:
        limit = min(_BATCH, mark - start) if mark is not None and start < mark else _BATCH
        batch = list(islice(rows, limit))
        good = next((n for n, row in enumerate(batch, start) if row.index != n), None)
        if good is not None:
            batch = batch[: good - start]
        if batch:
            yield batch
        if len(batch) < limit:
            return
        start += limit


def _missing(index: int, size: int) -> Finding:
    hint = "repair it from a mirror: oneseek ledger repair --from MIRROR; or restore a backup"
    return Finding("entry-missing", f"entry {index}", f"{size} entries", "absent", hint)


def _check_first_key(first: str, ring: KeyRing) -> Iterator[Finding]:
    """Check that the first key is one that the ledger is verified with, or that these vouch for."""
    if first and first not in {str(key) for key in ring.keys}:
        named = ", ".join(str(key) for key in ring.keys) or "no key"
        yield Finding("first-key", "entry 1", named, first)


def _check_unsealed(ledger: Ledger, head: Head) -> Iterator[Finding]:
    """Look behind the head. What others append meanwhile moves the head too."""
    for record in ledger.records(head.size, head.size + 1):
        if record.index >= ledger.head().size:
            where = f"entry {record.index}"
            yield Finding("entry-unsealed", where, f"{head.size} entries", "one more, unsigned")


def _check_time(head: Head, latest: str) -> Iterator[Finding]:
    """Check the newest time, which decides whose clock is refused as being behind."""
    if latest and head.time != latest:
        yield Finding("head-time", "the head", latest, str(head.time))


def _check_head(
    head: Head,
    frontier: Frontier,
    ring: KeyRing,
    check: CheckSignature,
    origin: str,
) -> Iterator[Finding]:
    if head.size == 0:
        return
    if head.size != frontier.size or head.root != frontier.root():
        yield Finding(
            "head-root",
            f"tree of {head.size} entries",
            f"root {frontier.root().hex()} over {frontier.size} entries",
            f"root {head.root.hex()} in the head row",
        )
    try:
        note = parse_note(head.checkpoint)
        checkpoint = Checkpoint.parse(note.text)
    except OneSeekError as error:
        yield Finding("checkpoint", "the head", _KNOWN, error.message)
        return
    try:
        verify_note(note, ring.at(checkpoint.size), check)
    except OneSeekError as error:
        yield Finding("checkpoint", "the head", _KNOWN, f"{error.message}: {_signers(note)}", _SIGN)
        return
    if (checkpoint.size, checkpoint.root) != (frontier.size, frontier.root()):
        yield Finding(
            "checkpoint-root",
            f"checkpoint of {checkpoint.size} entries",
            f"root {frontier.root().hex()} over {frontier.size} entries",
            f"root {checkpoint.root.hex()} signed",
        )
    if checkpoint.origin != origin:
        yield Finding("checkpoint-origin", "the head", origin, checkpoint.origin)


def _signers(note: Note) -> str:
    """Say by which keys a note claims to be signed."""
    return "by " + ", ".join(f"{item.name}+{item.key_id:08x}" for item in note.signatures)
