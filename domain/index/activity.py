"""What is active, as the entries of the registry stream say it (decision 0008).

The same rules as in the fold of the state (:mod:`oneseek.domain.state.fold`), over entries that a
proof shows: an activation makes a version active, a withdrawal of the active version and a reset
leave nothing active, and everything else leaves it as it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.events import Event, RegistryReset, VersionActivated, VersionWithdrawn

REGISTRY_STREAM = "registry"

Indexed = tuple[int, Entry]
"""An entry with its index in the ledger."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The version that is asked about: by digest, by DNA name, or by both."""

    manifest: Digest | None
    dna: str | None

    def is_meant_by(self, manifest: Digest, dna: str) -> bool:
        """Say whether an entry that carries these names is about this version."""
        return manifest == self.manifest or dna == self.dna

    def __str__(self) -> str:
        return self.dna or str(self.manifest)


@dataclass(frozen=True, slots=True)
class ActiveState:
    """What is active from one entry on, until the next state begins.

    ``index`` and ``time`` are those of the entry, None for the state before any; ``manifest`` and
    ``dna`` are None while nothing is active.
    """

    index: int | None = None
    time: str | None = None
    kind: str | None = None
    manifest: Digest | None = None
    dna: str | None = None


def determines(event: Event) -> bool:
    """Say whether ``event`` alone tells what is active after it."""
    match event:
        case VersionActivated() | RegistryReset():
            return True
        case VersionWithdrawn():
            return event.was_active
        case _:
            return False


def states(entries: Iterable[Indexed], *, from_the_first: bool) -> list[ActiveState]:
    """Return the states that consecutive ``entries`` of the registry stream lead to, in order.

    Before the first entry of the stream nothing is active; of a later one it is not known.
    """
    found = [ActiveState()] if from_the_first else []
    for index, entry in entries:
        match entry.body:
            case VersionActivated(manifest=manifest, dna=dna):
                found.append(ActiveState(index, entry.time, entry.kind, manifest, dna))
            case event if determines(event):
                found.append(ActiveState(index, entry.time, entry.kind))
    return found


def state_after(known: Sequence[ActiveState], size: int) -> ActiveState | None:
    """Return the state after the first ``size`` entries of the ledger, None where it is unknown."""
    before = [state for state in known if state.index is None or state.index < size]
    return before[-1] if before else None


def was_active(
    known: Sequence[ActiveState], subject: Subject, since: int, until: int
) -> ActiveState | None:
    """Return the first state in which the version is active after ``since`` to ``until`` entries.

    Both ends count. None: it never is.
    """
    begun = state_after(known, since)
    asked = [] if begun is None else [begun]
    asked += [state for state in known if state.index is not None and since <= state.index < until]
    for state in asked:
        if state.manifest and state.dna and subject.is_meant_by(state.manifest, state.dna):
            return state
    return None
