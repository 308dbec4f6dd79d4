"""Which resets, deletions, backups and prunings happened, and what did they remove?"""

from dataclasses import dataclass, field
from typing import ClassVar

import msgspec

from oneseek.domain import events as e
from oneseek.domain.audit.answers import (
    MOST_ROWS,
    Answer,
    Cell,
    Figure,
    Listing,
    Table,
    judged,
    many,
)
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.collected import read_inventory
from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.errors import OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.ports import ObjectStore

_COLUMNS = ("entry", "time", "actor", "what", "removed", "evidence", "reason")


_COUNTED = ("reset", "withdrawal", "erasure", "pruning", "collection")


class _Inventory(msgspec.Struct):
    """As much of the inventory of a reset as tells whether it is one."""

    versions: list[str]
    files: list[msgspec.Raw]


@dataclass(slots=True)
class Removals:
    """Lists what was taken away. A reset must have left an inventory of all that it removed."""

    objects: ObjectStore
    name: ClassVar[str] = "removals"
    asks: ClassVar[str] = (
        "Is it known of every reset, deletion, backup and pruning what it removed, who did it "
        "and why?"
    )
    about_entries: ClassVar[bool] = True
    wants: ClassVar[tuple[type[e.Event], ...]] = (
        e.RegistryReset,
        e.VersionRestored,
        e.VersionWithdrawn,
        e.TextErased,
        e.LegacyTextErased,
        e.SourceMovedAway,
        e.SourceMovedBack,
        e.BackupTaken,
        e.BackupPruned,
        e.ObjectsCollected,
        e.CheckpointDropped,
        e.LedgerRestored,
    )
    _rows: Listing[tuple[Cell, ...]] = field(default_factory=lambda: Listing(MOST_ROWS))
    _findings: Listing[Finding] = field(default_factory=Listing)
    _counts: dict[str, int] = field(default_factory=dict)

    def see(self, index: int, entry: Entry) -> None:
        """List the entry, and read the inventory of a reset."""
        match entry.body:
            case e.RegistryReset() as event:
                removed = f"{many(event.versions, 'version')}, {many(event.files, 'file')}"
                self._add(index, entry, "reset", removed, event.inventory, event.reason)
                self._findings.extend(self._inventory(index, event))
            case e.VersionRestored() as event:
                self._add(index, entry, "restoration", f"brought back {event.dna}", None, "")
            case e.VersionWithdrawn() as event:
                self._add(index, entry, "withdrawal", event.dna, None, event.reason)
            case e.LegacyTextErased() as event:
                removed = f"the text of legacy file {event.path}"
                self._add(index, entry, "erasure", removed, None, event.reason)
            case e.SourceMovedAway() as event:
                moved = f"{event.path} to {event.to}"
                self._add(index, entry, "move of a legacy source", moved, event.inventory, "")
            case e.SourceMovedBack() as event:
                what = "return of a legacy source"
                self._add(index, entry, what, event.path, event.inventory, "")
            case e.TextErased() as event:
                removed = f"{many(len(event.objects), 'text')} of query {event.query}"
                self._add(index, entry, "erasure", removed, None, event.reason)
            case _:
                self._keeping(index, entry)

    def _keeping(self, index: int, entry: Entry) -> None:
        """List what retention took, and what a lost machine did."""
        match entry.body:
            case e.BackupTaken():
                self._counts["backup"] = self._counts.get("backup", 0) + 1
            case e.BackupPruned() as event:
                of = event.dna or "the ledger or the vault"
                removed = f"backup of {of} in {event.target}"
                self._add(index, entry, "pruning", removed, event.listing, event.reason)
            case e.CheckpointDropped() as event:
                removed = f"{event.period} {event.name} of training {event.training}"
                self._add(index, entry, "drop of a checkpoint", removed, None, event.reason)
            case e.LedgerRestored() as event:
                removed = f"{many(event.lost, 'entry', 'entries')} that no copy has"
                why = f"restored from {event.target}"
                self._add(index, entry, "lost machine", removed, event.report, why)
            case event:
                assert isinstance(event, e.ObjectsCollected)
                removed = f"{many(event.objects, 'object')}, {event.size} bytes"
                why = f"nothing kept them for {many(event.grace_days, 'day')}"
                self._add(index, entry, "collection", removed, event.inventory, why)
                self._findings.extend(self._listed(index, event))

    def _listed(self, index: int, event: e.ObjectsCollected) -> list[Finding]:
        found = read_inventory(event.inventory, self.objects)
        if (len(found), sum(item.size for item in found)) == (event.objects, event.size):
            return []
        expected = f"an inventory of {many(event.objects, 'object')}, {event.size} bytes"
        told = f"{many(len(found), 'object')}, {sum(item.size for item in found)} bytes"
        return [Finding("inventory", f"entry {index}, collection", expected, told)]

    def _add(
        self, index: int, entry: Entry, what: str, removed: str, evidence: Digest | None, why: str
    ) -> None:
        self._counts[what] = self._counts.get(what, 0) + 1
        row = (index, entry.time, entry.actor, what, removed, evidence, why or None)
        self._rows.add(row)

    def _inventory(self, index: int, event: e.RegistryReset) -> list[Finding]:
        expected = (
            f"an inventory of {many(event.versions, 'version')} and {many(event.files, 'file')}"
        )
        try:
            found = msgspec.json.decode(self.objects.read(event.inventory), type=_Inventory)
        except (OneSeekError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            told = error.message if isinstance(error, OneSeekError) else "no inventory"
            return [Finding("inventory", f"entry {index}, reset", expected, told)]
        if (len(found.versions), len(found.files)) == (event.versions, event.files):
            return []
        told = f"{many(len(found.versions), 'version')} and {many(len(found.files), 'file')}"
        return [Finding("inventory", f"entry {index}, reset", expected, told)]

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where every removal says what it took, and every inventory is kept."""
        words = [many(self._counts.get(w, 0), w) for w in _COUNTED]
        if lost := self._counts.get("lost machine", 0):
            words.append(many(lost, "lost machine"))
        return judged(
            self._findings,
            f"{', '.join(words)} recorded",
            "the inventory of a reset or of a collection is not what its entry says",
            (
                Figure("resets", self._counts.get("reset", 0)),
                Figure("withdrawals", self._counts.get("withdrawal", 0)),
                Figure("erasures", self._counts.get("erasure", 0)),
                Figure("legacy sources moved away", self._counts.get("move of a legacy source", 0)),
                Figure("restorations", self._counts.get("restoration", 0)),
                Figure("backups taken", self._counts.get("backup", 0)),
                Figure("backups pruned", self._counts.get("pruning", 0)),
                Figure("collections of objects", self._counts.get("collection", 0)),
                Figure("checkpoints dropped", self._counts.get("drop of a checkpoint", 0)),
                Figure("lost machines", self._counts.get("lost machine", 0)),
            ),
            (Table.of("removals", "What was removed", _COLUMNS, self._rows),),
        )
