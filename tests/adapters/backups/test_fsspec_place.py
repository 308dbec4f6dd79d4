"""What can go wrong where fsspec has a driver, on the one that keeps files in memory."""

from pathlib import Path

import pytest

from oneseek.adapters.backups.fsspec_place import FsspecBackups, open_fsspec_backups
from oneseek.adapters.objects.shared.address import SharedAddress
from oneseek.domain.digest import sha256
from oneseek.domain.errors import FoundDamage, ServiceFailed

fsspec = pytest.importorskip("fsspec")

DATA = b"adapter weights"
DIGEST = sha256(DATA)
NAME = "versions/x.json"


@pytest.fixture
def root(tmp_path: Path) -> str:
    fsspec.filesystem("memory").makedirs(str(tmp_path))
    return str(tmp_path)


@pytest.fixture
def place(root: str) -> FsspecBackups:
    return open_fsspec_backups(SharedAddress(f"memory://{root}"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "source").write_bytes(DATA)
    return tmp_path / "source"


def put(root: str, name: str, data: bytes) -> None:
    fsspec.filesystem("memory").pipe_file(f"{root}/{name}", data)


def test_another_object_under_the_name_is_named_and_kept(
    place: FsspecBackups, root: str, source: Path
) -> None:
    put(root, f"objects/{DIGEST[:2]}/{DIGEST[2:]}", b"adapter wEights")
    with pytest.raises(FoundDamage, match=DIGEST[2:]):
        place.upload(source, DIGEST)
    assert place.check(DIGEST, 1) == sha256(b"adapter wEights")


def test_what_a_killed_writer_left_is_neither_listed_nor_in_the_way(
    place: FsspecBackups, root: str, source: Path
) -> None:
    put(root, f"objects/{DIGEST[:2]}/.oneseek-0123456789abcdef.partial", b"half")
    put(root, "versions/.oneseek-0123456789abcdef.partial", b"half")
    assert (list(place.names("")), list(place.objects())) == ([], [])
    place.upload(source, DIGEST)
    place.write(NAME, b"{}")
    assert (list(place.names("")), list(place.objects())) == ([NAME], [(DIGEST, len(DATA))])


def test_a_driver_that_fails_while_writing_leaves_nothing(
    place: FsspecBackups, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = fsspec.filesystem("memory")

    def fails(*_: object, **__: object) -> None:
        raise OSError("the quota is used up")

    monkeypatch.setattr(type(files), "mv", fails)
    with pytest.raises(ServiceFailed, match="quota"):
        place.write(NAME, b"{}")
    assert files.find(f"{root}/versions") == []


def test_a_folder_that_does_not_exist_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ServiceFailed, match="does not exist"):
        open_fsspec_backups(SharedAddress(f"memory://{tmp_path}/nowhere"))
