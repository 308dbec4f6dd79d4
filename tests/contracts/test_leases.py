"""The promises of leases: among processes of one machine, and among machines on PostgreSQL."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oneseek.adapters.ledger.location import locate
from oneseek.adapters.workspace.leases import StagingLeases
from oneseek.adapters.workspace.scratch import Scratch
from oneseek.domain.errors import OneSeekError
from oneseek.domain.ports import Leases

Machine = Callable[[], Leases]

_HOLD = """
import sys
from pathlib import Path
from oneseek.adapters.ledger.location import locate
from oneseek.adapters.workspace.leases import StagingLeases
from oneseek.adapters.workspace.scratch import Scratch
folder, url = Path(sys.argv[1]), sys.argv[2] or None
leases = locate(folder / "ledger.db", url).leases(StagingLeases(Scratch(folder, folder)))
with leases.hold("t1"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(params=["one machine", "several machines"])
def url(request: pytest.FixtureRequest) -> str | None:
    if request.param == "one machine":
        return None
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The staging folder of the machine that holds."""
    path = tmp_path / "staging"
    path.mkdir()
    return path


@pytest.fixture
def machine(url: str | None, folder: Path, tmp_path: Path) -> Iterator[Machine]:
    """``machine()``: the leases as another process sees them; on PostgreSQL as another machine."""
    made: list[Scratch] = []

    def another() -> Leases:
        staging = folder if url is None else tmp_path / f"staging{len(made)}"
        made.append(Scratch(staging, tmp_path / "displaced"))
        return locate(folder / "ledger.db", url).leases(StagingLeases(made[-1]))

    yield another
    for scratch in made:
        scratch.close()


def test_a_lease_is_held_for_the_length_of_the_block(machine: Machine) -> None:
    mine, other = machine(), machine()
    assert not other.held("t1")
    with mine.hold("t1"):
        assert other.held("t1")
        assert mine.held("t1")
        assert not other.held("t2")
        assert not other.held("t")
    assert not other.held("t1")


def test_a_lease_ends_with_its_block_even_after_an_error(machine: Machine) -> None:
    mine, other = machine(), machine()
    with pytest.raises(KeyboardInterrupt), mine.hold("t1"):
        raise KeyboardInterrupt
    assert not other.held("t1")


def test_one_process_holds_several_leases(machine: Machine) -> None:
    mine, other = machine(), machine()
    with mine.hold("t1"), mine.hold("t2"):
        assert other.held("t1")
        assert other.held("t2")


@pytest.mark.parametrize("name", ["*", "[a-z]", "t*", "a+b", "å", "x" * 100])
def test_any_name_means_itself_alone(machine: Machine, name: str) -> None:
    mine, other = machine(), machine()
    with mine.hold("t1"):
        assert not other.held(name)
    with mine.hold(name):
        assert other.held(name)
        assert not other.held("t1")


def test_asking_at_the_same_time_disturbs_nobody(machine: Machine) -> None:
    mine, other = machine(), machine()
    for _ in range(5):
        assert not other.held("t1")
        with mine.hold("t1"):
            assert other.held("t1")


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_lease_dies_with_its_process_and_not_before(
    machine: Machine, folder: Path, url: str | None, end: signal.Signals
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder), url or ""],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        other = machine()
        process.send_signal(signal.SIGSTOP)
        assert other.held("t1")
        process.send_signal(signal.SIGCONT)
        assert other.held("t1")
        process.send_signal(end)
        process.wait()
        # The server learns of it a moment later.
        with other.hold("t1"):
            pass
        assert not other.held("t1")
    finally:
        process.kill()
        process.communicate()


def test_a_lease_that_cannot_be_taken_stops_what_needs_it(folder: Path) -> None:
    (folder / "file").write_text("")
    scratch = Scratch(folder / "file", folder)
    with pytest.raises(OneSeekError), StagingLeases(scratch).hold("t1"):
        pytest.fail("nobody holds it")
