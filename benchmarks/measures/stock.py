"""The yardstick: the eventsourcing library as its documentation uses it, nothing tuned."""

from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from measures.events import answered, batches
from oneseek.domain.events import QueryAnswered

FIELDS = QueryAnswered.__struct_fields__


class Query(Aggregate):
    """One answered question with the same fields as our event."""

    @event("Answered")
    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body


def aggregates(start: int, stop: int, writer: str = "") -> list[Query]:
    """Return the answered questions ``start`` to ``stop`` - 1 as new aggregates."""
    events = (answered(number, writer) for number in range(start, stop))
    return [Query(body={field: getattr(item, field) for field in FIELDS}) for item in events]


def sqlite(path: Path) -> Application[UUID]:
    """Return the library's SQLite application with its default transcoder, JSON."""
    return Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    )


def append(application: Application[UUID], size: int) -> None:
    """Save ``size`` answered questions in groups."""
    for start, stop in batches(size):
        application.save(*aggregates(start, stop))
