"""Events of checking: drift was repaired, an audit took place."""

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


class AuditRecorded(Event, frozen=True):
    """An audit took place, and what it saw is in the report object."""

    kind: ClassVar[str] = "audit-recorded/v1"
    size: Count
    """The tree that was audited, and its root as the audit computed it."""
    root: Digest
    since: Count | None
    """Size of the checkpoint that the auditor kept; None when none was given."""
    deep: bool
    findings: Count
    report: Digest
    """Object: the whole report as JSON."""

    @property
    def stream(self) -> str:
        return "audit"
