"""Real kills, a full disk and rivals: afterwards the store is whole and can be used."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from oneseek.adapters.objects.partial import is_partial
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.domain.digest import sha256

DATA = os.urandom(100_000)
DIGEST = sha256(DATA)

KilledAt = Callable[[Callable[[], object], int], bool]
Names = Callable[[Path], list[str]]

STOP_HALFWAY = """
import signal, sys
from pathlib import Path
from oneseek.adapters.objects.store import FileObjectStore

left = 32

def halfway(length):
    global left
    left -= 1
    if left == 0:
        print("halfway", flush=True)
        signal.pause()

objects, staging, source = map(Path, sys.argv[1:])
FileObjectStore(objects, staging).put_file(source, on_bytes=halfway)
"""

NO_SPACE = """
import resource, sys
from pathlib import Path
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.domain.errors import ServiceFailed

objects, staging, source = map(Path, sys.argv[1:])
store = FileObjectStore(objects, staging)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
for put in (lambda: store.put(source.read_bytes()), lambda: store.put_file(source)):
    try:
        put()
    except ServiceFailed as error:
        print(error.message, "|", error.hint)
store.put(b"small")
"""


def run(code: str, *arguments: Path) -> subprocess.Popen[str]:
    # -I: nothing of the current folder may pose as a library.
    command = [sys.executable, "-I", "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(DATA)
    return path


def test_a_process_killed_in_the_middle_of_a_large_file_leaves_the_store_clean(
    store: FileObjectStore, tmp_path: Path, staging: Path, names: Names
) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(64 << 20)
    store.put(DATA)
    with run(STOP_HALFWAY, tmp_path / "objects", staging, large) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "halfway\n"
        assert store.sweep_staging() == 0  # it lives: its file is not debris
        writer.kill()
    assert writer.returncode == -signal.SIGKILL
    assert list(store.check()) == []
    assert list(store.digests()) == [(DIGEST, len(DATA))]
    (debris,) = staging.iterdir()
    assert is_partial(debris.name)
    assert debris.stat().st_size > 0
    assert store.sweep_staging() == 1
    assert names(staging) == []
    _, size = store.put_file(large)
    assert size == 64 << 20
    assert list(store.check()) == []


@pytest.mark.parametrize("verb", ["put", "put_file"])
def test_whoever_is_killed_at_any_disk_call_leaves_a_whole_object_or_none(
    store: FileObjectStore,
    source: Path,
    staging: Path,
    killed_at: KilledAt,
    names: Names,
    verb: str,
) -> None:
    actions: dict[str, Callable[[], object]] = {
        "put": lambda: store.put(DATA),
        "put_file": lambda: store.put_file(source),
    }
    at, seen = 0, set()
    while killed_at(actions[verb], at):
        assert list(store.check()) == []
        seen.add(store.has(DIGEST))
        store.sweep_staging()
        assert not staging.exists() or names(staging) == []
        store.remove(DIGEST)
        at += 1
    assert seen == {False, True}
    assert store.read(DIGEST) == DATA


def test_whoever_is_killed_while_placing_leaves_the_old_file_or_the_new_one(
    store: FileObjectStore, tmp_path: Path, killed_at: KilledAt
) -> None:
    store.put(DATA)
    target, at, seen = tmp_path / "target", 0, set()
    target.write_bytes(b"old")
    while killed_at(lambda: store.place(DIGEST, target), at):
        seen.add(target.read_bytes())
        target.unlink()
        target.write_bytes(b"old")
        at += 1
    assert seen == {b"old", DATA}


def test_a_full_disk_is_a_clear_error_and_leaves_nothing(
    store: FileObjectStore, source: Path, tmp_path: Path, staging: Path, names: Names
) -> None:
    with run(NO_SPACE, tmp_path / "objects", staging, source) as process:
        out, _ = process.communicate()
    assert process.returncode == 0
    first, second = out.splitlines()
    assert str(tmp_path / "objects") in first
    assert str(source) in second
    assert "free some space" in first
    assert "free some space" in second
    assert names(staging) == []
    assert list(store.digests()) == [(sha256(b"small"), 5)]
    assert list(store.check()) == []


def test_many_processes_may_put_the_same_bytes_at_once(
    store: FileObjectStore,
    source: Path,
    staging: Path,
    start: Callable[[Callable[[], object]], int],
    names: Names,
) -> None:
    gate, opener = os.pipe()

    def rival() -> None:
        os.close(opener)
        os.read(gate, 1)  # returns for all of them when the last opener is closed
        for number in range(10):
            store.put_file(source)
            store.put(DATA + bytes([number]))

    rivals = [start(rival) for _ in range(4)]
    os.close(opener)
    assert [os.waitpid(pid, 0)[1] for pid in rivals] == [0, 0, 0, 0]
    os.close(gate)
    assert list(store.check()) == []
    assert len(list(store.digests())) == 11
    assert names(staging) == []


def test_threads_may_share_one_store(store: FileObjectStore, source: Path) -> None:
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(5):
                store.put_file(source)
                store.put(bytes([number]))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert list(store.check()) == []
    assert len(list(store.digests())) == 6


def test_a_broken_pipe_of_the_progress_is_no_fault_of_the_disk(
    store: FileObjectStore, tmp_path: Path
) -> None:
    def closed(_: int) -> None:
        raise BrokenPipeError

    (tmp_path / "source").write_bytes(DATA)
    with pytest.raises(BrokenPipeError):
        store.put_file(tmp_path / "source", on_bytes=closed)
    store.put(DATA)
    with pytest.raises(BrokenPipeError):
        list(store.check(on_bytes=closed))
