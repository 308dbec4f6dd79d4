import os
from pathlib import Path

import pytest

from oneseek.adapters.objects.hashing import hash_tree
from oneseek.adapters.objects.tree import TreeEntry
from oneseek.domain.digest import sha256
from oneseek.domain.errors import InvalidInput, NotFound


def file_entry(data: bytes, mode: int = 0o644) -> TreeEntry:
    return TreeEntry("file", len(data), sha256(data), None, mode)


def write(path: Path, data: bytes, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(mode)


def test_every_kind_of_thing_is_listed_and_no_link_is_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(tmp_path / "outside" / "secret", b"secret")
    write(root / "b" / "deep" / "file", b"deep", 0o600)
    write(root / "a.txt", b"text")
    (root / "b").chmod(0o755)
    (root / "b" / "deep").chmod(0o700)
    (root / "out").symlink_to("./..//outside")
    (root / "nowhere").symlink_to("absent")
    os.mkfifo(root / "pipe", 0o640)
    (root / "pipe").chmod(0o640)
    link_mode = (root / "out").lstat().st_mode & 0o7777
    assert hash_tree(root) == {
        "a.txt": file_entry(b"text"),
        "b": TreeEntry("dir", 0, None, None, 0o755),
        "b/deep": TreeEntry("dir", 0, None, None, 0o700),
        "b/deep/file": file_entry(b"deep", 0o600),
        "nowhere": TreeEntry("link", 0, None, "absent", link_mode),
        "out": TreeEntry("link", 0, None, "./..//outside", link_mode),
        "pipe": TreeEntry("other", 0, None, None, 0o640),
    }


@pytest.mark.parametrize("workers", [None, 1, 2, 50])
def test_the_order_is_that_of_the_path_bytes_for_any_number_of_threads(
    tmp_path: Path, workers: int | None
) -> None:
    names = ["\uffff", "\U0001f600", "b", "a/b", "a.b", *(f"n{n}" for n in range(40))]
    for number, name in enumerate(names):
        write(tmp_path / name, bytes(number))
    found = hash_tree(tmp_path, workers=workers)
    assert list(found) == sorted([*names, "a"], key=str.encode)
    assert {name: found[name].digest for name in names} == {
        name: sha256(bytes(number)) for number, name in enumerate(names)
    }


def test_names_that_are_not_utf_8_are_shown_and_told_apart(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for name, data in (
        (b"\xff", b"byte"),
        (rb"\xff", b"text"),
        ("å".encode(), b"letter"),
        ("\uffff".encode(), b"last letter"),
    ):
        write(Path(os.fsdecode(folder + b"/" + name)), data)
    (tmp_path / "link").symlink_to(os.fsdecode(b"to\xfe"))
    found = hash_tree(tmp_path)
    assert [(name, entry.digest) for name, entry in found.items()] == [
        (r"\\xff", sha256(b"text")),
        ("link", None),
        ("å", sha256(b"letter")),
        ("\uffff", sha256(b"last letter")),
        (r"\xff", sha256(b"byte")),
    ]
    assert found["link"].target == r"to\xfe"
    assert "".join(found).encode()


def test_progress_counts_every_byte_once(tmp_path: Path) -> None:
    for number in range(20):
        write(tmp_path / str(number), bytes(number * 1000))
    seen: list[int] = []
    hash_tree(tmp_path, on_bytes=seen.append, workers=4)
    assert sum(seen) == sum(range(20)) * 1000


def test_whoever_watches_can_stop_the_work(tmp_path: Path) -> None:
    for number in range(20):
        write(tmp_path / str(number), bytes(10))
    calls = []

    def stop(length: int) -> None:
        calls.append(length)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hash_tree(tmp_path, on_bytes=stop, workers=2)
    assert len(calls) < 20


def test_an_error_in_one_file_ends_the_work_on_all_others(tmp_path: Path) -> None:
    huge = 1 << 33
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(huge)
    write(tmp_path / "small", b"12345")
    seen: list[int] = []

    def watch(length: int) -> None:
        seen.append(length)
        if length == 5:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        hash_tree(tmp_path, on_bytes=watch, workers=2)
    assert sum(seen) < huge


def test_an_empty_folder_has_nothing(tmp_path: Path) -> None:
    assert hash_tree(tmp_path) == {}


def test_what_is_not_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "broken").symlink_to("absent")
    for name in ("file", "link", "broken"):
        with pytest.raises(InvalidInput):
            hash_tree(tmp_path / name)
    with pytest.raises(NotFound):
        hash_tree(tmp_path / "absent")
