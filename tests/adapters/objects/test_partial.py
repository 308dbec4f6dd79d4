import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oneseek.adapters.objects.partial import is_partial, partial_file, sweep_partials

FAKE = ".oneseek-0011223344556677.partial"


def test_a_partial_file_is_gone_after_its_block(
    tmp_path: Path, names: Callable[[Path], list[str]]
) -> None:
    with partial_file(tmp_path) as partial:
        assert is_partial(partial.path.name)
    assert names(tmp_path) == []


def test_a_partial_file_is_gone_after_an_error(
    tmp_path: Path, names: Callable[[Path], list[str]]
) -> None:
    def fail() -> None:
        with partial_file(tmp_path):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert names(tmp_path) == []


def test_a_published_file_stays(tmp_path: Path, names: Callable[[Path], list[str]]) -> None:
    with partial_file(tmp_path) as partial:
        partial.path.rename(tmp_path / "kept")
    assert names(tmp_path) == ["kept"]


def test_a_living_writer_is_not_swept(tmp_path: Path) -> None:
    with partial_file(tmp_path) as partial:
        assert sweep_partials(tmp_path) == 0
        assert partial.path.exists()


def test_what_a_killed_writer_left_is_swept(
    tmp_path: Path,
    killed_at: Callable[[Callable[[], object], int], bool],
    names: Callable[[Path], list[str]],
) -> None:
    def write() -> None:
        with partial_file(tmp_path) as partial:
            os.write(partial.fd, b"half")

    assert killed_at(write, 1)
    assert len(names(tmp_path)) == 1
    assert sweep_partials(tmp_path) == 1
    assert names(tmp_path) == []


def test_only_partial_files_are_swept(tmp_path: Path, names: Callable[[Path], list[str]]) -> None:
    (tmp_path / "x.partial").touch()
    (tmp_path / ".oneseek-x").touch()
    (tmp_path / FAKE).mkdir()
    (tmp_path / FAKE.replace("00", "ff")).symlink_to(tmp_path / "x.partial")
    before = names(tmp_path)
    assert sweep_partials(tmp_path) == 0
    assert names(tmp_path) == before


def test_a_read_only_partial_file_is_swept_too(tmp_path: Path) -> None:
    (tmp_path / FAKE).touch(0o444)
    assert sweep_partials(tmp_path) == 1


def test_there_is_nothing_to_sweep_where_no_folder_is(tmp_path: Path) -> None:
    assert sweep_partials(tmp_path / "absent") == 0


def test_a_writer_that_a_sweeper_overtook_takes_a_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock = fcntl.flock
    swept: list[int] = []

    def sweep_first(fd: int, operation: int) -> Any:
        if not swept:
            swept.append(0)
            swept[0] = sweep_partials(tmp_path)
        return flock(fd, operation)

    monkeypatch.setattr(fcntl, "flock", sweep_first)
    with partial_file(tmp_path) as partial:
        assert swept == [1]
        assert partial.path.exists()
        assert os.fstat(partial.fd).st_nlink == 1
