"""Making a projection again from the first event: answers and tokens per version.

Ours is the product's runner: fold in memory, apply the difference to a folder, save the position
once. The yardstick is the library's way: a view that is a tracking recorder, one transaction per
event, position and rows together. (Its ``ProjectionRunner`` needs a subscription, which its SQLite
recorder does not have; this is the same loop without its threads.)
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ClassVar

from eventsourcing.persistence import Tracking
from eventsourcing.projection import Projection as StockProjection
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder

from measures import fixtures, stock
from measures.events import BATCH, answered
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.projections.runner import ProjectionRunner
from oneseek.adapters.workspace.scratch import Scratch
from oneseek.domain.entry import Entry
from oneseek.domain.events import QueryAnswered
from oneseek.domain.projections.nodes import Node, TextFile
from oneseek.domain.projections.projection import Projection
from oneseek.domain.state.store import Document, State

Totals = dict[str, tuple[int, int]]


class Answers(Document, frozen=True):
    """What one version answered, by version."""

    table: ClassVar[str] = "answers"
    count: int
    tokens: int


def _step(state: State, _: int, entry: Entry) -> None:
    body = entry.body
    if isinstance(body, QueryAnswered) and body.version is not None:
        old = state.get(Answers, body.version) or Answers(count=0, tokens=0)
        tokens = old.tokens + body.answer_tokens
        state.put(body.version, Answers(count=old.count + 1, tokens=tokens))


def _render(document: Answers) -> Mapping[str, Node]:
    return {"": TextFile(f"{document.count} {document.tokens}\n")}


ANSWERS = Projection(
    name="answers",
    version=1,
    folder="answers",
    events=frozenset({QueryAnswered}),
    units=(Answers,),
    sweeps=frozenset(),
    step=_step,
    render=_render,
)


def ours(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Rebuild the projection with the product's runner."""
    ledger = fixtures.open_ledger(fixtures.filled_ledger(folder, size))
    base = Path(mkdtemp(dir=folder / "own"))
    scratch = Scratch(base / "staging", base / "displaced")
    runner = ProjectionRunner(
        ledger=ledger,
        objects=FileObjectStore(base / "objects", base / "staging"),
        scratch=scratch,
        base=base,
        positions=base / "positions",
        locks=base / "locks",
    )

    def job() -> dict[str, float]:
        runner.rebuild(ANSWERS)
        files = (base / "answers").iterdir()
        check({f.name: _pair(f.read_text("utf-8")) for f in files}, size - fixtures.OPENING)
        return {}

    return job


class View(SQLiteTrackingRecorder):
    """The yardstick's materialised view: a table beside the library's tracking table."""

    def construct_create_table_statements(self) -> list[str]:
        return [
            *super().construct_create_table_statements(),
            "CREATE TABLE IF NOT EXISTS answers "
            "(version TEXT PRIMARY KEY, count INTEGER NOT NULL, tokens INTEGER NOT NULL)",
        ]

    def add(self, version: str, tokens: int, tracking: Tracking) -> None:
        """Count one answer, and where it was read, in one transaction."""
        with self.datastore.transaction(commit=True) as c:
            self._insert_tracking(c, tracking)
            c.execute(
                "INSERT INTO answers VALUES (?, 1, ?) ON CONFLICT (version) "
                "DO UPDATE SET count = count + 1, tokens = tokens + excluded.tokens",
                (version, tokens),
            )

    def totals(self) -> Totals:
        """Return the whole table."""
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT version, count, tokens FROM answers")
            return {row[0]: (row[1], row[2]) for row in c.fetchall()}


class AnswersProjection(StockProjection[View]):
    """The yardstick's projection."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        body = domain_event.body
        self.view.add(body["version"], body["answer_tokens"], tracking)


def yardstick(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Process every event as the library does."""
    application = stock.sqlite(fixtures.filled_stock(folder, size))
    stock.aggregates(0, 1)  # its classes are set up on first use
    datastore = SQLiteDatastore(str(Path(mkdtemp(dir=folder / "own")) / "view.db"))
    view = View(datastore)
    view.create_table()
    projection = AnswersProjection(view)

    def job() -> dict[str, float]:
        count = start = 0
        while count < size:
            found = application.recorder.select_notifications(
                start=start, limit=BATCH, inclusive_of_start=False
            )
            for notification in found:
                event = application.mapper.to_domain_event(notification)
                tracking = Tracking(application.name, notification.id)
                projection.process_event(event, tracking)
            count, start = count + len(found), found[-1].id
        check(view.totals(), size)
        return {}

    return job


def check(found: Totals, size: int) -> None:
    """Both sides must have counted every answer."""
    assert sum(count for count, _ in found.values()) == size
    assert sum(tokens for _, tokens in found.values()) == size * answered(0).answer_tokens


def _pair(text: str) -> tuple[int, int]:
    count, tokens = text.split()
    return int(count), int(tokens)
