"""The audit of the ledger itself: every entry, every hash, the order, the signed root.

Leaf hashes are computed from the stored bytes and folded into a root of our own; the stored hashes
are only compared with. What an auditor must trust is the public key, nothing else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from oneseek.domain.audit.evidence_audit import (
    CheckSignature,
    check_tiles,
    find_changed_entries,
)
from oneseek.domain.errors import InvalidInput, LedgerBroken, OneSeekError, ProofRefused
from oneseek.domain.events import Event, KeyAdded, LedgerOpened
from oneseek.domain.findings import Finding
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER, Frontier
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY, Registry
from oneseek.domain.stored import Head, Record
from oneseek.domain.values import parse_time

_BATCH = 1000
_OPENING = (0, 1)
"""The entries that open a ledger: its name and format, then its first key."""
_TOLERANCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What the audit of a ledger saw; ``root`` is our own, over the entries as stored."""

    size: int
    root: bytes
    findings: tuple[Finding, ...]


def audit_ledger(
    ledger: Ledger,
    keys: tuple[VerifierKey, ...],
    check: CheckSignature,
    *,
    origin: str,
    on_entries: Callable[[int], None] | None = None,
    registry: Registry = REGISTRY,
) -> LedgerReport:
    """Verify every entry up to the head, and the head's checkpoint.

    ``on_entries`` is called with the number of entries just checked. Memory does not grow with
    the ledger.
    """
    head = ledger.head()
    findings: list[Finding] = []
    reader = _EntryReader(registry, keys, origin)
    frontier = _read_entries(ledger, head.size, reader, findings, on_entries)
    if frontier.size == head.size:
        findings.extend(check_tiles(ledger, head.size))
        findings.extend(_check_time(head, reader.latest))
    findings.extend(_check_unsealed(ledger, head))
    if wrong := list(_check_head(head, frontier, keys, check, origin)):
        findings += [*wrong, *find_changed_entries(ledger, head.size, keys, check)]
    return LedgerReport(frontier.size, frontier.root(), tuple(findings))


def _read_entries(
    ledger: Ledger,
    size: int,
    reader: "_EntryReader",
    findings: list[Finding],
    on_entries: Callable[[int], None] | None,
) -> Frontier:
    """Check every entry up to the first that is missing; return the tree over them."""
    frontier = EMPTY_FRONTIER
    batch: list[bytes] = []

    def settle() -> None:
        nonlocal frontier
        frontier = frontier.extend(batch)
        if on_entries:
            on_entries(len(batch))
        batch.clear()

    for record in ledger.records(0, size):
        if record.index != frontier.size + len(batch):
            break
        findings.extend(reader.check(record))
        batch.append(leaf_hash(record.raw))
        if len(batch) == _BATCH:
            settle()
    settle()
    if frontier.size < size:
        hint = "restore the ledger from a backup"
        where = f"entry {frontier.size}"
        findings.append(Finding("entry-missing", where, f"{size} entries", "absent", hint))
    return frontier


class _EntryReader:
    """Checks one entry after the other; remembers the latest time only."""

    def __init__(self, registry: Registry, keys: tuple[VerifierKey, ...], origin: str) -> None:
        self._registry = registry
        self._keys = keys
        self._origin = origin
        self.latest = ""

    def check(self, record: Record) -> Iterator[Finding]:
        where = f"entry {record.index}"
        computed = leaf_hash(record.raw)
        if computed != record.leaf_hash:
            yield Finding(
                "leaf-hash", where, f"stored {record.leaf_hash.hex()}", f"bytes {computed.hex()}"
            )
        try:
            entry = self._registry.decode(record.raw, where=where)
            moment = parse_time(entry.time)
        except (LedgerBroken, InvalidInput) as error:
            yield Finding("entry-unreadable", where, "a canonical entry", error.message)
            return
        if self.latest and moment < parse_time(self.latest) - _TOLERANCE:
            yield Finding(
                "clock-backwards", where, f"not more than 5 s before {self.latest}", entry.time
            )
        self.latest = max(self.latest, entry.time)
        if record.index in _OPENING:
            yield from _check_opening(entry.body, where, self._keys, self._origin)


def _check_opening(
    event: Event, where: str, keys: tuple[VerifierKey, ...], origin: str
) -> Iterator[Finding]:
    """Check that the ledger itself names the origin and the key that it is verified with."""
    match event:
        case LedgerOpened():
            if event.origin != origin:
                yield Finding("origin", where, origin, event.origin)
        case KeyAdded():
            if event.verifier not in {str(key) for key in keys}:
                named = ", ".join(str(key) for key in keys) or "no key"
                yield Finding("first-key", where, named, event.verifier)
        case _:
            yield Finding("opening", where, "the opening of the ledger", event.kind)


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
    keys: tuple[VerifierKey, ...],
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
        verify_note(note, keys, check)
    except (InvalidInput, ProofRefused) as error:
        yield Finding("checkpoint", "the head", "a checkpoint signed by a known key", error.message)
        return
    except OneSeekError as error:
        yield Finding("checkpoint", "the head", "a checkable checkpoint", error.message)
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
