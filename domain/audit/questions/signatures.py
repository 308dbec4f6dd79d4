"""Are the versions that were signed signed by announced keys, while these were valid?"""

from dataclasses import dataclass, field
from typing import ClassVar

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
from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.findings import Finding
from oneseek.domain.ports import ObjectStore

_COLUMNS = ("entry", "time", "dna", "method", "key", "signature")


@dataclass(slots=True)
class Signatures:
    """A model key may sign from its announcement until its retirement."""

    objects: ObjectStore
    name: ClassVar[str] = "signatures"
    asks: ClassVar[str] = "Is every signature of a version by a key that was announced and valid?"
    about_entries: ClassVar[bool] = True
    wants: ClassVar[tuple[type[e.Event], ...]] = (
        e.ModelKeyAdded,
        e.ModelKeyRetired,
        e.VersionCertified,
        e.VersionSigned,
    )
    _keys: dict[Digest, int | None] = field(default_factory=dict)
    """By key: the entry that retired it, None while it may sign."""
    _certified: dict[Digest, bool] = field(default_factory=dict)
    """By version: whether it was signed."""
    _rows: Listing[tuple[Cell, ...]] = field(default_factory=lambda: Listing(MOST_ROWS))
    _findings: Listing[Finding] = field(default_factory=Listing)

    def see(self, index: int, entry: Entry) -> None:
        """Judge a signature by the keys that were announced before it."""
        match entry.body:
            case e.ModelKeyAdded(key=key):
                self._keys.setdefault(key, None)
            case e.ModelKeyRetired(key=key):
                if key in self._keys and self._keys[key] is None:
                    self._keys[key] = index
            case e.VersionCertified(manifest=manifest):
                self._certified[manifest] = False
            case event:
                assert isinstance(event, e.VersionSigned)
                self._check(index, event)
                self._rows.add(
                    (index, entry.time, event.dna, event.method, event.key, event.signature)
                )

    def _check(self, index: int, event: e.VersionSigned) -> None:
        where = f"entry {index}, signature of {event.dna}"
        if event.manifest in self._certified:
            self._certified[event.manifest] = True
        else:
            found = f"{event.manifest}, which no entry before it certifies"
            self._findings.add(Finding("signed-uncertified", where, "a certified version", found))
        if event.key not in self._keys:
            expected = "a model key that was announced before"
            self._findings.add(Finding("signed-by-unknown", where, expected, event.key))
        elif (retired := self._keys[event.key]) is not None:
            found = f"{event.key}, retired by entry {retired}"
            self._findings.add(Finding("signed-by-retired", where, "a key that is valid", found))
        if not self.objects.has(event.signature):
            expected = f"signature {event.signature}"
            self._findings.add(
                Finding("signature-missing", where, expected, "not in the content store")
            )

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where every signature is by a valid key."""
        unsigned = sum(not signed for signed in self._certified.values())
        return judged(
            self._findings,
            f"{many(self._rows.count, 'signature')} by announced keys"
            if self._rows.count
            else "no version was signed",
            "a version was signed by whom nobody had announced, or too late",
            (
                Figure("signatures", self._rows.count),
                Figure("certified versions without a signature", unsigned),
            ),
            (Table.of("signatures", "Signatures of versions", _COLUMNS, self._rows),),
        )
