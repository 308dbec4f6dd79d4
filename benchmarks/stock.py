"""The yardstick's own events: a stock aggregate of the eventsourcing library, nothing tuned."""

from typing import Any

from eventsourcing.domain import Aggregate, event


class Query(Aggregate):
    """One answered question with the same fields as our event."""

    @event("Answered")
    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
