"""Pruning: what may go is recorded first, then taken off the shelf, then its objects are removed.

A backup that was let go is no longer counted on, whatever still lies there; what a killed pruning
left is removed by the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.decisions import Decision, backups
from oneseek.domain.decisions.backups import Choose, Fate, Whole
from oneseek.domain.decisions.newest_backups import HasMore, newest_fates
from oneseek.domain.errors import FoundDamage, NotFound
from oneseek.domain.ledger_backup.listing import VAULTS, LedgerListing
from oneseek.domain.listings import needed_objects
from oneseek.domain.ports import Ports, View
from oneseek.domain.retention import LEDGER_BACKUPS
from oneseek.domain.state.documents import Backup
from oneseek.domain.usecases.backups_there import LISTED, ReadThere, recorded_names, unneeded
from oneseek.domain.usecases.record import carrying_out, record


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a pruning did, or would do."""

    fates: tuple[Fate, ...]
    """Of every backup, why it stays or goes."""
    left_over: int
    """Files of earlier prunings on the shelf that were still to be removed."""
    objects: int
    size: int
    """Bytes of these objects."""
    blocked: str | None
    """Why no object may be removed, in a sentence; None: nothing is in the way."""
    entry: int | None
    """Index of the first entry, None where nothing was recorded."""

    @property
    def gone(self) -> Sequence[Fate]:
        """The backups that go."""
        return [fate for fate in self.fates if not fate.keep]


def plan_pruning(
    ports: Ports,
    place: BackupPlace,
    choose: Choose,
    whole: Whole,
    read: ReadThere,
    *,
    ledgers: int = LEDGER_BACKUPS,
) -> Pruned:
    """Return what :func:`prune_backups` would do; nothing is changed."""
    with ports.ledger.view() as view:
        fates = backups.fates(view, place.url, choose, whole)
        fates += newest_fates(view, place.url, ledgers, _has_more(ports, read))
    old = _left_over(ports, place)
    going = frozenset(old) | {fate.backup.name for fate in fates if not fate.keep}
    try:
        loose, blocked = unneeded(ports, place, read, going), None
    except (FoundDamage, NotFound) as error:
        loose, blocked = [], error.message
    return Pruned(fates, len(old), len(loose), sum(size for _, size in loose), blocked, None)


def prune_backups(
    ports: Ports,
    place: BackupPlace,
    choose: Choose,
    whole: Whole,
    read: ReadThere,
    *,
    ledgers: int = LEDGER_BACKUPS,
) -> Pruned:
    """Let go what the policy lets go at ``place``, and remove what nothing there needs any more.

    ``ledgers``: so many whole backups of the ledger stay.

    Raises:
        ServiceFailed: the place cannot be used. Where something was recorded, the message says so:
            it counts, and pruning again finishes it.
    """
    found: list[tuple[Fate, ...]] = []

    def on(view: View) -> Decision:
        decision, fates = backups.prune(view, place.url, choose, whole)
        fates += newest_fates(view, place.url, ledgers, _has_more(ports, read))
        more = (f for f in fates if not f.keep and f.backup.what != "version")
        found.append(fates)
        events = (*decision.events, *(backups.let_go(f.backup, f.reason) for f in more))
        return Decision(events, decision.reads)

    # The place is looked at before anything is recorded: one that is away changes nothing.
    old = len(_left_over(ports, place))
    receipt = record(ports, on)
    with carrying_out(receipt):
        objects, size, blocked = _remove(ports, place, read)
    entry = receipt.indices[0] if receipt is not None else None
    return Pruned(found[-1], old, objects, size, blocked, entry)


def _remove(ports: Ports, place: BackupPlace, read: ReadThere) -> tuple[int, int, str | None]:
    """Remove what entries have given up; return objects, their bytes, and what is in the way."""
    for name in _left_over(ports, place):
        place.discard(name)
    objects = size = 0
    try:
        loose, blocked = unneeded(ports, place, read, frozenset()), None
    except (FoundDamage, NotFound) as error:
        loose, blocked = [], error.message
    for digest, length in loose:
        if place.remove(digest):
            objects, size = objects + 1, size + length
    return objects, size, blocked


def _left_over(ports: Ports, place: BackupPlace) -> list[str]:
    """Return the names on the shelf that entries have given up."""
    known = recorded_names(ports.ledger, place.url)
    return [
        name
        for prefix in (*LISTED, VAULTS)
        for name in place.names(prefix)
        if known.get(name) == "pruned"
    ]


def _has_more(ports: Ports, read: ReadThere) -> HasMore:
    """Return what compares two backups of the ledger by their listings; in doubt, yes."""

    def raw(backup: Backup) -> bytes:
        here = ports.objects.has(backup.listing)
        return ports.objects.read(backup.listing) if here else read(backup.listing)

    def has_more(old: Backup, newest: Backup) -> bool:
        try:
            lacking = {item.digest for item in LedgerListing.from_bytes(raw(newest)).absent}
            return bool(lacking) and any(
                digest in lacking for digest, _ in needed_objects(raw(old))
            )
        except (FoundDamage, NotFound):
            return True

    return has_more
