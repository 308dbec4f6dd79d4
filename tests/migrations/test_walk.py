"""Every entry exactly once, nothing followed, nothing written, whatever the tree is."""

# pathlib has no names that are bytes.
# ruff: noqa: PTH112, PTH115, PTH118, PTH123, PTH208

import os
import socket
from concurrent.futures import CancelledError
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings

from migrations.odd_trees import (
    PIECES,
    Pieces,
    as_nobody,
    built,
    names_below,
    open_to_all,
    tree_state,
)
from oneseek.migrations.hashing import SMALL_BYTES, Hasher
from oneseek.migrations.item import FILE, FOLDER, LINK, SPECIAL, UNREADABLE
from oneseek.migrations.listing import KEPT_OPEN
from oneseek.migrations.paths import MAX_PATH_BYTES, ChangedSinceHashed
from oneseek.migrations.walk import NO_STAMP, Found, reopen, walk


def by_path(source: Path) -> dict[bytes, Found]:
    return {found.path: found for found in walk(source)}


@settings(max_examples=60)
@given(PIECES)
def test_every_entry_is_found_exactly_once_in_byte_order_and_nothing_is_written(
    pieces: Pieces,
) -> None:
    with built(pieces) as root:
        before = tree_state(root)
        found = list(walk(root))
        assert [entry.path for entry in found] == names_below(root)
        assert tree_state(root) == before
        for entry in found:
            path = os.path.join(os.fsencode(root), entry.path)
            if entry.type == FILE:
                with open(path, "rb") as file:
                    data = file.read()
                assert (entry.digest, entry.size) == (sha256(data).hexdigest(), len(data))
                assert entry.data == (data if len(data) <= SMALL_BYTES else None)
            elif entry.type == LINK:
                assert entry.target == os.readlink(path)
            elif entry.type == SPECIAL:
                assert entry.reason == "it is a named pipe: it was not opened"
            else:
                assert entry.type == FOLDER
                assert os.path.isdir(path)


def test_what_lies_in_a_folder_comes_in_byte_order_of_the_whole_path(tmp_path: Path) -> None:
    for name in ("a/x", "a.b", "a0", "a/b/c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(by_path(tmp_path)) == [b"a", b"a.b", b"a/b", b"a/b/c", b"a/x", b"a0"]


def test_a_source_may_be_one_file(tmp_path: Path) -> None:
    (tmp_path / "ledger.json").write_bytes(b"[]")
    (found,) = walk(tmp_path / "ledger.json")
    assert (found.path, found.type, found.data) == (b"ledger.json", FILE, b"[]")
    assert found.siblings() == {"ledger.json"}


def test_links_are_told_and_not_followed(tmp_path: Path) -> None:
    targets = ["/etc", "loop", "../..", "nowhere", r"C:\models\x", "."]
    (tmp_path / "source").mkdir()
    for target in targets:
        (tmp_path / "source" / f"to {targets.index(target)}").symlink_to(target)
    (tmp_path / "source/loop").symlink_to("loop")
    found = by_path(tmp_path / "source")
    assert {entry.type for entry in found.values()} == {LINK}
    assert [entry.target for entry in found.values()] == [b"loop", *map(os.fsencode, targets)]


def test_sockets_and_devices_are_never_opened(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        try:
            os.mknod(tmp_path / "zero", 0o20666, os.makedev(1, 5))
        except PermissionError:
            (tmp_path / "zero").symlink_to("/dev/zero")  # nobody but root makes devices
        found = by_path(tmp_path)
    assert (found[b"socket"].type, found[b"socket"].check) == (SPECIAL, "special-file")
    assert found[b"zero"].type in (SPECIAL, LINK)
    assert found[b"zero"].reason in ("it is a device: it was not opened", "")


def test_hard_links_are_two_files_with_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"weights")
    os.link(tmp_path / "one", tmp_path / "two")
    one, two = walk(tmp_path)
    assert (one.path, two.path) == (b"one", b"two")
    assert one.digest == two.digest


def test_what_must_not_be_read_is_told_with_the_reason() -> None:
    with open_to_all() as root:
        for name in ("closed/file", "listed/file", "open/closed", "open/file"):
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_bytes(b"x")
        (root / "open/closed").chmod(0)
        (root / "listed").chmod(0o744 if os.geteuid() == 0 else 0o400)
        (root / "closed").chmod(0)
        try:
            with as_nobody():
                found = by_path(root)
        finally:
            for name in ("closed", "listed"):
                (root / name).chmod(0o755)
    told = {name.decode(): (entry.type, entry.reason) for name, entry in found.items()}
    assert told == {
        "closed": (UNREADABLE, "permission denied"),
        "listed": (FOLDER, ""),
        "listed/file": (UNREADABLE, "permission denied"),
        "open": (FOLDER, ""),
        "open/closed": (UNREADABLE, "permission denied"),
        "open/file": (FILE, ""),
    }


@pytest.mark.parametrize("size", [10, SMALL_BYTES + 10])
@pytest.mark.parametrize("how", ["grows", "shrinks", "other bytes"])
def test_a_file_that_changes_while_it_is_read_has_no_digest(
    tmp_path: Path, size: int, how: str
) -> None:
    file = tmp_path / "ledger.json"
    file.write_bytes(b"0" * size)
    os.utime(file, (1, 1))

    def change(_: int) -> None:
        with file.open("r+b") as stream:
            if how == "shrinks":
                stream.truncate(size - 1)
            elif how == "grows":
                stream.seek(0, os.SEEK_END)
                stream.write(b"1" * 10)
            else:
                stream.write(b"1")

    (found,) = walk(tmp_path, change)
    assert (found.type, found.digest, found.data) == (UNREADABLE, None, None)
    assert (found.check, found.reason) == ("changed-while-read", "changed while it was read")


def test_a_file_that_grows_for_ever_has_an_end(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(b"0" * (SMALL_BYTES * 2))
    read = []

    def grow(count: int) -> None:
        read.append(count)
        with file.open("ab") as stream:
            stream.write(b"1" * SMALL_BYTES)

    (found,) = walk(tmp_path, grow)
    assert found.check == "changed-while-read"
    assert sum(read) <= SMALL_BYTES * 3


@pytest.mark.parametrize("swap", ["link", "folder"])
def test_a_folder_that_is_swapped_for_another_leads_nobody_out(tmp_path: Path, swap: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_bytes(b"secret")
    (tmp_path / "source/folder/deeper").mkdir(parents=True)
    (tmp_path / "source/folder/secret").write_bytes(b"mine")
    walked = walk(tmp_path / "source")
    assert next(walked).path == b"folder"
    (tmp_path / "source/folder").rename(tmp_path / "elsewhere")
    if swap == "link":
        (tmp_path / "source/folder").symlink_to("../outside")
    else:
        (tmp_path / "outside").rename(tmp_path / "source/folder")
    rest = list(walked)
    assert [entry.path for entry in rest] == [b"folder/deeper", b"folder/secret"]
    assert {(entry.type, entry.check) for entry in rest} == {(UNREADABLE, "changed-while-read")}


def test_what_vanishes_between_listing_and_reading_is_told(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(b"x")
    walked = walk(tmp_path)
    assert next(walked).path == b"a"
    (tmp_path / "b").unlink()
    (tmp_path / "c").unlink()
    (tmp_path / "c").mkdir()
    assert [(entry.type, entry.reason) for entry in walked] == [
        (UNREADABLE, "no such file or directory"),
        (UNREADABLE, "it became a folder while its folder was read"),
    ]


def test_deep_folders_are_walked_with_few_open_files(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 200)
    deep.mkdir(parents=True)
    for folder in (deep, deep.parents[99], tmp_path):
        (folder / "end").write_bytes(b"x")
    most = 0
    before = len(os.listdir("/proc/self/fd"))
    paths = []
    for entry in walk(tmp_path):
        paths.append(entry.path)
        most = max(most, len(os.listdir("/proc/self/fd")))
        assert entry.type in (FILE, FOLDER)
    assert paths == names_below(tmp_path)
    assert most <= before + KEPT_OPEN + 2
    assert len(os.listdir("/proc/self/fd")) == before


def test_folders_nested_without_an_end_are_told_once(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["n" * 250] * 10)
    deep.mkdir(parents=True)
    *folders, last = walk(tmp_path)
    assert {entry.type for entry in folders} == {FOLDER}
    assert (last.type, last.check) == (UNREADABLE, "path-too-long")
    assert len(last.path) > MAX_PATH_BYTES


def test_ten_thousand_files_in_one_folder_share_one_listing(tmp_path: Path) -> None:
    for number in range(10_000):
        os.close(os.open(tmp_path / f"{number:05}", os.O_CREAT))
    found = list(walk(tmp_path))
    assert [entry.path for entry in found] == [b"%05d" % number for number in range(10_000)]
    assert len(found[0].siblings()) == 10_000
    assert found[0].siblings() is found[-1].siblings()


def test_large_files_come_in_order_while_others_are_read_ahead(tmp_path: Path) -> None:
    for number in range(12):
        with (tmp_path / f"{number:02}").open("wb") as file:
            file.write(b"%d" % number)
            file.truncate(SMALL_BYTES * (4 if number % 3 == 0 else 2) if number % 2 == 0 else 5)
    read: list[int] = []
    found = list(walk(tmp_path, read.append))
    assert [entry.path for entry in found] == names_below(tmp_path)
    assert all(
        entry.digest == sha256((tmp_path / entry.path.decode()).read_bytes()).hexdigest()
        for entry in found
    )
    assert sum(read) == sum(entry.size for entry in found)


def test_a_file_that_is_nearly_all_hole_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "weights.pth").open("wb") as file:
        file.truncate(1 << 40)
    (found,) = walk(tmp_path)
    assert (found.type, found.size) == (UNREADABLE, 1 << 40)
    assert "nearly none of them is on the disk" in found.reason


def test_an_error_of_the_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"x")

    def broken(*_: object) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "readv", broken)
    (found,) = walk(tmp_path)
    assert (found.type, found.check) == (UNREADABLE, "unreadable")
    assert found.reason == "input/output error"


def test_an_error_of_the_watcher_is_not_taken_for_one_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")

    def gone(_: int) -> None:
        raise BrokenPipeError("the terminal is gone")

    with pytest.raises(BrokenPipeError):
        list(walk(tmp_path, gone))


def test_whoever_stops_early_waits_for_no_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").touch()
    with (tmp_path / "b").open("wb") as file:
        file.truncate(SMALL_BYTES * 64)
    read: list[int] = []
    stopped = Hasher(read.append)
    stopped.__exit__(None, None, None)
    with pytest.raises(CancelledError):
        stopped._hash(os.open(tmp_path / "b", os.O_RDONLY))
    assert read == []
    walked = walk(tmp_path)
    assert next(walked).path == b"a"
    walked.close()  # type: ignore[attr-defined]


def test_a_file_is_opened_again_only_if_it_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"one")
    (found,) = walk(tmp_path)
    stamp = found.stamp or NO_STAMP
    os.close(reopen(tmp_path, found.path, stamp))
    file.unlink()
    file.write_bytes(b"two")
    os.utime(file, (1, 1))
    with pytest.raises(ChangedSinceHashed):
        reopen(tmp_path, found.path, stamp)
