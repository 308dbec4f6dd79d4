"""Has somebody independent seen this history too?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from oneseek.domain.audit.answers import Answer, Figure, Listing, Table, many
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.entry import Entry
from oneseek.domain.events import Event
from oneseek.domain.findings import Finding


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint that witnesses cosigned: ``root`` is the one that they signed."""

    size: int
    root: bytes
    names: Sequence[tuple[str, str]]
    """Name and time of each, verified; the time is the witness's claim."""


class Witnesses:
    """``required`` is the number of witnesses that the auditor asks for, None for none.

    Whoever has looked calls :meth:`looked` with the newest checkpoint that enough have cosigned,
    and with the root of so many entries as they are.
    """

    name: ClassVar[str] = "witnesses"
    asks: ClassVar[str] = "Has somebody independent cosigned a checkpoint of this history?"
    about_entries: ClassVar[bool] = False
    wants: ClassVar[tuple[type[Event], ...]] = ()

    def __init__(self, required: int | None) -> None:
        self._required = required
        self._found: tuple[Cosigned, bytes] | None = None
        self.trusted = 0
        """How many witnesses the auditor trusts."""

    def looked(self, found: Cosigned, root: bytes) -> None:
        """Take what was found, and the root of the first ``found.size`` entries."""
        self._found = found, root

    def see(self, index: int, entry: Entry) -> None:
        """Nothing: cosignatures stand beside the checkpoints."""

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where enough witnesses have cosigned a checkpoint from which the ledger goes on."""
        if self._found is None:
            return self._none()
        found, root = self._found
        names: Listing[tuple[str | int | None, ...]] = Listing()
        names.extend((name, time, found.size) for name, time in found.names)
        tables = (Table.of("witnesses", "Witnesses", ("name", "time", "size"), names),)
        where = f"checkpoint of {many(found.size, 'entry', 'entries')}"
        if root != found.root:
            finding = Finding(
                "cosigned-root", where, f"root {found.root.hex()}, which was cosigned",
                f"root {root.hex()} over the entries as they are",
            )  # fmt: skip
            because = "the entries are not those that were shown to the witnesses"
            return Answer("no", because, (finding,), 1, (), tables)
        if report.findings:
            return Answer("unchecked", "the ledger is damaged", tables=tables)
        after = report.size - found.size
        return Answer(
            "yes",
            f"{', '.join(name for name, _ in found.names)} cosigned the {where}; "
            f"{many(after, 'entry', 'entries')} came after it",
            figures=(
                Figure("witnesses of that checkpoint", len(found.names)),
                Figure("entries after it", after),
            ),
            tables=tables,
        )

    def _none(self) -> Answer:
        trusted = Figure("witnesses that are trusted", self.trusted)
        if self._required is None:
            because = "no witness that you trust has cosigned a checkpoint"
            return Answer("not-asked", because, figures=(trusted,))
        finding = Finding(
            "cosignatures", "every checkpoint", f"{self._required} or more trusted witnesses",
            "none with so many", "oneseek witness attach FILE",
        )  # fmt: skip
        enough = many(self._required, "trusted witness", "trusted witnesses")
        because = f"no checkpoint is cosigned by {enough}"
        return Answer("no", because, (finding,), 1, (trusted,))
