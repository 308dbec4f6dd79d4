"""Two and eight processes that write at once, and one that follows: nothing lost, nothing twice.

``make faults`` lets them write for a minute, the other test runs for seconds.
"""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest

import builders as make
from faults.extent import EVERYTHING
from oneseek.domain.events import VersionNumbered
from workbench import Workbench, workbench

SECONDS = 60 if EVERYTHING else 4

WRITER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import builders as make
from workbench import workbench
from oneseek.domain.decisions import Decision
from oneseek.domain.state.documents import Line
from oneseek.domain.usecases.record import record

def number(view):
    line = view.get(Line, "sv")
    return Decision((make.numbered((line.major if line else 0) + 1),), time=make.TIME)

with workbench(Path(sys.argv[2]), sys.argv[3] or None) as bench:
    print("ready", flush=True)
    sys.stdin.readline()
    until = time.monotonic() + float(sys.argv[4])
    while time.monotonic() < until:
        receipts = (
            bench.append(*[make.repaired(sys.argv[5])] * 3, time=make.TIME),
            record(bench.ports, number, attempts=10_000),
        )
        for receipt in receipts:
            print(*receipt.indices, flush=True)
"""

READER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from workbench import workbench
from oneseek.domain.registry import REGISTRY

with workbench(Path(sys.argv[2]), sys.argv[3] or None) as bench:
    print("ready", flush=True)
    for new in bench.ledger.follow(0):
        for record in bench.ledger.records(new.start, new.stop):
            print(record.index, record.leaf_hash.hex(), flush=True)
            if REGISTRY.decode(record.raw).stream == "projection:the end":
                sys.exit()
"""

Process = subprocess.Popen[str]


@dataclass(frozen=True, slots=True)
class Place:
    """A ledger that several processes open."""

    bench: Workbench
    url: str

    def start(self, program: str, *words: str) -> Process:
        tests = Path(__file__).parents[1]
        command = [sys.executable, "-c", program, str(tests), str(self.bench.folder), self.url]
        return subprocess.Popen(
            [*command, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An opened ledger on each database."""
    url = request.getfixturevalue("postgres_url") if request.param == "PostgreSQL" else ""
    with workbench(tmp_path, url or None) as bench:
        bench.open()
        yield Place(bench, url)


def ready(process: Process) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


def said(process: Process) -> list[str]:
    """Return the lines until it ends."""
    assert process.stdout is not None
    lines = process.stdout.read().splitlines()
    assert process.wait() == 0
    return lines


@pytest.mark.timeout(SECONDS + 240)
@pytest.mark.parametrize("count", [2, 8] if EVERYTHING else [8])
def test_what_many_processes_write_at_once_is_there_once_and_in_order(
    count: int, place: Place
) -> None:
    reader = place.start(READER)
    writers = [place.start(WRITER, str(SECONDS), f"p{number}") for number in range(count)]
    for process in (reader, *writers):
        ready(process)
    for writer in writers:  # all at once, after all of them have started
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    # Everybody is listened to all the time: a full pipe would make one wait.
    with ThreadPoolExecutor(count + 1) as listeners:
        following = listeners.submit(said, reader)
        receipts = [
            [[int(n) for n in line.split()] for line in lines]
            for lines in listeners.map(said, writers)
        ]
        end = place.bench.append(make.repaired("the end"), time=make.TIME).indices[0]
        followed = [line.split() for line in following.result()]

    acknowledged = [index for writer in receipts for receipt in writer for index in receipt]
    assert sorted(acknowledged) == list(range(2, end))
    for writer in receipts:
        indices = list(chain.from_iterable(writer))
        assert [len(receipt) for receipt in writer] == [3, 1] * (len(writer) // 2)
        assert indices == sorted(indices)
    numbers = [e.major for e in place.bench.events() if isinstance(e, VersionNumbered)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= count
    records = [[str(row.index), row.leaf_hash.hex()] for row in place.bench.ledger.records()]
    assert followed == records
    assert place.bench.audit().findings == ()
    print(f"{count} writers, {SECONDS} s: {end} entries, {len(numbers)} numbers", file=sys.stderr)
