"""The history of a version as the ledger's entries tell it, looked up and not yet proved."""

from collections.abc import Iterator

from oneseek.domain.index.activity import (
    REGISTRY_STREAM,
    Indexed,
    Subject,
    states,
)
from oneseek.domain.index.answering import require_never_active, version_stream
from oneseek.domain.index.telling import Happening, happenings
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import RecordedVersion, Version


def history_of(ledger: Ledger, version: Version | RecordedVersion) -> list[Happening]:
    """Return everything that happened to ``version``, the oldest first."""
    training = version.training if isinstance(version, Version) else None
    trained = (f"training:{training}", f"line:{version.language}") if training else ()
    streams = (version_stream(version.manifest), *trained, REGISTRY_STREAM)
    entries = [item for stream in streams for item in entries_of(ledger, stream)]
    return happenings(entries, version.manifest, training)


def refuse_active(ledger: Ledger, subject: Subject, since: int, until: int) -> None:
    """Look whether ``subject`` was ever active between two tree sizes, both included.

    Raises:
        ProofRefused: it was; the sentence names the entry.
    """
    known = states(entries_of(ledger, REGISTRY_STREAM), from_the_first=True)
    require_never_active(known, subject, since, until)


def entries_of(ledger: Ledger, stream: str) -> Iterator[Indexed]:
    """Yield the entries of a stream with their indices.

    Raises:
        LedgerBroken: one of them cannot be read.
    """
    for record in ledger.of_stream(stream):
        yield record.index, REGISTRY.read(record.raw, where=f"entry {record.index}")
