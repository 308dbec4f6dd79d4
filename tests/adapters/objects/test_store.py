import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneseek.adapters.objects.layout import Place
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.domain.digest import sha256
from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound, ServiceFailed

DATA = b"adapter weights"
DIGEST = sha256(DATA)
OTHER = sha256(b"never stored")


def flip(path: Path, at: int = 0) -> None:
    path.chmod(0o644)
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)
    path.chmod(0o444)


@settings(deadline=None, max_examples=30)  # the disk may be slow
@given(st.lists(st.binary(max_size=40), max_size=8))
def test_whatever_is_put_is_read_back_and_listed_once(
    tmp_path_factory: pytest.TempPathFactory, blobs: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = FileObjectStore(folder / "objects", folder / "staging")
    for data in blobs:
        digest = store.put(data)
        assert digest == sha256(data)
        assert store.read(digest) == data
    assert list(store.digests()) == sorted({(sha256(data), len(data)) for data in blobs})
    assert list(store.check()) == []


def test_an_object_lies_under_its_digest_and_nobody_may_write_to_it(
    store: FileObjectStore, tmp_path: Path
) -> None:
    store.put(DATA)
    path = tmp_path / "objects" / DIGEST[:2] / DIGEST[2:]
    assert store.path(DIGEST) == path
    assert path.read_bytes() == DATA
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_size_has_and_open_tell_of_an_object(store: FileObjectStore) -> None:
    store.put(DATA)
    assert store.has(DIGEST)
    assert store.size(DIGEST) == len(DATA)
    with store.open(DIGEST) as file:
        assert file.read(7) == DATA[:7]


def test_what_was_never_stored_is_not_found(store: FileObjectStore, tmp_path: Path) -> None:
    assert not store.has(OTHER)
    assert list(store.digests()) == []
    assert list(store.check()) == []
    for ask in (store.read, store.size, store.open):
        with pytest.raises(NotFound, match=OTHER):
            ask(OTHER)
    with pytest.raises(NotFound, match=OTHER):
        store.place(OTHER, tmp_path / "target")
    assert not (tmp_path / "target").exists()
    assert not store.remove(OTHER)


@pytest.mark.parametrize("text", ["", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1], "sha256:x"])
def test_text_that_is_no_digest_never_becomes_a_path(
    store: FileObjectStore, tmp_path: Path, text: str
) -> None:
    for ask in (store.read, store.size, store.open, store.has, store.path, store.remove):
        with pytest.raises(InvalidInput):
            ask(text)
    with pytest.raises(InvalidInput):
        store.place(text, tmp_path / "target")
    with pytest.raises(InvalidInput):
        list(store.check([text]))


def test_a_file_is_stored_as_its_bytes_are(store: FileObjectStore, tmp_path: Path) -> None:
    data = os.urandom(3_000_001)
    source = tmp_path / "source"
    source.write_bytes(data)
    seen: list[int] = []
    assert store.put_file(source, on_bytes=seen.append) == (sha256(data), len(data))
    assert sum(seen) == len(data)
    assert store.read(sha256(data)) == data
    source.write_bytes(b"later")
    assert store.read(sha256(data)) == data


def test_an_object_that_is_here_is_kept(
    store: FileObjectStore, tmp_path: Path, staging: Path, names: Callable[[Path], list[str]]
) -> None:
    (tmp_path / "source").write_bytes(DATA)
    store.put(DATA)
    before = store.path(DIGEST).stat()
    store.put(DATA)
    store.put_file(tmp_path / "source")
    assert store.path(DIGEST).stat() == before
    assert names(staging) == []


@pytest.mark.parametrize("stump", [b"", DATA + b"more"])
def test_an_object_of_the_wrong_length_is_replaced(store: FileObjectStore, stump: bytes) -> None:
    store.put(DATA)
    store.path(DIGEST).chmod(0o644)
    store.path(DIGEST).write_bytes(stump)
    store.put(DATA)
    assert list(store.check()) == []


def test_a_link_in_the_place_of_an_object_is_damage_and_is_replaced(
    store: FileObjectStore, tmp_path: Path
) -> None:
    store.put(DATA)
    (tmp_path / "outside").write_bytes(DATA)
    store.path(DIGEST).unlink()
    store.path(DIGEST).symlink_to(tmp_path / "outside")
    with pytest.raises(FoundDamage, match="symbolic link"):
        store.read(DIGEST)
    assert not store.has(DIGEST)
    assert list(store.digests()) == []
    store.put(DATA)
    assert not store.path(DIGEST).is_symlink()
    assert store.read(DIGEST) == DATA


def test_a_file_that_is_written_to_while_it_is_read_is_refused(
    store: FileObjectStore,
    tmp_path: Path,
    staging: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: Callable[[Path], list[str]],
) -> None:
    monkeypatch.setattr("sys.platform", "elsewhere")  # a reflink is a snapshot: nothing to notice
    source = tmp_path / "source"

    def grow(_: int) -> None:
        with source.open("ab") as file:
            file.write(b"more")

    def shrink(_: int) -> None:
        os.truncate(source, 1)

    def rewrite(_: int) -> None:
        source.write_bytes(DATA[::-1])
        os.utime(source, ns=(1, 1))

    for meddle in (grow, shrink, rewrite):
        source.write_bytes(DATA)
        with pytest.raises(InvalidInput, match=r"source changed"):
            store.put_file(source, on_bytes=meddle)
    assert list(store.digests()) == []
    assert names(staging) == []


def test_a_link_is_refused_as_a_source_and_its_target_is_not(
    store: FileObjectStore, tmp_path: Path
) -> None:
    (tmp_path / "real").write_bytes(DATA)
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(InvalidInput, match="symbolic link"):
        store.put_file(tmp_path / "link")
    assert store.put_file((tmp_path / "link").resolve()) == (DIGEST, len(DATA))


def test_a_folder_a_pipe_and_nothing_are_refused_as_a_source(
    store: FileObjectStore, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, error in (
        (tmp_path / "pipe", InvalidInput),
        (tmp_path, InvalidInput),
        (tmp_path / "absent", NotFound),
    ):
        with pytest.raises(error):
            store.put_file(path)


def test_one_flipped_bit_is_never_given_out(store: FileObjectStore, tmp_path: Path) -> None:
    store.put(DATA)
    (tmp_path / "target").write_bytes(b"old")
    for at in range(len(DATA)):
        flip(store.path(DIGEST), at)
        with pytest.raises(FoundDamage) as caught:
            store.read(DIGEST)
        assert DIGEST in caught.value.message
        assert str(store.path(DIGEST)) in caught.value.message
        flip(store.path(DIGEST), at)
    assert store.read(DIGEST) == DATA


def test_damaged_bytes_are_never_placed(
    store: FileObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "elsewhere")  # a reflink compares nothing
    store.put(DATA)
    flip(store.path(DIGEST))
    (tmp_path / "target").write_bytes(b"old")
    with pytest.raises(FoundDamage, match=DIGEST):
        store.place(DIGEST, tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == b"old"


def test_a_placed_file_is_read_only_and_cannot_harm_the_object(
    store: FileObjectStore, tmp_path: Path
) -> None:
    store.put(DATA)
    target = tmp_path / "tree" / "version" / "weights"
    store.place(DIGEST, target)
    store.place(DIGEST, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o444
    flip(target)
    assert store.read(DIGEST) == DATA


def test_a_removed_object_is_gone(store: FileObjectStore) -> None:
    store.put(DATA)
    assert store.remove(DIGEST)
    assert not store.has(DIGEST)
    assert not store.remove(DIGEST)


@pytest.mark.parametrize("seconds", [1e15, -1e15, 253402300800.0, float("inf")])
def test_a_file_whose_time_no_calendar_has_is_never_old(
    store: FileObjectStore, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    place = Place(Path("x"), "file", len(DATA), DIGEST, seconds)
    monkeypatch.setattr("oneseek.adapters.objects.store.places", lambda _: [place])
    (lying,) = store.lying()
    assert lying.changed.year == 9999


def test_a_file_where_the_store_should_be_is_an_error_that_names_it(
    store: FileObjectStore, tmp_path: Path
) -> None:
    (tmp_path / "objects").write_bytes(b"")
    with pytest.raises(ServiceFailed, match="objects"):
        store.put(DATA)
    with pytest.raises(ServiceFailed, match="objects"):
        list(store.check())
