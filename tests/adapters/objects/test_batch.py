"""Objects that are kept together: bytes before names, names before the end, and few open files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from oneseek.adapters.objects import batch
from oneseek.adapters.objects.durable import write_all
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.domain.digest import sha256
from oneseek.domain.errors import FoundDamage, InvalidInput

BLOBS = [b"%d" % number for number in range(5)]

KilledAt = Callable[[Callable[[], object], int], bool]
Names = Callable[[Path], list[str]]


def keep(store: FileObjectStore) -> None:
    with store.together() as keeper:
        for data in BLOBS:
            keeper.put(data)


def test_every_byte_is_synced_before_its_name_and_every_name_before_the_end(
    store: FileObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, int]] = []
    sync, replace = os.fsync, os.replace

    def note_sync(fd: int) -> None:
        sync(fd)
        done.append(("sync", os.fstat(fd).st_ino))

    def note_name(source: Path, target: Path) -> None:
        done.append(("name", os.stat(source).st_ino))  # noqa: PTH116 - in the place of os.replace
        replace(source, target)

    monkeypatch.setattr(batch, "MOST_FILES", 2)
    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "replace", note_name)
    keep(store)
    for data in BLOBS:
        inode = store.path(sha256(data)).stat().st_ino
        folder = store.path(sha256(data)).parent.stat().st_ino
        named = done.index(("name", inode))
        assert ("sync", inode) in done[:named]
        assert ("sync", folder) in done[named:]
    above = store.path(sha256(BLOBS[0])).parent.parent.stat().st_ino
    assert done[-1] == ("sync", above)


def test_an_object_that_was_there_gets_its_name_synced_all_the_same(
    store: FileObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = store.put(b"there")
    synced: list[Path] = []
    monkeypatch.setattr(batch, "fsync_dir", synced.append)
    with store.together() as keeper:
        assert keeper.put(b"there") == digest
    assert store.path(digest).parent in synced


def test_whoever_is_killed_at_any_disk_call_leaves_whole_objects_alone(
    store: FileObjectStore, killed_at: KilledAt, staging: Path, names: Names
) -> None:
    at, seen = 0, set()
    while killed_at(lambda: keep(store), at):
        assert list(store.check()) == []
        found = [sha256(data) for data in BLOBS if store.has(sha256(data))]
        seen.add(len(found))
        store.sweep_staging()
        assert not staging.exists() or names(staging) == []
        for digest in found:
            store.remove(digest)
        at += 1
    assert seen == set(range(len(BLOBS) + 1))


def test_an_error_in_the_block_leaves_nothing_half_done(
    store: FileObjectStore, tmp_path: Path, staging: Path, names: Names
) -> None:
    def fail() -> None:
        with store.together() as keeper:
            keeper.put(b"waits")
            keeper.put_file(tmp_path)

    with pytest.raises(InvalidInput):
        fail()
    assert list(store.digests()) == []
    assert names(staging) == []


def test_any_number_of_equal_files_keep_few_descriptors_open(
    store: FileObjectStore, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"the same")
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0
    with store.together() as keeper:
        for _ in range(50):
            keeper.put_file(file)
        if before:
            assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2
    assert len(list(store.digests())) == 1


def test_what_comes_from_elsewhere_is_kept_and_a_broken_one_does_not_end_the_batch(
    store: FileObjectStore, staging: Path, names: Names
) -> None:
    def broken(fd: int) -> None:
        os.write(fd, b"half")
        raise FoundDamage("other bytes")

    with store.together() as batch:
        assert batch.take_in(sha256(b"first"), lambda fd: write_all(fd, b"first")) == 5
        with pytest.raises(FoundDamage, match="other bytes"):
            batch.take_in(sha256(b"broken"), broken)
        for _ in range(2):
            assert batch.take_in(sha256(b"last"), lambda fd: write_all(fd, b"last")) == 4
    assert {store.read(digest) for digest, _ in store.digests()} == {b"first", b"last"}
    assert names(staging) == []
