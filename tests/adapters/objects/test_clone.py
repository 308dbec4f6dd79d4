import fcntl
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from oneseek.adapters.objects.clone import clone_or_copy
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.domain.digest import sha256
from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound, ServiceFailed

DATA = b"weights" * 1000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def reflinks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A file system that can share blocks, as far as anybody can see; gives the clones made."""
    made: list[int] = []

    def ioctl(target: int, request: int, source: int) -> int:
        assert request == 0x40049409
        os.pwrite(target, os.pread(source, os.fstat(source).st_size, 0), 0)
        made.append(target)
        return 0

    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    monkeypatch.setattr("sys.platform", "linux")
    return made


def test_a_copy_has_the_bytes_is_read_only_and_its_own(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    clone_or_copy(source, target, expected=sha256(DATA))
    source.write_bytes(b"changed")
    assert target.read_bytes() == DATA
    assert stat.S_IMODE(target.stat().st_mode) == 0o444


def test_damage_is_found_while_copying_and_the_old_target_stays(
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: Callable[[Path], list[str]],
) -> None:
    monkeypatch.setattr("sys.platform", "elsewhere")
    target = tmp_path / "target"
    target.write_bytes(b"old")
    with pytest.raises(FoundDamage, match=f"expected SHA-256 {sha256(b'other')}"):
        clone_or_copy(source, target, expected=sha256(b"other"))
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["source", "target"]


def test_a_reflink_is_told_from_a_copy(
    source: Path, tmp_path: Path, reflinks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert clone_or_copy(source, tmp_path / "one")
    assert len(reflinks) == 1
    monkeypatch.setattr("sys.platform", "elsewhere")
    assert not clone_or_copy(source, tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes() == DATA
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o444


def test_the_store_takes_and_places_files_by_reflinks(
    source: Path, tmp_path: Path, reflinks: list[int], store: FileObjectStore
) -> None:
    assert store.put_file(source) == (sha256(DATA), len(DATA))
    store.place(sha256(DATA), tmp_path / "target")
    assert len(reflinks) == 2
    assert (tmp_path / "target").read_bytes() == DATA
    assert list(store.check()) == []


def test_another_mode_can_be_had(source: Path, tmp_path: Path) -> None:
    clone_or_copy(source, tmp_path / "target", mode=0o600)
    assert stat.S_IMODE((tmp_path / "target").stat().st_mode) == 0o600


def test_a_source_that_is_absent_or_no_file_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        clone_or_copy(tmp_path / "absent", tmp_path / "target")
    (tmp_path / "link").symlink_to(source)
    with pytest.raises(InvalidInput, match="symbolic link"):
        clone_or_copy(tmp_path / "link", tmp_path / "target")
    with pytest.raises(InvalidInput, match="regular file"):
        clone_or_copy(tmp_path, tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_a_folder_in_the_way_is_an_error_that_names_both_paths(
    source: Path,
    tmp_path: Path,
    names: Callable[[Path], list[str]],
) -> None:
    (tmp_path / "target").mkdir()
    with pytest.raises(ServiceFailed, match=r"/source to .*/target"):
        clone_or_copy(source, tmp_path / "target")
    assert names(tmp_path) == ["source", "target"]
