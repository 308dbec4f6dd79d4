"""Which claims come from legacy records, and with what evidence grade?

A ledger of today holds no record that was taken over from an older system. Importing them brings
events of a kind of their own: they join ``wants`` here, and each gets its grade (observed,
verified, asserted, contradicted) in a table.
"""

from collections.abc import Iterable
from typing import ClassVar

from oneseek.domain.audit.answers import Answer, Figure
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.entry import Entry
from oneseek.domain.events import Event


class Legacy:
    """Counts what was imported rather than observed."""

    name: ClassVar[str] = "legacy"
    asks: ClassVar[str] = "Is it known which claims come from legacy records, and how good each is?"
    about_entries: ClassVar[bool] = True
    wants: ClassVar[Iterable[type[Event]]] = ()

    def see(self, index: int, entry: Entry) -> None:
        """No kind of today is a legacy record."""

    def answer(self, report: LedgerReport) -> Answer:
        """Yes: every entry was observed when it happened."""
        return Answer(
            "yes",
            "no legacy records: every entry was written by the system that did what it says",
            figures=(Figure("legacy records", 0),),
        )
