"""The one event that both sides write: an answered question with every field filled."""

from datetime import UTC, datetime

from oneseek.domain.entry import FORMAT, Entry
from oneseek.domain.events import KeyAdded, LedgerOpened, QueryAnswered
from oneseek.domain.registry import REGISTRY
from oneseek.domain.values import format_time

BATCH = 1000
VERSIONS = 100
"""So many versions answered: what a projection has to keep apart."""


def answered(number: int, writer: str = "") -> QueryAnswered:
    """Return answered question ``number``, in a stream of its own."""
    digest = f"{number:064x}"
    return QueryAnswered(
        query=f"{writer}q{number}",
        version=f"{number % VERSIONS:064x}",
        base=digest,
        question=digest,
        answer=digest,
        prompt_format="question-answer/v1",
        prompt_tokens=12,
        answer_tokens=34,
        duration_ms=56,
    )


def opening_entries(origin: str, verifier: str) -> list[Entry]:
    """Return the two entries that open a ledger, as ``oneseek init`` writes them."""
    now = format_time(datetime.now(UTC))
    events = (
        LedgerOpened(origin=origin, format=FORMAT, software="benchmarks"),
        KeyAdded(purpose="checkpoint", verifier=verifier),
    )
    return [
        REGISTRY.entry(event, stream_version=version, time=now, actor="bench")
        for version, event in enumerate(events, start=1)
    ]


def entries(start: int, stop: int, writer: str = "") -> tuple[list[Entry], dict[str, int]]:
    """Return the entries ``start`` to ``stop`` - 1 and the stream versions that they expect."""
    now = format_time(datetime.now(UTC))
    events = [answered(number, writer) for number in range(start, stop)]
    made = [REGISTRY.entry(e, stream_version=1, time=now, actor="bench") for e in events]
    return made, {event.stream: 0 for event in events}


def batches(size: int, batch: int = BATCH) -> list[tuple[int, int]]:
    """Return start and stop of the groups that ``size`` events are written in."""
    return [(start, min(start + batch, size)) for start in range(0, size, batch)]
