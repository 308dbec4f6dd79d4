"""Importing a prepared source as one group, and what is said of imported things later.

Whoever calls has put every object into the store; the group makes it all one fact. A crash before
it leaves objects that nothing names, a crash after it a finished import.
"""

from dataclasses import dataclass

from oneseek.domain.decisions import Decision, importing
from oneseek.domain.decisions.importing import Importing, Relabelled, SourceImport
from oneseek.domain.decisions.lookup import find_base, find_version
from oneseek.domain.digest import Digest
from oneseek.domain.events import Event
from oneseek.domain.ports import Ports, View
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import BaseModel, LegacySource, Version
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.record import record

__all__ = ["ImportOutcome", "SourceImport", "identify_base", "import_source", "move_away",
           "move_back"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import recorded; ``receipt`` is None where the same inventory stands already."""

    receipt: Receipt | None
    relabelled: tuple[Relabelled, ...]
    known: tuple[Digest, ...]
    """Manifests of versions that were there already, or come twice in the source."""


def import_source(ports: Ports, wanted: SourceImport) -> ImportOutcome:
    """Record an import, all or nothing. The same inventory again records nothing.

    Raises:
        InvalidInput: a label is no name of a folder, or a text is too long for an entry.
        StaleRead, Conflict: see :func:`~oneseek.domain.usecases.record.record`.
    """
    made: list[Importing] = []

    def on(view: View) -> Decision:
        made.append(importing.decide_import(view, wanted, _seen(ports, view, wanted)))
        return made[-1].decision

    receipt = record(ports, on)
    decided = made[-1]
    return ImportOutcome(receipt, decided.relabelled, decided.known)


def _seen(ports: Ports, view: View, wanted: SourceImport) -> frozenset[Event]:
    """Return what the stream of the source tells, so that a changed source adds what is new."""
    if view.get(LegacySource, wanted.scanned.source) is None:
        return frozenset()
    rows = ports.ledger.of_stream(wanted.scanned.stream)
    # Read beside the view: an entry that came meanwhile makes the append stale, and this is redone.
    return frozenset(REGISTRY.read(row.raw, where=f"entry {row.index}").body for row in rows)


def identify_base(
    ports: Ports, version: str, base: str, how: str
) -> tuple[Version, BaseModel, Receipt | None]:
    """Say on which base model the imported version that ``version`` names stands, and why.

    Raises:
        NotFound, InvalidInput: no version or base model is named so, or several are.
        Conflict: the version is ours.
    """
    chosen: list[tuple[Version, BaseModel]] = []

    def on(view: View) -> Decision:
        chosen.append((find_version(view, version), find_base(view, base)))
        return importing.identify_base(*chosen[-1], how)

    receipt = record(ports, on)
    return (*chosen[-1], receipt)


def move_away(ports: Ports, source: str, to: str) -> Receipt | None:
    """Record that the source with this identity lies at ``to`` now; None where it is recorded.

    Raises:
        NotFound: no such source was imported.
        Conflict: it was moved elsewhere.
    """
    return record(ports, lambda view: importing.move_away(view, source, to))


def move_back(ports: Ports, source: str) -> Receipt | None:
    """Record that the source lies where it was again; None where it was never moved.

    Raises:
        NotFound: no such source was imported.
    """
    return record(ports, lambda view: importing.move_back(view, source))
