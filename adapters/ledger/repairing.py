"""Repairing a damaged ledger with bytes that a trusted checkpoint proves, and with no others.

Everything happens in one transaction that holds the head: damage is looked for, damaged rows are
written anew, all entries are hashed again up to the signed root, the state is folded, and an entry
says what was mended. Nothing of it is seen unless all of it succeeded.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from oneseek.adapters.ledger import sequencer, sql
from oneseek.adapters.ledger.location import Movable
from oneseek.adapters.ledger.refolding import fold_again
from oneseek.adapters.ledger.repaired_rows import good_rows, verified_tree
from oneseek.adapters.ledger.rows import HeadRow, Item
from oneseek.adapters.ledger.sequencer import Seal
from oneseek.adapters.ledger.sql_hold import Hold
from oneseek.adapters.ledger.sql_reader import SqlReader
from oneseek.domain.audit.key_chain import CheckSignature
from oneseek.domain.audit.localisation import Damage, Localisation, Reference
from oneseek.domain.audit.localise import localise
from oneseek.domain.entry import Entry
from oneseek.domain.errors import Conflict, FoundDamage, LedgerBroken
from oneseek.domain.events import LedgerOpened
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.store import Reading

Announce = Callable[[Reading, Localisation, int], Entry]
"""Gives the entry that says what was repaired, as the given version of its stream.

It is told the state folded from the repaired entries, and raises where this process may not sign.
"""

Reseal = Callable[[int, bytes], bytes | None]
"""Signs size and root of a checkpoint that was lost, None where this machine's key may not."""

_UNCHANGED = "nothing was changed"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a repair trusts, and how it signs."""

    origin: str
    keys: Collection[VerifierKey]
    check: CheckSignature
    seal: Seal
    reseal: Reseal
    announce: Announce
    kept: Checkpoint | None = None
    """A checkpoint that was signed once: the repaired ledger must go on from it."""


class HeldLedger(SqlReader):
    """A ledger as the transaction that holds it sees it."""

    def __init__(self, held: Hold, place: str) -> None:
        super().__init__(place)
        self.run = held.run

    def _run(self, statement: str, values: Any = (), /) -> Any:
        return self.run(statement, values)

    def _errors(self) -> AbstractContextManager[None]:
        return nullcontext()


def repair(
    location: Movable, reference: Reference, terms: Terms, *, dry_run: bool = False
) -> Localisation:
    """Mend the ledger at ``location``; return what was damaged. Nothing happens to a whole one.

    Raises:
        FoundDamage: the reference is too short; the message says from where on. Nothing changed.
        LedgerBroken: ledger and reference are two histories, both signed. Nothing changed.
        Conflict: the ledger is closed, or held by another process.
    """
    with location.hold_for_repair() as held:
        if (closed := held.closed()) is not None:
            raise closed.error()
        held.run("SAVEPOINT looking")
        held.complete()
        ledger = HeldLedger(held, location.place)
        _require_origin(ledger, location.place, terms.origin)
        found = localise(
            ledger, terms.keys, terms.check, origin=terms.origin, reference=reference, limit=None
        )
        if not found.whole:
            _require_repairable(ledger, found, reference)
            _require_as_new(found, terms.kept)
        if found.whole or dry_run:
            held.run("ROLLBACK TO SAVEPOINT looking")
        else:
            _mend(held, ledger, found, reference, terms)
        return found


def _require_origin(ledger: HeldLedger, place: str, origin: str) -> None:
    """Refuse another log than that of the mirror, as far as the ledger can still say so."""
    for record in ledger.records(0, 1):
        try:
            opening = REGISTRY.decode(record.raw).body
        except LedgerBroken:
            return
        if isinstance(opening, LedgerOpened) and opening.origin != origin:
            raise Conflict(f"{place} is the ledger of {opening.origin}, not of {origin}")


def _require_repairable(ledger: HeldLedger, found: Localisation, reference: Reference) -> None:
    if found.fork:
        raise LedgerBroken(
            f"the ledger and {reference.place} are two histories under trusted keys: no repair "
            f"helps; {_UNCHANGED}",
            hint="keep both as evidence: see docs/static-log.md",
        )
    if not found.repairable_by(reference):
        lost = next(d for d in found.damaged if d.what == "entry" and _end(d) > reference.size)
        raise FoundDamage(
            f"{lost.where} is damaged, and {reference.place} ends at {reference.size} entries; "
            f"{_UNCHANGED}",
            hint=f"give a mirror or backup with at least {found.needed} entries",
        )
    behind = [damage for damage in found.damaged if damage.what == "beyond"]
    if behind and _claimed(ledger) != found.size:
        raise FoundDamage(
            f"nothing that is signed covers {behind[0].where}: it may be of this ledger; "
            f"{_UNCHANGED}",
            hint=f"give a mirror or backup with more than {found.size} entries",
        )


def _require_as_new(found: Localisation, kept: Checkpoint | None) -> None:
    """Let no second history begin where ledger and mirror have lost the end of the first one."""
    if kept is not None and kept.size > found.size:
        raise LedgerBroken(
            f"a checkpoint of {kept.size} entries was signed, ledger and mirror have {found.size}: "
            f"going on from here would be a second history; {_UNCHANGED}",
            hint=f"give a mirror or backup with at least {kept.size} entries",
        )


def _end(damage: Damage) -> int:
    return damage.index + damage.group


def _claimed(ledger: HeldLedger) -> int | None:
    try:
        return ledger.head().size
    except LedgerBroken:
        return None


def _mend(
    held: Hold, ledger: HeldLedger, found: Localisation, reference: Reference, terms: Terms
) -> None:
    held.unguard()
    run, transaction = held.run, held.transaction()
    rows = good_rows(ledger, found, reference)
    for row in rows:
        run("DELETE FROM entries WHERE position = ?", (row.position,))
    run("DELETE FROM entries WHERE position >= ?", (found.size,))
    transaction.insert_rows(rows)
    held.reindex()
    run("DELETE FROM tiles")
    run("DELETE FROM checkpoints WHERE size > ?", (found.size,))
    lost = {damage.index for damage in found.damaged if damage.what == "checkpoint"}
    tree = verified_tree(ledger, found, reference, lost, terms.kept, transaction.insert_tiles)
    for size in lost | {found.size}:
        run("DELETE FROM checkpoints WHERE size = ?", (size,))
    transaction.insert_checkpoint(found.size, found.checkpoint)
    transaction.insert_checkpoints(list(_resealed(tree.roots, found, terms.reseal)))
    if not sql.first(run("SELECT COUNT(*) FROM head WHERE id = 1"))[0]:
        run("INSERT INTO head VALUES (1, 0, ?, 0, ?)", (b"", b""))
    transaction.save_head(HeadRow(tree.frontier, tree.clock, found.checkpoint))
    held.guard()
    _require_whole(ledger, reference, terms)
    fold_again(run, held.state())
    _announce(held, found, terms)


def _require_whole(ledger: HeldLedger, reference: Reference, terms: Terms) -> None:
    """Look once more: what is not whole now is undone."""
    left = localise(ledger, terms.keys, terms.check, origin=terms.origin, reference=reference)
    if not left.whole or (surplus := sql.find_surplus(ledger.run)) is not None:
        where = left.damaged[0].where if left.damaged else surplus
        raise LedgerBroken(f"{where} cannot be repaired; {_UNCHANGED}")


def _resealed(
    roots: dict[int, bytes], found: Localisation, reseal: Reseal
) -> Iterator[tuple[int, bytes]]:
    """Yield checkpoints in the place of lost ones; Ed25519 gives the same bytes for the same key.

    Where another machine has signed one it stays lost: the next one covers its entries.
    """
    for size, root in roots.items():
        if size != found.size and (note := reseal(size, root)) is not None:
            yield size, note


def _announce(held: Hold, found: Localisation, terms: Terms) -> None:
    stream = "ledger"
    version = sql.stream_versions(held.run, [stream])[stream]
    entry = terms.announce(held.state(), found, version + 1)
    raw = REGISTRY.encode(entry)
    item = Item(entry.stream, entry.stream_version, entry.kind, raw, leaf_hash(raw), entry)
    sequencer.append(held.transaction(), [item], expect={stream: version}, seal=terms.seal)
