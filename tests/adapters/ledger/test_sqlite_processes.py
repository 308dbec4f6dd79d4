"""Many processes on one ledger: rivals, and processes that are killed at every moment."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from eventsourcing.sqlite import SQLiteConnection

import builders as make
from oneseek.adapters.ledger import sqlite_recorder
from oneseek.adapters.ledger.sqlite_recorder import LedgerPool
from oneseek.domain.decisions import Decision
from oneseek.domain.events import VersionNumbered
from oneseek.domain.ports import View
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Line
from oneseek.domain.usecases.record import record
from workbench import Workbench

WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import builders as make
from workbench import workbench
with workbench(Path(sys.argv[2])) as bench:
    print("ready", flush=True)
    for number in range(int(sys.argv[3])):
        print(bench.append(make.repaired(sys.argv[4]), time=make.TIME).indices[0], flush=True)
"""


def writer(bench: Workbench, count: int, name: str) -> "subprocess.Popen[str]":
    """Start a process that appends ``count`` entries and prints the index of each."""
    tests = Path(__file__).parents[2]
    words = [sys.executable, "-c", WRITER, str(tests), str(bench.folder), str(count), name]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


def rest(process: "subprocess.Popen[str]") -> list[int]:
    """Return the indices that are still to be read, until the process ends."""
    assert process.stdout is not None
    return [int(line) for line in process.stdout.read().split()]


def test_processes_that_write_at_the_same_time_queue_up(bench: Workbench) -> None:
    rivals = [writer(bench, 30, f"p{number}") for number in range(2)]
    for rival in rivals:
        ready(rival)
    ours = [bench.append(make.repaired("ours"), time=make.TIME).indices[0] for _ in range(30)]
    theirs = [rest(rival) for rival in rivals]
    assert [rival.wait(timeout=60) for rival in rivals] == [0, 0]
    assert sorted(sum(theirs, ours)) == list(range(2, 92))
    assert all(indices == sorted(indices) for indices in (ours, *theirs))
    assert bench.audit().findings == ()


def next_major(view: View) -> Decision:
    line = view.get(Line, "sv")
    return Decision((make.numbered((line.major if line else 0) + 1),), time=make.TIME)


def test_decisions_of_rival_processes_never_take_one_number_twice(
    bench: Workbench, forked: Callable[[Callable[[], object]], int]
) -> None:
    def decide() -> None:
        ports = bench.as_actor("bo")
        for _ in range(20):
            record(ports, next_major, attempts=1000)

    pids = [forked(decide) for _ in range(2)]
    for _ in range(20):
        record(bench.ports, next_major, attempts=1000)
    assert [os.waitpid(pid, 0)[1] for pid in pids] == [0, 0]
    taken = [event.major for event in bench.events() if isinstance(event, VersionNumbered)]
    assert taken == list(range(1, 61))
    assert bench.audit().findings == ()


@pytest.fixture
def forked() -> Callable[[Callable[[], object]], int]:
    """Run an action in a process of its own and give its id; status 0 means no error."""

    def fork(action: Callable[[], object]) -> int:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                action()
                status = 0
            finally:
                os._exit(status)
        return pid

    return fork


GROUP = [make.entry(make.repaired(), number, make.TIME) for number in (1, 2, 3)]


def append_and_die(bench: Workbench, at: int) -> None:
    """Append a group in this process, which is killed before its SQL statement number ``at``."""
    left = at

    def before_statement(_: str) -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    class DyingPool(LedgerPool):
        def _create_connection(self) -> SQLiteConnection:
            connection = super()._create_connection()
            connection._sqlite_conn.set_trace_callback(before_statement)
            return connection

    setattr(sqlite_recorder, "LedgerPool", DyingPool)  # noqa: B010 - in this process alone
    bench.another_ledger().append(GROUP, make.expected(GROUP))


def test_a_process_killed_before_any_statement_of_an_append_leaves_nothing(
    bench: Workbench, forked: Callable[[Callable[[], object]], int]
) -> None:
    """Every crash point, in one table: the old ledger, or the new one; and it goes on."""
    before = bench.ledger.head()
    for at in range(100):
        _, status = os.waitpid(forked(partial(append_and_die, bench, at)), 0)
        if status == 0:
            break
        assert status == signal.SIGKILL
        assert bench.ledger.head() == before
        assert bench.audit().findings == ()
    assert 8 < at < 100
    assert bench.ledger.head().size == before.size + 3
    assert bench.audit().findings == ()
    bench.append(make.repaired())
    assert bench.audit().findings == ()


def test_a_process_killed_while_it_signs_leaves_nothing_of_a_large_group(
    bench: Workbench, forked: Callable[[Callable[[], object]], int]
) -> None:
    """By then thousands of rows are written, more than SQLite keeps in memory."""
    items = [make.entry(make.repaired(), number) for number in range(1, 20_001)]
    before = bench.ledger.head()

    def die(_: int, __: bytes) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b""

    def append() -> None:
        ledger = bench.another_ledger()
        ledger._seal = die
        ledger.append(items, make.expected(items))

    assert os.waitpid(forked(append), 0)[1] == signal.SIGKILL
    assert bench.ledger.head() == before
    assert bench.audit().findings == ()
    bench.append(make.repaired())
    assert bench.audit().findings == ()


def test_what_was_acknowledged_survives_a_kill_at_any_moment(bench: Workbench) -> None:
    process = writer(bench, 10_000, "p")
    ready(process)
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(40)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in process.stdout.read().splitlines()[:-1]]
    process.wait()
    assert acknowledged == list(range(2, 2 + len(acknowledged)))
    assert bench.ledger.head().size >= 2 + len(acknowledged)
    assert bench.audit().findings == ()
    names = {REGISTRY.decode(row.raw).stream for row in bench.ledger.records()}
    assert names == {"ledger", "projection:p"}
