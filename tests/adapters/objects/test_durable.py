import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from oneseek.adapters.objects.durable import (
    fsync_tree,
    make_folders,
    write_all,
    write_atomic,
    write_output,
)
from oneseek.adapters.objects.partial import is_partial, sweep_partials
from oneseek.domain.errors import ServiceFailed

OLD, NEW = b"old\n", b"new and longer\n"


def test_a_file_gets_its_bytes_and_its_mode(
    tmp_path: Path, names: Callable[[Path], list[str]]
) -> None:
    path = tmp_path / "settings"
    write_atomic(path, OLD)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (OLD, 0o644)
    write_atomic(path, NEW, mode=0o600)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (NEW, 0o600)
    assert names(tmp_path) == ["settings"]


def test_a_second_try_sweeps_what_a_killed_one_left_in_a_folder_of_somebody(
    tmp_path: Path,
    killed_at: Callable[[Callable[[], object], int], bool],
    names: Callable[[Path], list[str]],
) -> None:
    path, at, left = tmp_path / "file", 0, 0
    while killed_at(lambda: write_output(path, NEW), at):
        left += any(is_partial(name) for name in names(tmp_path))
        write_output(path, OLD)
        assert names(tmp_path) == ["file"]
        at += 1
    assert left > 0


def test_what_cannot_be_swept_is_no_reason_not_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise PermissionError(errno.EACCES, "not yours")

    monkeypatch.setattr(os, "scandir", refuse)
    write_output(tmp_path / "file", NEW)
    assert (tmp_path / "file").read_bytes() == NEW


def test_a_reader_of_the_old_file_keeps_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomic(path, OLD)
    with path.open("rb") as reader:
        write_atomic(path, NEW)
        assert reader.read() == OLD


def test_a_link_is_replaced_and_its_target_untouched(tmp_path: Path) -> None:
    outside, path = tmp_path / "outside", tmp_path / "file"
    outside.write_bytes(OLD)
    path.symlink_to(outside)
    write_atomic(path, NEW)
    assert outside.read_bytes() == OLD
    assert not path.is_symlink()
    assert path.read_bytes() == NEW


def test_whoever_is_killed_while_writing_leaves_the_old_file_or_the_new_one(
    tmp_path: Path,
    killed_at: Callable[[Callable[[], object], int], bool],
    names: Callable[[Path], list[str]],
) -> None:
    path, at, seen = tmp_path / "file", 0, set()
    write_atomic(path, OLD)
    while killed_at(lambda: write_atomic(path, NEW), at):
        seen.add(path.read_bytes())
        assert {name for name in names(tmp_path) if not is_partial(name)} == {"file"}
        sweep_partials(tmp_path)
        assert names(tmp_path) == ["file"]
        write_atomic(path, OLD)
        at += 1
    assert seen == {OLD, NEW}
    assert path.read_bytes() == NEW


def test_an_error_leaves_the_old_file_and_nothing_else(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: Callable[[Path], list[str]],
) -> None:
    path = tmp_path / "file"
    write_atomic(path, OLD)

    def full(fd: int, data: memoryview) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(ServiceFailed, match=f"cannot write {path}: No space") as caught:
        write_atomic(path, NEW)
    assert caught.value.hint is not None
    assert "free some space" in caught.value.hint
    assert path.read_bytes() == OLD
    assert names(tmp_path) == ["file"]


def test_a_missing_folder_is_an_error_that_names_the_path(tmp_path: Path) -> None:
    with pytest.raises(ServiceFailed, match="absent/file"):
        write_atomic(tmp_path / "absent" / "file", NEW)


def test_everything_is_written_although_the_system_takes_it_in_small_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:3]))
    fd = os.open(tmp_path / "file", os.O_WRONLY | os.O_CREAT)
    write_all(fd, NEW)
    os.close(fd)
    assert (tmp_path / "file").read_bytes() == NEW


def test_folders_are_made_with_all_above_them_and_may_be_there(tmp_path: Path) -> None:
    make_folders(tmp_path / "a" / "b")
    make_folders(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()


def test_all_files_and_folders_of_a_tree_are_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(NEW)
    (tmp_path / "a" / "link").symlink_to("nowhere")
    synced: set[int] = set()
    monkeypatch.setattr(os, "fsync", lambda fd: synced.add(os.fstat(fd).st_ino))
    fsync_tree(tmp_path / "a")
    expected = (tmp_path / "a", tmp_path / "a" / "b", tmp_path / "a" / "b" / "file")
    assert synced == {path.stat().st_ino for path in expected}
