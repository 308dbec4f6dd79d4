import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from oneseek.adapters.objects.store import FileObjectStore
from oneseek.domain.digest import sha256

A, B = b"first", b"second"
DIGEST = sha256(A)

Tamper = Callable[[Path], object]


def flip_a_bit(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(bytes([A[0] ^ 1]) + A[1:])
    path.chmod(0o444)


def cut_short(path: Path) -> None:
    os.truncate(path, len(A) - 1)


def swap_for_a_link(path: Path) -> None:
    path.rename(path.parents[2] / "moved")
    path.symlink_to(path.parents[2] / "moved")


def swap_for_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_writable(path: Path) -> None:
    path.chmod(0o644)


@pytest.mark.parametrize(
    ("tamper", "check", "found"),
    [
        (flip_a_bit, "object-damaged", sha256(bytes([A[0] ^ 1]) + A[1:])),
        (cut_short, "object-damaged", sha256(A[:-1])),
        (Path.unlink, "object-missing", "absent"),
        (swap_for_a_link, "object-damaged", "is a symbolic link"),
        (swap_for_a_folder, "object-damaged", "is not a regular file"),
        (make_writable, "object-mode", "0644"),
    ],
)
def test_one_tampered_object_is_found_and_named(
    store: FileObjectStore, tamper: Tamper, check: str, found: str
) -> None:
    store.put(B)
    path = store.path(store.put(A))
    tamper(path)
    findings = list(store.check([sha256(B), DIGEST]))
    assert [(finding.check, finding.where) for finding in findings] == [(check, str(path))]
    assert findings[0].found.endswith(found)
    assert findings[0].hint


@pytest.mark.parametrize(
    ("name", "check", "expected"),
    [
        ("notes.txt", "object-foreign", "nothing but objects"),
        ("ab/notes.txt", "object-foreign", "nothing but objects"),
        (DIGEST, "object-misnamed", f"{DIGEST[:2]}/{DIGEST[2:]}"),
        (f"{DIGEST[:2]}/{DIGEST}", "object-misnamed", f"{DIGEST[:2]}/{DIGEST[2:]}"),
        (f"{DIGEST[:2]}/{DIGEST[2:].upper()}", "object-misnamed", f"{DIGEST[:2]}/{DIGEST[2:]}"),
        (f"{DIGEST[:2]}/{DIGEST[2:]}0", "object-misnamed", None),
    ],
)
def test_a_strange_file_is_found_by_a_look_at_everything(
    store: FileObjectStore, name: str, check: str, expected: str | None
) -> None:
    root = store.path(store.put(B)).parents[1]
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_bytes(A)
    assert list(store.check([sha256(B)])) == []
    (finding,) = store.check()
    assert (finding.check, finding.where) == (check, str(root / name))
    assert expected in (None, finding.expected)


def test_strange_folders_links_and_pipes_are_found_and_not_entered(
    store: FileObjectStore, tmp_path: Path
) -> None:
    root = store.path(store.put(B)).parents[1]
    (root / "AB" / "x").mkdir(parents=True)
    (root / "link").symlink_to(tmp_path)
    (root / "ff").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")
    found = {(Path(finding.where).name, finding.check, finding.found) for finding in store.check()}
    assert found == {
        ("AB", "object-foreign", "folder"),
        ("link", "object-foreign", "symbolic link"),
        ("ff", "object-foreign", "symbolic link"),
        ("pipe", "object-foreign", "other"),
    }


def test_a_look_at_everything_finds_damage_too_and_reads_each_byte_once(
    store: FileObjectStore,
) -> None:
    seen: list[int] = []
    store.put(B)
    flip_a_bit(store.path(store.put(A)))
    assert [finding.check for finding in store.check(on_bytes=seen.append)] == ["object-damaged"]
    assert sum(seen) == len(A) + len(B)


def test_bytes_under_the_name_of_others_are_damage(store: FileObjectStore) -> None:
    a, b = store.path(store.put(A)), store.path(store.put(B))
    a.replace(b)
    (finding,) = store.check()
    assert (finding.expected, finding.found) == (sha256(B), sha256(A))


def test_a_bad_sector_is_a_finding_and_the_check_goes_on(
    store: FileObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, missing = store.put(A), sha256(B)
    readv = os.readv

    def fail(fd: int, buffers: list[memoryview]) -> int:
        if os.fstat(fd).st_size == len(A):
            raise OSError(errno.EIO, "Input/output error")
        return readv(fd, buffers)

    monkeypatch.setattr(os, "readv", fail)
    findings = list(store.check([bad, missing]))
    assert [finding.check for finding in findings] == ["object-unreadable", "object-missing"]
    assert findings[0].found == "Input/output error"
