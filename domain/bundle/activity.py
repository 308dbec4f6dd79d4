"""What became of the versions: each activation, withdrawal, reset and restoration in its turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from oneseek.domain import events as e
from oneseek.domain.bundle.history import Lineage
from oneseek.domain.bundle.verdict import Verdict
from oneseek.domain.digest import Digest
from oneseek.domain.dossier import Told
from oneseek.domain.events import Event


@dataclass(slots=True)
class Activity:
    """Follows the registry as far as it concerns the versions of a lineage.

    ``active`` is the active version where it is one of the lineage: between two entries that are
    told here another version may have come and gone.
    """

    lineage: Lineage
    verdict: Verdict
    active: Digest | None = None
    withdrawn: set[Digest] = field(default_factory=set)
    removed: set[Digest] = field(default_factory=set)
    """Versions that a reset removed and nobody restored."""
    lines: list[str] = field(default_factory=list)
    """The timeline, a sentence for each entry."""

    def follow(self, told: Sequence[Told[Event]]) -> None:
        """Check every entry of the registry, in order."""
        for item in told:
            match item.event:
                case e.VersionActivated():
                    self._activated(item, item.event)
                case e.VersionWithdrawn():
                    self._withdrawn(item, item.event)
                case e.RegistryReset():
                    self._reset(item, item.event)
                case e.VersionRestored():
                    self._restored(item, item.event)

    def _activated(self, item: Told[Event], event: e.VersionActivated) -> None:
        where = f"entry {item.index}"
        mine = self._stands(item, event.manifest, event.dna)
        if not mine and event.previous not in self.lineage.certified:
            return  # of no version here: it stays unused, and is refused for that
        self._was_active(where, event.previous)
        if mine:
            self.verdict.expect("withdrawn", where, False, event.manifest in self.withdrawn)
            self.verdict.expect("reset", where, False, event.manifest in self.removed)
        self.active = event.manifest if mine else None
        self._tell(item, f"{event.dna} became active")

    def _withdrawn(self, item: Told[Event], event: e.VersionWithdrawn) -> None:
        if not self._stands(item, event.manifest, event.dna):
            return
        where = f"entry {item.index}"
        self.verdict.expect("withdrawn", where, False, event.manifest in self.withdrawn)
        is_active = self.active == event.manifest
        self.verdict.expect("active", where, is_active, event.was_active)
        self.active = None if is_active else self.active
        self.withdrawn.add(event.manifest)
        self._tell(item, f"{event.dna} was withdrawn: {event.reason}")

    def _reset(self, item: Told[Event], event: e.RegistryReset) -> None:
        there = {told.event.manifest for told in self.lineage.versions if told.index < item.index}
        if not there:
            return
        self._was_active(f"entry {item.index}", event.active)
        self.active = None
        self.removed |= there
        self._tell(item, f"the certified tree was emptied: {event.reason}")

    def _restored(self, item: Told[Event], event: e.VersionRestored) -> None:
        if not self._stands(item, event.manifest, event.dna):
            return
        self.verdict.expect("reset", f"entry {item.index}", True, event.manifest in self.removed)
        self.removed.discard(event.manifest)
        self._tell(item, f"{event.dna} was restored")

    def _stands(self, item: Told[Event], manifest: Digest, dna: str) -> bool:
        """Say whether an entry is about a version here; it must come after the certification."""
        version = self.lineage.certified.get(manifest)
        if version is None:
            return False
        where = f"entry {item.index}"
        self.verdict.expect("dna-name", where, version.event.dna, dna)
        after = item.index > version.index
        self.verdict.expect("certified", where, True, after)
        return True

    def _was_active(self, where: str, claimed: Digest | None) -> None:
        """Compare what an entry says was active with what the entries before it made active."""
        known = claimed if claimed in self.lineage.certified else None
        self.verdict.expect("active", where, self.active, known)

    def _tell(self, item: Told[Event], text: str) -> None:
        self.lineage.used.add(item.index)
        self.lines.append(f"{item.time}  {text}")
