"""What is the shared store's own: the order of writing, what is confirmed, and what is refused."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oneseek.adapters.objects.shared import s3_place
from oneseek.adapters.objects.shared.address import parse_address
from oneseek.adapters.objects.shared.folder_place import FolderPlace
from oneseek.adapters.objects.shared.fsspec_place import FsspecPlace
from oneseek.adapters.objects.shared.place import Place
from oneseek.adapters.objects.shared.store import SharedObjectStore
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import FoundDamage, ServiceFailed

DATA = b"adapter weights"
DIGEST = sha256(DATA)
NAME = f"{DIGEST[:2]}/{DIGEST[2:]}"


@pytest.fixture(params=["folder", "memory", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "s3":
        url = request.getfixturevalue("s3_url")
    elif request.param == "folder":
        (tmp_path / "shared").mkdir()
        url = f"file://{tmp_path}/shared"
    else:
        fsspec = pytest.importorskip("fsspec")
        url = f"memory://{tmp_path}"
        fsspec.filesystem("memory").makedirs(str(tmp_path))
    address = parse_address(url)
    assert address is not None
    return address.open()


@pytest.fixture
def local(tmp_path: Path) -> FileObjectStore:
    return FileObjectStore(tmp_path / "objects", tmp_path / "staging")


@pytest.fixture
def store(local: FileObjectStore, place: Place) -> SharedObjectStore:
    return SharedObjectStore(local, lambda: place)


def meddle(place: Place, data: bytes) -> None:
    """Give the object DIGEST other bytes in the place."""
    if isinstance(place, FolderPlace):
        path = place._root / NAME
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(data)
        return
    assert isinstance(place, FsspecPlace)
    place._files.pipe_file(place._path(DIGEST), data)


def forbid(*_: object, **__: object) -> None:
    raise AssertionError("not to be called")


def test_an_object_that_is_there_is_not_uploaded_again(
    store: SharedObjectStore, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(DATA)
    monkeypatch.setattr(type(place), "upload", forbid)
    store.put(DATA)
    assert not store.share(DIGEST)


@pytest.mark.parametrize("stump", [b"", DATA + b"more"])
def test_an_object_of_another_length_is_replaced(
    store: SharedObjectStore, place: Place, stump: bytes
) -> None:
    meddle(place, stump)
    store.put(DATA)
    assert place.found_digest(DIGEST) == DIGEST


def test_what_is_in_the_cache_is_read_without_the_place(
    store: SharedObjectStore, local: FileObjectStore, tmp_path: Path
) -> None:
    store.put(DATA)
    alone = SharedObjectStore(local, forbid)  # type: ignore[arg-type]
    assert alone.read(DIGEST) == DATA
    alone.place(DIGEST, tmp_path / "target")
    with alone.open(DIGEST) as file:
        assert file.read() == DATA


def test_other_bytes_are_never_fetched(
    store: SharedObjectStore, local: FileObjectStore, place: Place, tmp_path: Path
) -> None:
    for wrong in (DATA[::-1], DATA[:-1], DATA + b"x"):
        meddle(place, wrong)
        for ask in (store.read, store.open, store.path):
            with pytest.raises(FoundDamage) as caught:
                ask(DIGEST)
            assert f"{place.url}/{NAME}" in caught.value.message
        with pytest.raises(FoundDamage):
            store.place(DIGEST, tmp_path / "target")
    assert list(local.digests()) == []
    assert list((tmp_path / "staging").iterdir()) == []
    assert not (tmp_path / "target").exists()


def test_a_full_disk_here_is_not_taken_for_trouble_there(
    store: SharedObjectStore, place: Place, local: FileObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store.put(DATA)
    local.remove(DIGEST)
    monkeypatch.setattr("oneseek.adapters.objects.shared.place.write_all", full)
    with pytest.raises(ServiceFailed, match="No space left") as caught:
        store.read(DIGEST)
    assert place.url not in caught.value.message
    assert "cannot store an object" in caught.value.message


def test_local_damage_is_never_uploaded(
    store: SharedObjectStore, local: FileObjectStore, place: Place
) -> None:
    local.put(DATA)
    local.path(DIGEST).chmod(0o644)
    local.path(DIGEST).write_bytes(DATA[::-1])
    with pytest.raises(FoundDamage, match="not uploaded"):
        store.share(DIGEST)
    assert place.size(DIGEST) is None
    assert list(place.listing()) == []


def test_damage_there_is_named_with_its_url_and_strangers_are_told_of(
    store: SharedObjectStore, local: FileObjectStore, place: Place
) -> None:
    store.put(DATA)
    store.put(b"whole")
    meddle(place, DATA[::-1])
    (found,) = store.check()
    assert (found.check, found.where) == ("object-damaged", f"{place.url}/{NAME}")
    assert found.expected == DIGEST
    assert found.found == sha256(DATA[::-1])
    assert "this machine has the whole object" in found.hint
    local.remove(DIGEST)
    (found,) = store.check([DIGEST])
    assert "machine that has it" in found.hint
    if isinstance(place, FsspecPlace):
        place._files.pipe_file(f"{place._root}/notes.txt", b"hello")
        assert {f.check for f in store.check()} == {"object-damaged", "object-foreign"}


@pytest.mark.parametrize("place", ["memory", "s3"], indirect=True)
def test_what_arrives_changed_is_not_acknowledged(
    store: SharedObjectStore, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(place, FsspecPlace)
    monkeypatch.setattr(place, "_send", lambda *_: meddle(place, DATA[::-1]))
    with pytest.raises(ServiceFailed, match="arrived with SHA-256"):
        store.put(DATA)


def test_progress_of_a_move_is_told(
    store: SharedObjectStore, local: FileObjectStore, place: Place
) -> None:
    data, seen = os.urandom(3_000_000), list[int]()
    digest = local.put(data)
    assert store.share(digest, seen.append)
    assert sum(seen) == len(data)
    local.remove(digest)
    assert store.fetch(digest, seen.append)
    assert sum(seen) == 2 * len(data)


@pytest.fixture
def s3(s3_url: str) -> s3_place.S3Place:
    address = parse_address(s3_url)
    assert address is not None
    place = address.open()
    assert isinstance(place, s3_place.S3Place)
    return place


def calls_of(place: FsspecPlace, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that fills with the requests that are made."""
    seen = list[str]()
    for name in ("_call_s3", "call_s3"):  # inside of its loop, and from outside
        call = getattr(place._files, name)

        def counted(method: str, *args: Any, _call: Any = call, **kwargs: Any) -> Any:
            seen.append(method)
            return _call(method, *args, **kwargs)

        monkeypatch.setattr(place._files, name, counted)
    return seen


def test_a_put_costs_a_look_an_upload_and_a_look_at_the_servers_checksum(
    s3: s3_place.S3Place, local: FileObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SharedObjectStore(local, lambda: s3)
    seen = calls_of(s3, monkeypatch)
    monkeypatch.setattr(s3, "found_digest", forbid)
    store.put(DATA)
    assert seen == ["head_object", "put_object", "head_object"]
    store.put(DATA)
    assert seen[3:] == ["head_object"]


def test_a_large_object_goes_in_parts_and_is_vouched_for(
    s3: s3_place.S3Place, local: FileObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_place, "PART_BYTES", 5 << 20)
    store, data = SharedObjectStore(local, lambda: s3), os.urandom(11 << 20)
    seen = calls_of(s3, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(s3, "found_digest", forbid)
        digest = store.put(data)
    assert seen.count("upload_part") == 3
    assert s3.found_digest(digest) == digest


def test_a_service_that_states_no_checksum_is_read_back(
    s3: s3_place.S3Place, local: FileObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, read = SharedObjectStore(local, lambda: s3), list[Digest]()
    found: Callable[..., Digest] = s3.found_digest
    monkeypatch.setattr(s3, "_vouched", lambda *_: False)
    monkeypatch.setattr(s3, "found_digest", lambda digest: read.append(digest) or found(digest))
    assert read == []
    assert [store.put(DATA)] == read


def test_a_killed_upload_to_a_folder_leaves_nothing_under_the_name(
    tmp_path: Path, killed_at: Callable[[Callable[[], object], int], bool]
) -> None:
    (tmp_path / "shared").mkdir()
    place = FolderPlace(f"file://{tmp_path}/shared", tmp_path / "shared")
    local = FileObjectStore(tmp_path / "objects", tmp_path / "staging")
    local.put(DATA)
    store, at = SharedObjectStore(local, lambda: place), 0
    while killed_at(lambda: store.share(DIGEST), at):
        for lying in place.listing():
            assert lying.digest is not None
            assert place.found_digest(lying.digest) == lying.digest
        for path in (tmp_path / "shared").rglob("*"):
            if path.is_file():
                path.unlink()
        at += 1
    assert at >= 5
    assert place.found_digest(DIGEST) == DIGEST


MISSING = """
import sys
sys.modules[sys.argv[1]] = None
from oneseek.adapters.objects.shared.address import parse_address
from oneseek.domain.errors import ServiceFailed
try:
    parse_address("s3://bucket/x").open()
except ServiceFailed as error:
    print(error.message, error.hint)
"""


@pytest.mark.parametrize("library", ["fsspec", "s3fs", "aiobotocore"])
def test_a_missing_library_is_told_with_how_to_install_it(library: str) -> None:
    words = [sys.executable, "-c", MISSING, library]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "library that is not installed" in done.stdout
    assert 'pip install "oneseek-provenance[objects]"' in done.stdout
