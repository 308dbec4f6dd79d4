"""The subscription: whoever writes, nothing is missed and nothing comes twice."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from eventsourcing.persistence import Notification

import builders as make
from oneseek.adapters.keys.ed25519 import Ed25519Sealer
from oneseek.adapters.ledger.polling import PollingSubscription
from oneseek.adapters.ledger.sqlite_recorder import LedgerDatastore, LedgerRecorder
from oneseek.domain.events import Event
from workbench import Workbench

WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import builders as make
from workbench import workbench
with workbench(Path(sys.argv[2])) as bench:
    for number in range(20):
        bench.append(*[make.repaired("theirs")] * (1 + number % 5), time=make.TIME)
"""


@pytest.fixture
def recorder(bench: Workbench) -> Iterator[LedgerRecorder]:
    datastore = LedgerDatastore(bench.database)
    yield LedgerRecorder(datastore, Ed25519Sealer(make.ORIGIN, bench.folder / "key.pem"))
    datastore.close()


def stop_later(subscription: PollingSubscription, seconds: float) -> Thread:
    def wait() -> None:
        time.sleep(seconds)
        subscription.stop()

    thread = Thread(target=wait)
    thread.start()
    return thread


def rest(subscription: PollingSubscription, seconds: float = 0.15) -> list[int]:
    """Return what still comes until the subscription is stopped after ``seconds``."""
    thread = stop_later(subscription, seconds)
    found = [notification.id for notification in subscription]
    thread.join()
    return found


def test_what_was_there_comes_first_in_order(bench: Workbench, recorder: LedgerRecorder) -> None:
    bench.append(make.base(), make.dataset())
    with PollingSubscription(recorder) as subscription:
        found = list(islice(subscription, 4))
    assert [(item.id, item.topic) for item in found] == [
        (1, "ledger-opened/v1"),
        (2, "key-added/v1"),
        (3, "base-model-registered/v1"),
        (4, "dataset-registered/v1"),
    ]
    assert [item.state for item in found] == [row.raw for row in bench.ledger.records()]


@pytest.mark.parametrize("start", [0, 1, 2, 3, 9])
def test_it_begins_after_the_number_that_was_seen_last(
    bench: Workbench, recorder: LedgerRecorder, start: int
) -> None:
    bench.append(make.base())
    assert rest(PollingSubscription(recorder, gt=start)) == list(range(start + 1, 4))


def test_what_another_process_writes_meanwhile_comes_once_each_and_in_order(
    bench: Workbench, recorder: LedgerRecorder
) -> None:
    tests = Path(__file__).parents[2]
    words = [sys.executable, "-c", WRITER, str(tests), str(bench.folder)]
    with PollingSubscription(recorder, gt=2) as subscription, subprocess.Popen(words) as process:
        found = [next(subscription).id for _ in range(60)]
        assert process.wait(timeout=60) == 0
    assert found == list(range(3, 63))
    assert rest(PollingSubscription(recorder, gt=62)) == []


def test_a_long_history_comes_in_batches_without_a_gap(
    bench: Workbench, recorder: LedgerRecorder
) -> None:
    items = [make.entry(make.repaired(), number) for number in range(1, 1301)]
    bench.ledger.append(items, {items[0].stream: 0})
    assert rest(PollingSubscription(recorder), 0.4) == list(range(1, 1303))


def test_only_the_kinds_that_were_asked_for_come(
    bench: Workbench, recorder: LedgerRecorder
) -> None:
    kinds = (make.base().kind, make.numbered().kind)
    subscription = PollingSubscription(recorder, topics=kinds)
    history: list[Event] = [make.base(), make.repaired(), make.numbered(1), make.repaired()]
    bench.append(*history)
    assert [next(subscription).id for _ in range(2)] == [3, 5]
    bench.append(make.repaired(), make.numbered(2))
    assert next(subscription).id == 8
    assert rest(subscription) == []


def test_what_does_not_match_is_not_read_again_at_every_look(
    bench: Workbench, recorder: LedgerRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing may get slower as history grows, least of all what runs twenty times a second."""
    bench.append(*[make.repaired()] * 30)
    starts: list[int] = []
    select = recorder.select_notifications

    def watched(*, start: int, **more: Any) -> Sequence[Notification]:
        starts.append(start)
        return select(start=start, **more)

    monkeypatch.setattr(recorder, "select_notifications", watched)
    subscription = PollingSubscription(recorder, topics=("text-erased/v1",))
    assert rest(subscription) == []
    assert len(starts) > 1
    assert starts[0] == 0
    assert set(starts[1:]) == {32}


def test_stopping_ends_the_waiting_at_once(recorder: LedgerRecorder) -> None:
    subscription = PollingSubscription(recorder, gt=2)
    begun = time.monotonic()
    thread = stop_later(subscription, 0.05)
    with pytest.raises(StopIteration):
        next(subscription)
    thread.join()
    assert time.monotonic() - begun < 5
    with pytest.raises(StopIteration):
        next(subscription)


def test_leaving_the_block_ends_it(recorder: LedgerRecorder) -> None:
    with PollingSubscription(recorder) as subscription:
        assert next(subscription).id == 1
    with pytest.raises(StopIteration):
        next(subscription)


def test_the_recorder_gives_such_a_subscription(recorder: LedgerRecorder) -> None:
    with recorder.subscribe(gt=1) as subscription:
        assert next(subscription).id == 2
