"""The promises of a content store, kept by every implementation: here, and in shared places."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oneseek.adapters.objects.shared.address import parse_address
from oneseek.adapters.objects.shared.store import SharedObjectStore
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.domain.digest import sha256
from oneseek.domain.errors import InvalidInput, NotFound

DATA = b"adapter weights"
DIGEST = sha256(DATA)
OTHER = sha256(b"never stored")

Store = FileObjectStore | SharedObjectStore


@pytest.fixture(params=["local", "folder", "memory", "s3"])
def machines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    """Give the store as a machine of a name sees it; a local store knows one machine only."""
    if request.param == "local":
        yield lambda name: FileObjectStore(tmp_path / "objects", tmp_path / "staging")
        return
    if request.param == "s3":
        url = request.getfixturevalue("s3_url")
    elif request.param == "folder":
        (tmp_path / "shared place").mkdir()
        url = f"file://{tmp_path}/shared%20place"
    else:
        fsspec = pytest.importorskip("fsspec")
        url = f"memory://{tmp_path}"
        fsspec.filesystem("memory").makedirs(str(tmp_path))
    address = parse_address(url)
    assert address is not None

    def machine(name: str) -> Store:
        folder = tmp_path / name
        local = FileObjectStore(folder / "objects", folder / "staging")
        return SharedObjectStore(local, address.open)

    yield machine


@pytest.fixture
def store(machines: Callable[[str], Store]) -> Store:
    return machines("a")


def test_whatever_is_put_is_read_back_listed_once_and_whole(store: Store) -> None:
    blobs = [DATA, b"", os.urandom(3_000_001), DATA]
    for data in blobs:
        digest = store.put(data)
        assert digest == sha256(data)
        assert store.read(digest) == data
    assert list(store.digests()) == sorted({(sha256(data), len(data)) for data in blobs})
    assert list(store.check()) == []
    assert list(store.check([DIGEST])) == []


def test_another_machine_reads_what_one_has_put(machines: Callable[[str], Store]) -> None:
    big = os.urandom(3_000_001)
    for data in (DATA, big):
        machines("a").put(data)
    other = machines("b")
    assert other.read(sha256(big)) == big
    assert [other.has(DIGEST), other.size(DIGEST)] == [True, len(DATA)]
    with machines("c").open(DIGEST) as file:
        assert file.read() == DATA
    assert machines("d").path(DIGEST).read_bytes() == DATA
    assert sorted(other.digests()) == sorted([(DIGEST, len(DATA)), (sha256(big), len(big))])


def test_a_file_is_stored_as_its_bytes_are(store: Store, tmp_path: Path) -> None:
    data = os.urandom(3_000_001)
    source = tmp_path / "source"
    source.write_bytes(data)
    seen: list[int] = []
    assert store.put_file(source, on_bytes=seen.append) == (sha256(data), len(data))
    assert sum(seen) == len(data)
    source.write_bytes(b"later")
    assert store.read(sha256(data)) == data


def test_a_placed_file_is_read_only_and_is_no_door_to_the_object(
    machines: Callable[[str], Store], tmp_path: Path
) -> None:
    machines("a").put(DATA)
    store, target = machines("b"), tmp_path / "tree" / "weights"
    store.place(DIGEST, target)
    assert target.read_bytes() == DATA
    assert stat.S_IMODE(target.stat().st_mode) == 0o444
    target.unlink()
    assert store.read(DIGEST) == DATA


def test_what_was_never_stored_is_not_found(store: Store, tmp_path: Path) -> None:
    assert not store.has(OTHER)
    assert list(store.digests()) == []
    assert list(store.check()) == []
    assert [finding.check for finding in store.check([OTHER])] == ["object-missing"]
    for ask in (store.read, store.size, store.open):
        with pytest.raises(NotFound, match=OTHER):
            ask(OTHER)
    with pytest.raises(NotFound, match=OTHER):
        store.place(OTHER, tmp_path / "target")
    assert not (tmp_path / "target").exists()
    assert not store.remove(OTHER)


@pytest.mark.parametrize("text", ["", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1]])
def test_text_that_is_no_digest_never_becomes_a_name(
    store: Store, tmp_path: Path, text: str
) -> None:
    for ask in (store.read, store.size, store.open, store.has, store.path, store.remove):
        with pytest.raises(InvalidInput):
            ask(text)
    with pytest.raises(InvalidInput):
        store.place(text, tmp_path / "target")
    with pytest.raises(InvalidInput):
        list(store.check([text]))


def test_an_audit_may_ask_from_one_listing(store: Store) -> None:
    store.put(DATA)
    listed = store.listed()
    assert [listed.has(DIGEST), listed.size(DIGEST), listed.has(OTHER)] == [True, len(DATA), False]
    assert listed.read(DIGEST) == DATA


def test_a_removed_object_is_gone(store: Store) -> None:
    store.put(DATA)
    assert store.remove(DIGEST)
    assert not store.has(DIGEST)
    assert list(store.digests()) == []
    with pytest.raises(NotFound):
        store.read(DIGEST)


def test_what_is_kept_together_is_there_and_whole_when_the_block_is_left(
    store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"from a file")
    blobs = [b"%d" % number for number in range(300)]
    with store.together() as keeper:
        assert [keeper.put(data) for data in (*blobs, blobs[0])] == [
            *map(sha256, blobs), sha256(blobs[0])
        ]  # fmt: skip
        assert keeper.put_file(file) == (sha256(b"from a file"), 11)
    assert list(store.check()) == []
    assert sorted(digest for digest, _ in store.digests()) == sorted(
        map(sha256, (*blobs, b"from a file"))
    )
