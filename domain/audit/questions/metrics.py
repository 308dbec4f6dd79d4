"""Does every metric name the rows and the code that it was measured with?"""

from dataclasses import dataclass, field
from typing import ClassVar

import msgspec

from oneseek.domain import events as e
from oneseek.domain.audit.answers import (
    MOST_ROWS,
    Answer,
    Cell,
    Figure,
    Listing,
    Table,
    judged,
    many,
)
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.audit.questions.open_trainings import ENDS_AND_RETURNS, OpenTrainings
from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.errors import OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.ports import ObjectStore

_COLUMNS = (
    "entry", "time", "training", "dataset", "rows", "loss", "token_accuracy", "exact_match", "code",
)  # fmt: skip


@dataclass(slots=True)
class MetricsBound:
    """Looks at every measurement: its dataset, its list of rows, its code."""

    objects: ObjectStore
    name: ClassVar[str] = "metrics"
    asks: ClassVar[str] = "Does every metric name the rows and the code it was measured with?"
    about_entries: ClassVar[bool] = True
    wants: ClassVar[tuple[type[e.Event], ...]] = (
        e.DatasetRegistered,
        e.TrainingStarted,
        *ENDS_AND_RETURNS,
        e.MetricsMeasured,
        e.VersionCertified,
    )
    _rows_of: dict[Digest, int] = field(default_factory=dict)
    _open: OpenTrainings[tuple[Digest, bool]] = field(default_factory=OpenTrainings)
    """By training: the dataset that it is measured on, and whether it has been."""
    _table: Listing[tuple[Cell, ...]] = field(default_factory=lambda: Listing(MOST_ROWS))
    _findings: Listing[Finding] = field(default_factory=Listing)
    _unmeasured: int = 0
    _without_commit: int = 0

    def see(self, index: int, entry: Entry) -> None:
        """Check a measurement against the training that it is of."""
        match entry.body:
            case e.DatasetRegistered() as data:
                self._rows_of[data.dataset] = data.rows
            case e.TrainingStarted() as event:
                self._open.put(event.training, (event.evaluation or event.dataset, False))
            case e.MetricsMeasured() as measured:
                self._findings.extend(self._check(f"entry {index}", measured))
                self._list(index, entry.time, measured)
            case e.VersionCertified() as event:
                self._unmeasured += not (self._open.take(event.training) or ("", False))[1]
            case other:
                self._open.follow(other)

    def _list(self, index: int, time: str, event: e.MetricsMeasured) -> None:
        if (known := self._open.get(event.training)) is not None:
            self._open.put(event.training, (known[0], True))
        self._without_commit += "(" not in event.code
        after = event.after
        self._table.add((
            index, time, event.training, event.dataset, after.rows, after.loss,
            after.token_accuracy, after.exact_match, event.code,
        ))  # fmt: skip

    def _check(self, where: str, event: e.MetricsMeasured) -> list[Finding]:
        found = []
        rows = self._rows_of.get(event.dataset)
        if rows is None:
            expected = "a dataset that was registered before"
            found.append(Finding("metric-dataset", where, expected, event.dataset))
        known = self._open.get(event.training)
        if known is None:
            expected = f"a training {event.training} that was started before"
            found.append(Finding("metric-training", where, expected, "none"))
        elif known[0] != event.dataset:
            expected = f"{known[0]}, which the training names"
            found.append(Finding("metric-dataset", where, expected, event.dataset))
        if not event.code.strip():
            found.append(Finding("metric-code", where, "name and version of the code", "nothing"))
        if (problem := self._numbers(event.rows, rows)) is not None:
            expected = f"row numbers of {event.dataset} in object {event.rows}"
            found.append(Finding("metric-rows", where, expected, problem))
        return found

    def _numbers(self, digest: Digest, rows: int | None) -> str | None:
        """Say what is wrong with a list of row numbers, counted from 1; None for nothing."""
        try:
            numbers = msgspec.json.decode(self.objects.read(digest), type=list[int])
        except OneSeekError as error:
            return error.message
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return "something else"
        if not numbers:
            return "no rows"
        if rows is not None and not 1 <= min(numbers) <= max(numbers) <= rows:
            return f"rows {min(numbers)} to {max(numbers)} of a dataset with {rows}"
        return None

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where every measurement is bound to rows and code."""
        count = self._table.count
        return judged(
            self._findings,
            f"{many(count, 'measurement')}: dataset, row numbers and code are named by each"
            if count
            else "nothing was measured",
            "a measurement does not say what it was made with",
            (
                Figure("measurements", count),
                Figure("measurements whose code names no commit", self._without_commit),
                Figure("certified versions without a measurement", self._unmeasured),
            ),
            (Table.of("metrics", "Measurements", _COLUMNS, self._table),),
        )
