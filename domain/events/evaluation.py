"""Events of measuring: what was measured, on which rows, by which code."""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.events.base import Event
from oneseek.domain.recipe import Metrics


class MetricsMeasured(Event, frozen=True):
    """The result of one training was measured on rows that it had not seen."""

    kind: ClassVar[str] = "metrics-measured/v1"
    training: str
    dataset: Digest
    rows: Digest
    """Object: the row numbers of ``dataset`` that were measured on."""
    before: Metrics | None
    """The same measurement without the new adapter; None when it was not made."""
    after: Metrics
    code: str
    """Name and version of the code that measured, with its commit where known."""

    @property
    def stream(self) -> str:
        return f"training:{self.training}"
