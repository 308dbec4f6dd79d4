"""Is every signature of a version good, and by a key that was announced and valid?"""

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
from oneseek.domain.audit.signature_audit import CheckModelSignature, audit_signature
from oneseek.domain.entry import Entry
from oneseek.domain.findings import Finding
from oneseek.domain.ports import ObjectStore
from oneseek.domain.state.documents import Signature, Version, VersionName
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState

_COLUMNS = ("entry", "time", "dna", "method", "key", "signature")


@dataclass(slots=True)
class Signatures:
    """A model key may sign from its announcement until its retirement; every signature is read."""

    objects: ObjectStore
    check: CheckModelSignature
    name: ClassVar[str] = "signatures"
    asks: ClassVar[str] = (
        "Is every signature of a version good, and by a key that was announced and valid?"
    )
    about_entries: ClassVar[bool] = True
    wants: ClassVar[tuple[type[e.Event], ...]] = (
        e.ModelKeyAdded,
        e.ModelKeyRetired,
        e.VersionCertified,
        e.VersionImported,
        e.VersionSigned,
    )
    _state: DictState = field(default_factory=DictState)
    _rows: Listing[tuple[Cell, ...]] = field(default_factory=lambda: Listing(MOST_ROWS))
    _findings: Listing[Finding] = field(default_factory=Listing)

    def see(self, index: int, entry: Entry) -> None:
        """Judge a signature by the keys that were announced before it."""
        apply(self._state, index, entry)
        event = entry.body
        if not isinstance(event, e.VersionSigned):
            return
        self._rows.add((index, entry.time, event.dna, event.method, event.key, event.signature))
        signature = self._state.get(Signature, event.manifest)
        named = self._state.get(VersionName, event.manifest)
        version = self._state.get(Version, named.dna) if named else None
        assert signature is not None  # the fold has just made it
        if version is None:
            found = f"{event.manifest}, which no entry before it certifies"
            where = f"entry {index}, signature of {event.dna}"
            self._findings.add(Finding("signed-uncertified", where, "a certified version", found))
            return
        self._findings.extend(
            audit_signature(self._state, self.objects, version, signature, self.check)
        )

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where every signature is good."""
        signed = {manifest for manifest, _ in self._state.scan(Signature)}
        versions = [v.manifest for _, v in self._state.scan(Version) if v.imported is None]
        return judged(
            self._findings,
            f"{many(self._rows.count, 'signature')} verified, by announced keys"
            if self._rows.count
            else "no version was signed",
            "a version is not signed as its entry says",
            (
                Figure("signatures", self._rows.count),
                Figure(
                    "certified versions without a signature",
                    sum(manifest not in signed for manifest in versions),
                ),
            ),
            (Table.of("signatures", "Signatures of versions", _COLUMNS, self._rows),),
        )
