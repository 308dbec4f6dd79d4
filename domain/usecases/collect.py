"""Collecting objects that nothing keeps alive: the entry first, then the files.

A crash after the entry leaves files that its inventory lists; the next collection removes those
that still lie there as they lay, and records nothing more. Whoever calls this holds a lock that
every writer of the store shares, so that nobody is relying on an object that is about to go.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from oneseek.domain.collected import Removed, read_inventory, render_inventory
from oneseek.domain.decisions import Decision
from oneseek.domain.digest import Digest
from oneseek.domain.events import ObjectsCollected
from oneseek.domain.liveness import NOBODY, Liveness, Terms, find_alive
from oneseek.domain.ports import Ports, View
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Backup, Collection
from oneseek.domain.stored import Lying
from oneseek.domain.usecases.record import carrying_out, record
from oneseek.domain.values import parse_time

ORPHAN = "an object without an entry"


class Removing(Protocol):
    """A store from which objects can be removed."""

    def lying(self) -> Iterator[Lying]: ...
    def remove(self, digest: Digest) -> bool: ...


@dataclass(slots=True)
class Collectable:
    """What a collection takes."""

    alive: Liveness
    objects: list[Removed] = field(default_factory=list)
    """What is new, and gets an inventory."""
    left_over: list[Removed] = field(default_factory=list)
    """What an earlier collection listed and did not come to remove."""
    young: int = 0
    """Objects that nothing keeps, written within the grace period: they stay."""
    entry: int | None = None
    """Leaf index of the objects-collected entry."""

    @property
    def size(self) -> int:
        return sum(item.size for item in (*self.objects, *self.left_over))


def look(view: View, ports: Ports, store: Removing, terms: Terms) -> Collectable:
    """Return what may be collected now.

    Raises:
        LedgerBroken, NotFound, FoundDamage: see :func:`~oneseek.domain.liveness.find_alive`.
    """
    found = Collectable(find_alive(view, ports.ledger, ports.objects, terms))
    listed = _listed_before(view, ports)
    for lying in store.lying():
        if lying.digest in found.alive.kept:
            continue
        named = found.alive.given_up.get(lying.digest)
        removed = Removed(
            digest=lying.digest,
            size=lying.size,
            what=named.what if named else ORPHAN,
            entry=named.entry if named else None,
            why=named.why if named else NOBODY,
        )
        # A file that was written again since was brought back: that makes it young again.
        if lying.digest in listed and lying.changed < listed[lying.digest]:
            found.left_over.append(removed)
        elif terms.now - lying.changed < terms.grace:
            found.young += 1
        else:
            found.objects.append(removed)
    return found


def collect(
    ports: Ports,
    store: Removing,
    *,
    grace: timedelta,
    without_backup: bool = False,
    there: Callable[[Backup], bool] = lambda _: True,
    on_removed: Callable[[int], None] = lambda _: None,
) -> Collectable:
    """Record what nothing keeps alive, then remove it; tell ``on_removed`` of bytes.

    ``there`` as in :class:`~oneseek.domain.liveness.Terms`.

    Raises:
        ServiceFailed: something could not be removed; where that was recorded, the message says so.
        others: as :func:`look`; then nothing was removed.
    """
    found: list[Collectable] = []

    def on(view: View) -> Decision:
        terms = Terms(ports.clock.now(), grace, without_backup, there)
        seen = look(view, ports, store, terms)
        found.append(seen)
        if not seen.objects:
            return Decision()
        event = ObjectsCollected(
            inventory=ports.objects.put(render_inventory(seen.objects, grace.days)),
            objects=len(seen.objects),
            size=sum(item.size for item in seen.objects),
            grace_days=grace.days,
        )
        return Decision((event,), frozenset(seen.alive.streams))

    receipt = record(ports, on)
    chosen = found[-1]
    chosen.entry = receipt.indices[0] if receipt else None
    # crash here or below: the next collection finds what the inventory lists, and goes on
    with carrying_out(receipt):
        for item in (*chosen.left_over, *chosen.objects):
            store.remove(item.digest)
            on_removed(item.size)
    return chosen


def _listed_before(view: View, ports: Ports) -> dict[Digest, datetime]:
    """Return what collections have listed, with the time of the newest."""
    listed: dict[Digest, datetime] = {}
    for _, collection in view.scan(Collection):
        (row,) = ports.ledger.records(collection.index, collection.index + 1)
        time = parse_time(REGISTRY.read(row.raw).time)
        for item in read_inventory(collection.inventory, ports.objects):
            listed[item.digest] = time
    return listed
