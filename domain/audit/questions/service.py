"""Was anything activated that was neither certified nor imported, or served after withdrawal?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
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
from oneseek.domain.values import parse_time


@dataclass(slots=True)
class _Version:
    dna: str
    standing: int
    withdrawn: tuple[int, str] | None = None
    """Entry and time."""
    imported: bool = False


@dataclass(slots=True)
class Service:
    """Knows of every version whether it may answer; of answers it only counts.

    An imported version may answer too, where it is an adapter: how often one was activated, so that
    something answered of which nobody saw how it was made, is a figure.

    An answer that was begun while its version could still answer is none against it: it is
    recorded when it is complete, and says how long it took.
    """

    name: ClassVar[str] = "service"
    asks: ClassVar[str] = (
        "Did only certified or imported versions become active and answer, and none after its "
        "withdrawal or a reset?"
    )
    about_entries: ClassVar[bool] = True
    wants: ClassVar[tuple[type[e.Event], ...]] = (
        e.VersionCertified,
        e.VersionImported,
        e.VersionActivated,
        e.VersionWithdrawn,
        e.VersionRestored,
        e.RegistryReset,
        e.QueryAnswered,
    )
    runs_of: ClassVar[type[e.Event]] = e.QueryAnswered
    _versions: dict[Digest, _Version] = field(default_factory=dict)
    _active: Digest | None = None
    _reset: tuple[int, str] | None = None
    _findings: Listing[Finding] = field(default_factory=Listing)
    _activations: int = 0
    _of_imported: int = 0
    _by_active: int = 0
    _by_base: int = 0
    _by_other: int = 0
    _under_way: int = 0

    def see(self, index: int, entry: Entry) -> None:
        """Judge an activation or an answer by what came before it."""
        event = entry.body
        if isinstance(event, e.QueryAnswered):
            if event.version is None:
                self._by_base += 1
            elif event.version == self._active:
                self._by_active += 1
            else:
                self._answered_by_another(index, entry.time, event, event.version)
        else:
            self._registry(index, entry)

    def see_run(self, first: int, entries: Sequence[Entry]) -> None:
        """Judge answers that follow one another: mostly all are by the active version."""
        by = [entry.body.version for entry in entries]  # type: ignore[attr-defined]
        if self._active is not None and by.count(self._active) == len(by):
            self._by_active += len(by)
            return
        for index, entry in enumerate(entries, first):
            self.see(index, entry)

    def _registry(self, index: int, entry: Entry) -> None:
        match entry.body:
            case e.VersionCertified() as event:
                self._versions[event.manifest] = _Version(event.dna, index)
            case e.VersionImported() as event:
                if event.weights is not None and event.form == "adapter":
                    self._versions[event.manifest] = _Version(event.dna, index, imported=True)
            case e.VersionActivated() as event:
                self._activated(index, event)
            case e.VersionWithdrawn() as event:
                if (version := self._versions.get(event.manifest)) is not None:
                    version.withdrawn = (index, entry.time)
                if self._active == event.manifest:
                    self._active = None
            case e.VersionRestored() as event:
                if (version := self._versions.get(event.manifest)) is not None:
                    version.standing = index
            case event:
                assert isinstance(event, e.RegistryReset)
                self._reset, self._active = (index, entry.time), None

    def _activated(self, index: int, event: e.VersionActivated) -> None:
        self._activations += 1
        self._active = None
        version = self._versions.get(event.manifest)
        if version is None:
            found = "no entry before it certifies this manifest, nor imports it"
            self._add("activated-uncertified", index, event.dna, "a certified version", found)
        elif version.withdrawn is not None:
            found = f"it was withdrawn by entry {version.withdrawn[0]}"
            self._add("activated-withdrawn", index, event.dna, "a version not withdrawn", found)
        elif self._reset is not None and version.standing < self._reset[0]:
            found = f"removed by the reset of entry {self._reset[0]}, and not restored"
            self._add("activated-removed", index, event.dna, "a version that stands", found)
        else:
            self._active = event.manifest
            self._of_imported += version.imported

    def _answered_by_another(
        self, index: int, time: str, event: e.QueryAnswered, manifest: Digest
    ) -> None:
        version = self._versions.get(manifest)
        what = f"answer {event.query}"
        if version is None:
            found = f"{manifest}, which no entry before it certifies"
            self._add("answered-uncertified", index, what, "a certified version", found)
            return
        end, why = version.withdrawn, "withdrawn by"
        if end is None and self._reset is not None and version.standing < self._reset[0]:
            end, why = self._reset, "removed by the reset of"
        if end is None:
            self._by_other += 1
        elif parse_time(time) - timedelta(milliseconds=event.duration_ms) <= parse_time(end[1]):
            self._under_way += 1
        else:
            found = f"{version.dna}, {why} entry {end[0]} at {end[1]}"
            check = "answered-withdrawn" if version.withdrawn else "answered-removed"
            self._add(check, index, what, f"a version that may answer at {time}", found)

    def _unseen(self) -> str:
        if not self._of_imported:
            return ""
        count = many(self._of_imported, "activation")
        return f"; {count} of imported versions, which nobody here certified"

    def _add(self, check: str, index: int, what: str, expected: str, found: str) -> None:
        self._findings.add(Finding(check, f"entry {index}, {what}", expected, found))

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where every activation and every answer was by a version that might."""
        states: Listing[tuple[Cell, ...]] = Listing(MOST_ROWS)
        for manifest, version in self._versions.items():
            states.add((version.dna, manifest, self._state(manifest, version)))
        answers = self._by_active + self._by_base + self._by_other + self._under_way
        return judged(
            self._findings,
            f"{many(self._activations, 'activation')} and {many(answers, 'answer')}: "
            f"each by a version that was in force{self._unseen()}",
            f"{many(self._findings.count, 'activation or answer', 'activations or answers')} by a "
            "version that was not to answer",
            (
                Figure("activations", self._activations),
                Figure("activations of imported versions", self._of_imported),
                Figure("answers by the active version", self._by_active),
                Figure("answers by another version that was asked for", self._by_other),
                Figure("answers by a base model alone", self._by_base),
                Figure("answers under way when their version was ended", self._under_way),
            ),
            (Table.of("states", "Versions at the end", ("dna", "manifest", "state"), states),),
        )

    def _state(self, manifest: Digest, version: _Version) -> str:
        if version.withdrawn is not None:
            return "withdrawn"
        if self._reset is not None and version.standing < self._reset[0]:
            return "removed"
        return "active" if manifest == self._active else "in force"
