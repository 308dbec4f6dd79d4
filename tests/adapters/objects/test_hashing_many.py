import os
from pathlib import Path

import pytest

from oneseek.adapters.objects import hashing_many
from oneseek.adapters.objects.hashing_many import hash_files
from oneseek.domain.digest import sha256
from oneseek.domain.errors import InvalidInput, NotFound, ServiceFailed


@pytest.mark.parametrize("workers", [1, 2, 50])
@pytest.mark.parametrize("together", [1, 3, 1000])
def test_every_file_is_hashed_once_however_they_are_shared_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, together: int
) -> None:
    monkeypatch.setattr(hashing_many, "_HANDFUL_FILES", together)
    monkeypatch.setattr(hashing_many, "_HANDFUL_BYTES", 100)
    files = {str(number): os.urandom(number * 7) for number in range(25)}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    seen: list[int] = []
    sizes = {name: len(data) for name, data in files.items()}
    found = hash_files(tmp_path, sizes, seen.append, workers)
    assert found == {name: (sha256(data), len(data)) for name, data in files.items()}
    assert sum(seen) == sum(sizes.values())


def test_the_length_is_that_of_what_was_read_not_of_what_was_listed(tmp_path: Path) -> None:
    (tmp_path / "grown").write_bytes(bytes(10_000))
    assert hash_files(tmp_path, {"grown": 3}, None, 2) == {"grown": (sha256(bytes(10_000)), 10_000)}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_that_became_something_else_is_named(tmp_path: Path, workers: int) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "c").mkdir()
    for name, error in (("b", InvalidInput), ("c", InvalidInput), ("d", NotFound)):
        with pytest.raises(error, match=f"/{name}"):
            hash_files(tmp_path, {"a": 1 << 30, name: 1 << 29}, None, workers)


def test_what_the_disk_refuses_to_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad").write_bytes(b"x")

    def fail(*_: object) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "readv", fail)
    with pytest.raises(ServiceFailed, match=r"cannot read .*/bad: Input/output error"):
        hash_files(tmp_path, {"bad": 1}, None, None)


def test_no_file_needs_no_thread(tmp_path: Path) -> None:
    assert hash_files(tmp_path, {}, None, None) == {}
