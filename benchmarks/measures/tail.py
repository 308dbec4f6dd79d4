"""A reader that follows three writing processes: nothing missed, nothing out of order."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

from measures import stock
from measures.events import batches, entries
from measures.postgres import new_ledger, new_schema, open_ledger, stock_application
from oneseek.domain.events import QueryAnswered
from oneseek.domain.registry import REGISTRY

WRITERS = "abc"
_BATCH = 100
_PATIENCE = 180
"""Seconds after which what has not come is counted as missed."""


def ours(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Follow the ledger while three processes append ``size`` events in groups of 100."""
    url, key = new_ledger(folder)
    writers = Writers(_write_ours, size, url, key)

    def job() -> dict[str, float]:
        count = Count(size)
        ledger = open_ledger(url, key)
        writers.start()
        with patience():
            for found in ledger.follow(0):
                for record in ledger.records(found.start, found.stop):
                    body = REGISTRY.read(record.raw).body
                    assert isinstance(body, QueryAnswered)
                    count.see(body.query, record.index + 1)
                if count.complete:
                    break
        ledger.close()
        writers.join()
        return count.figures()

    return job


def yardstick(_: Path, size: int) -> Callable[[], dict[str, float]]:
    """Subscribe to the stock application while three processes save as many events."""
    schema = new_schema()
    application = stock_application(schema)
    writers = Writers(_write_stock, size, schema)

    def job() -> dict[str, float]:
        count = Count(size)
        writers.start()
        with application.recorder.subscribe(gt=0) as subscription, patience():
            for notification in subscription:
                event = application.mapper.to_domain_event(notification)
                count.see(event.body["query"], notification.id)  # type: ignore[attr-defined]
                if count.complete:
                    break
        application.close()
        writers.join()
        return count.figures()

    return job


class Count:
    """What came, in which order: positions rise, and each writer's events count up."""

    def __init__(self, size: int) -> None:
        self._wanted = size // len(WRITERS) * len(WRITERS)
        self._next = dict.fromkeys(WRITERS, 0)
        self._seen = self._disordered = self._position = 0

    def see(self, query: str, position: int) -> None:
        """Count one event, named by writer and number."""
        writer, number = query[0], int(query[2:])
        if number != self._next[writer] or position <= self._position:
            self._disordered += 1
        self._next[writer], self._position = number + 1, position
        self._seen += 1

    @property
    def complete(self) -> bool:
        """As many as were written have come."""
        return self._seen >= self._wanted

    def figures(self) -> dict[str, float]:
        """Return how many were missed and how many came out of order."""
        missed = self._wanted - self._seen
        return {
            "missed": missed,
            "disordered": self._disordered,
            "wrong": missed + self._disordered,
        }


class Writers:
    """Processes that connect at once and write when they are told to start."""

    def __init__(self, write: Callable[..., None], size: int, *where: object) -> None:
        spawn = get_context("spawn")
        self._barrier = spawn.Barrier(len(WRITERS) + 1)
        share = size // len(WRITERS)
        self._processes = [
            spawn.Process(target=write, args=(self._barrier, writer, share, *where), daemon=True)
            for writer in WRITERS
        ]
        for process in self._processes:
            process.start()

    def start(self) -> None:
        """Let them write.

        Raises:
            BrokenBarrierError: one of them did not get so far.
        """
        self._barrier.wait(_PATIENCE)

    def join(self) -> None:
        """Wait for their end; their processor time counts from then on."""
        for process in self._processes:
            process.join()


def _write_ours(barrier: Barrier, writer: str, size: int, url: str, key: Path) -> None:
    ledger = open_ledger(url, key)
    ledger.head()
    barrier.wait()
    for first, last in batches(size, _BATCH):
        ledger.append(*entries(first, last, writer))
    ledger.close()


def _write_stock(barrier: Barrier, writer: str, size: int, schema: str) -> None:
    # The tables are there: three processes that make them at once get in each other's way.
    application = stock_application(schema, CREATE_TABLE="no")
    barrier.wait()
    for first, last in batches(size, _BATCH):
        application.save(*stock.aggregates(first, last, writer))
    application.close()


@contextmanager
def patience() -> Iterator[None]:
    """End the block after a while, in the middle of whatever it waits for."""

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(_PATIENCE)
    try:
        yield
    except TimeoutError:
        return
    finally:
        signal.alarm(0)
