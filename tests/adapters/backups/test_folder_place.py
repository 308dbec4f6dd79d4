"""A folder that is full, forbidden, led elsewhere, or not mounted."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from oneseek.adapters.backups import folder_shelf
from oneseek.adapters.backups.folder_place import FolderBackups
from oneseek.adapters.objects.shared import folder_place
from oneseek.domain.backup_place import Sent
from oneseek.domain.digest import sha256
from oneseek.domain.errors import Conflict, FoundDamage, NotFound, ServiceFailed

DATA = b"adapter weights"
DIGEST = sha256(DATA)
NAME = "versions/x.json"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "source").write_bytes(DATA)
    return tmp_path / "source"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


@pytest.fixture
def place(root: Path) -> FolderBackups:
    return FolderBackups(f"file://{root}", root, own=False)


def path_of(root: Path) -> Path:
    return root / "objects" / DIGEST[:2] / DIGEST[2:]


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_copies_are_read_only_and_read_back(place: FolderBackups, root: Path, source: Path) -> None:
    assert place.upload(source, DIGEST) == Sent(len(DATA), "read-back")
    place.write(NAME, b"{}")
    assert [stat.S_IMODE(path.stat().st_mode) for path in files(root)] == [0o444, 0o444]


def test_the_own_folder_is_made_when_something_is_written_and_not_before(
    tmp_path: Path, source: Path
) -> None:
    root = tmp_path / "models" / "backups"
    place = FolderBackups("local", root, own=True)
    assert (list(place.objects()), list(place.names("")), place.size(DIGEST)) == ([], [], None)
    assert not root.exists()
    place.upload(source, DIGEST)
    assert place.size(DIGEST) == len(DATA)


def test_a_folder_that_is_not_mounted_is_not_taken_for_an_empty_one(
    place: FolderBackups, root: Path, source: Path
) -> None:
    root.rmdir()
    for ask in (
        lambda: FolderBackups("file://x", root, own=False),
        lambda: place.size(DIGEST),
        lambda: place.check(DIGEST, 1),
        lambda: list(place.objects()),
        lambda: list(place.names("")),
        lambda: place.read(NAME),
        lambda: place.write(NAME, b""),
        lambda: place.discard(NAME),
        lambda: place.remove(DIGEST),
        lambda: place.upload(source, DIGEST),
    ):
        with pytest.raises(ServiceFailed, match="there is no folder"):
            ask()
    assert not root.exists()


@pytest.mark.parametrize("where", ["objects", f"objects/{DIGEST[:2]}", "versions"])
def test_nothing_is_written_or_read_through_a_link_that_leads_out(
    place: FolderBackups, root: Path, source: Path, tmp_path: Path, where: str
) -> None:
    outside = tmp_path / "outside"
    (outside / "x.json").parent.mkdir()
    (outside / "x.json").write_bytes(b"theirs")
    (outside / DIGEST[2:]).write_bytes(DATA)
    (root / where).parent.mkdir(exist_ok=True)
    (root / where).symlink_to(outside)
    asked = (
        (lambda: place.read(NAME), lambda: place.write(NAME, b"{}"), lambda: place.discard(NAME))
        if where == "versions"
        else (
            lambda: place.upload(source, DIGEST),
            lambda: place.check(DIGEST, 1),
            lambda: place.remove(DIGEST),
        )
    )
    for ask in asked:
        with pytest.raises(FoundDamage, match="symbolic link"):
            ask()
    assert list(place.names("")) == []
    assert sorted(path.name for path in outside.iterdir()) == sorted(["x.json", DIGEST[2:]])


def test_a_file_that_is_a_link_is_neither_read_nor_listed(
    place: FolderBackups, root: Path, source: Path
) -> None:
    (root / "versions").mkdir()
    (root / NAME).symlink_to(source)
    path_of(root).parent.mkdir(parents=True)
    path_of(root).symlink_to(source)
    with pytest.raises(FoundDamage, match="symbolic link"):
        place.read(NAME)
    with pytest.raises(FoundDamage, match="symbolic link"):
        place.check(DIGEST, len(DATA))
    assert (list(place.names("")), list(place.objects())) == ([], [])


def test_a_damaged_copy_is_named_and_neither_trusted_nor_replaced(
    place: FolderBackups, root: Path, source: Path
) -> None:
    place.upload(source, DIGEST)
    path_of(root).chmod(0o644)
    path_of(root).write_bytes(b"adapter wEights")
    with pytest.raises(FoundDamage, match=DIGEST[2:]):
        place.upload(source, DIGEST)
    assert place.check(DIGEST, len(DATA)) == sha256(b"adapter wEights")
    assert place.remove(DIGEST)
    assert place.upload(source, DIGEST).size == len(DATA)


def test_a_disk_that_gives_back_other_bytes_leaves_no_object(
    place: FolderBackups, root: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish(partial, target, mode):  # type: ignore[no-untyped-def]
        os.pwrite(partial.fd, b"X", 0)
        partial.path.rename(target)

    monkeypatch.setattr(folder_place, "publish", publish)
    with pytest.raises(ServiceFailed, match="was read back"):
        place.upload(source, DIGEST)
    assert files(root) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_full_or_forbidden_disk_leaves_nothing(
    place: FolderBackups,
    root: Path,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
) -> None:
    def fails(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(ServiceFailed, match=os.strerror(code)):
        place.upload(source, DIGEST)
    with pytest.raises(ServiceFailed, match=os.strerror(code)):
        place.write(NAME, b"{}")
    monkeypatch.undo()
    assert files(root) == []
    assert place.size(DIGEST) is None
    with pytest.raises(NotFound):
        place.read(NAME)


def test_what_a_killed_upload_left_is_swept_by_the_next(
    place: FolderBackups, root: Path, source: Path
) -> None:
    for folder in (path_of(root).parent, root / "versions"):
        folder.mkdir(parents=True)
        (folder / ".oneseek-0123456789abcdef.partial").write_bytes(b"half")
    assert (list(place.names("")), list(place.objects())) == ([], [])
    place.upload(source, DIGEST)
    place.write(NAME, b"{}")
    assert sorted(files(root)) == sorted([path_of(root), root / NAME])


def test_without_hard_links_a_file_of_the_shelf_is_still_never_replaced(
    place: FolderBackups, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(folder_shelf.Path, "hardlink_to", refused)
    place.write(NAME, b"first")
    with pytest.raises(Conflict):
        place.write(NAME, b"second")
    assert place.read(NAME) == b"first"
    assert files(root) == [root / NAME]


def test_a_folder_that_may_not_be_listed_is_not_taken_for_an_empty_one(
    place: FolderBackups, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write(NAME, b"{}")
    real = os.scandir

    def refused(path: str) -> object:
        if str(path).endswith("versions"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(ServiceFailed, match="Permission denied"):
        list(place.names(""))


def test_uploads_of_one_object_at_the_same_time_leave_one(
    place: FolderBackups, root: Path, source: Path
) -> None:
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda _: place.upload(source, DIGEST), range(32)))
        list(pool.map(lambda _: place.write(NAME, b"{}"), range(32)))
    assert {one.confirmed for one in sent} == {"read-back"}
    assert sorted(files(root)) == sorted([path_of(root), root / NAME])
