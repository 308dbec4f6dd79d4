"""Events of checking: drift between a target and its projection was repaired."""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.events.base import Event
from oneseek.domain.values import Count


class DriftRepaired(Event, frozen=True):
    """A rebuild found a target different from the fold, and made it equal again."""

    kind: ClassVar[str] = "drift-repaired/v1"
    projection: str
    findings: Digest
    """Object: the findings, expected and found side by side."""
    count: Count

    @property
    def stream(self) -> str:
        return f"projection:{self.projection}"
