"""What can go wrong with a bucket, in one request or for good."""

import base64
import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from oneseek.adapters.backups.resumable import PIECE_BYTES
from oneseek.domain.backup_place import Sent
from oneseek.domain.digest import sha256
from oneseek.domain.errors import Conflict, FoundDamage, ServiceFailed
from storage_server.faults import Fault

if TYPE_CHECKING:
    from oneseek.adapters.backups.storage_place import StorageBackups
    from storage_server.server import Running

SMALL = b"adapter weights"
WRONG = base64.b64encode(b"none").decode()
CUT = 1 << 20


def name_of(data: bytes) -> str:
    digest = sha256(data)
    return f"pre/fix/objects/{digest[:2]}/{digest[2:]}"


def upload(place: "StorageBackups", folder: Path, data: bytes) -> Sent:
    source = folder / sha256(data)
    source.write_bytes(data)
    return place.upload(source, sha256(data))


def download(place: "StorageBackups", folder: Path, data: bytes) -> bytes:
    with (folder / "target").open("w+b") as file:
        place.download(sha256(data), file.fileno())
    return (folder / "target").read_bytes()


@pytest.fixture(scope="module")
def big() -> bytes:
    return os.urandom(2 * PIECE_BYTES + 12_345)


@pytest.mark.parametrize("kind", ["get", "insert"])
@pytest.mark.parametrize(
    "fault", [Fault(status=503), Fault(status=429), Fault(lost=True), Fault(cut=3)],
    ids=["503", "429", "lost", "cut"],
)  # fmt: skip
def test_a_small_upload_survives_what_passes(
    storage: "Running", place: "StorageBackups", tmp_path: Path, kind: str, fault: Fault
) -> None:
    storage.script.next(kind, fault)
    assert upload(place, tmp_path, SMALL).confirmed == "checksum"
    assert storage.bucket.objects[name_of(SMALL)].data == SMALL
    assert storage.script.left == 0


@pytest.mark.parametrize("kind", ["start", "put"])
@pytest.mark.parametrize(
    "fault", [Fault(status=503), Fault(lost=True), Fault(cut=CUT)], ids=["503", "lost", "cut"]
)
def test_a_large_upload_survives_what_passes(
    storage: "Running", place: "StorageBackups", tmp_path: Path, big: bytes, kind: str, fault: Fault
) -> None:
    storage.script.next(kind, fault)
    assert upload(place, tmp_path, big).confirmed == "checksum"
    assert storage.bucket.objects[name_of(big)].data == big
    assert not list((tmp_path / "uploads").iterdir())
    assert storage.script.left == 0


def test_a_cut_piece_is_not_sent_again_from_its_beginning(
    storage: "Running", place: "StorageBackups", tmp_path: Path, big: bytes
) -> None:
    storage.script.next("put", Fault(cut=CUT))
    assert upload(place, tmp_path, big) == Sent(len(big), "checksum")
    body_of_start = 100  # at most
    assert len(big) <= storage.script.bytes_taken < len(big) + body_of_start


def test_a_lost_last_answer_is_asked_for_and_nothing_is_sent_again(
    storage: "Running", place: "StorageBackups", tmp_path: Path, big: bytes
) -> None:
    storage.script.next("put", Fault())
    storage.script.next("put", Fault())
    storage.script.next("put", Fault(lost=True))
    assert upload(place, tmp_path, big).confirmed == "checksum"
    assert storage.script.requests.count("put") == 3
    assert storage.bucket.objects[name_of(big)].data == big


@pytest.mark.parametrize("kind", ["put", "ask"])
def test_an_upload_that_the_service_forgot_begins_anew(
    storage: "Running", place: "StorageBackups", tmp_path: Path, big: bytes, kind: str
) -> None:
    if kind == "ask":
        storage.script.next("put", Fault(cut=CUT))
    storage.script.next(kind, Fault(gone=True))
    upload(place, tmp_path, big)
    assert storage.script.requests.count("start") == 2
    assert storage.bucket.objects[name_of(big)].data == big


def test_one_that_is_forgotten_always_is_given_up(
    storage: "Running", place: "StorageBackups", tmp_path: Path, big: bytes
) -> None:
    storage.script.next("put", Fault(gone=True), 9)
    with pytest.raises(ServiceFailed, match="again and again"):
        upload(place, tmp_path, big)
    assert not storage.bucket.objects


def test_a_service_that_never_recovers_is_given_up_in_time(
    storage: "Running", place: "StorageBackups", tmp_path: Path, big: bytes
) -> None:
    storage.script.next("put", Fault(status=503), 50)
    storage.script.next("ask", Fault(status=503), 50)
    with pytest.raises(ServiceFailed, match="gs://things/pre/fix") as caught:
        upload(place, tmp_path, big)
    assert "upload_id" not in caught.value.message
    assert not storage.bucket.objects
    assert len(list((tmp_path / "uploads").iterdir())) == 1  # to be continued


def test_a_service_that_hangs_is_given_up_in_time(
    storage: "Running", place: "StorageBackups", tmp_path: Path
) -> None:
    storage.script.next("get", Fault(seconds=1.0), 5)
    with pytest.raises(ServiceFailed, match="gs://things/pre/fix"):
        upload(place, tmp_path, SMALL)


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
@pytest.mark.parametrize("fault", [Fault(flip=True), Fault(stated=WRONG)], ids=["flip", "stated"])
def test_what_is_stored_otherwise_is_removed_and_sent_again(
    storage: "Running",
    place: "StorageBackups",
    tmp_path: Path,
    big: bytes,
    large: bool,
    fault: Fault,
) -> None:
    data = big[: PIECE_BYTES + 1] if large else SMALL
    if large:
        storage.script.next("put", Fault())
    storage.script.next("put" if large else "insert", fault)
    assert upload(place, tmp_path, data) == Sent(2 * len(data), "checksum")
    assert storage.script.requests.count("delete") == 1
    assert storage.bucket.objects[name_of(data)].data == data


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_what_was_garbled_on_the_way_is_refused_by_the_service_and_sent_again(
    storage: "Running", place: "StorageBackups", tmp_path: Path, big: bytes, large: bool
) -> None:
    data = big[: PIECE_BYTES + 1] if large else SMALL
    if large:
        storage.script.next("put", Fault())
    storage.script.next("put" if large else "insert", Fault(garbled=True))
    assert upload(place, tmp_path, data).confirmed == "checksum"
    assert "delete" not in storage.script.requests
    assert storage.bucket.objects[name_of(data)].data == data


def test_what_arrives_otherwise_twice_is_not_left_there(
    storage: "Running", place: "StorageBackups", tmp_path: Path
) -> None:
    storage.script.next("insert", Fault(flip=True), 2)
    with pytest.raises(ServiceFailed, match="another checksum twice"):
        upload(place, tmp_path, SMALL)
    assert not storage.bucket.objects


def test_another_object_under_the_name_is_named_and_kept(
    storage: "Running", place: "StorageBackups", tmp_path: Path
) -> None:
    storage.bucket.put(name_of(SMALL), b"adapter wEights", None)
    with pytest.raises(FoundDamage, match=sha256(SMALL)[2:]):
        upload(place, tmp_path, SMALL)
    assert storage.bucket.objects[name_of(SMALL)].data == b"adapter wEights"
    assert place.check(sha256(SMALL), len(SMALL)) == sha256(b"adapter wEights")
    with pytest.raises(FoundDamage, match=sha256(SMALL)):
        download(place, tmp_path, SMALL)


def test_of_two_that_upload_the_same_one_wins_and_both_are_content(
    storage: "Running", opening: Callable[[], "StorageBackups"], tmp_path: Path, big: bytes
) -> None:
    source = tmp_path / "source"
    source.write_bytes(big)
    places = [opening() for _ in range(3)]
    sent: list[Sent] = []
    threads = [
        Thread(target=lambda place=place: sent.append(place.upload(source, sha256(big))))
        for place in places
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.confirmed for one in sent] == ["checksum"] * 3
    assert storage.bucket.objects[name_of(big)].data == big
    assert not list((tmp_path / "uploads").iterdir())


def test_a_cut_download_goes_on_where_it_stopped(
    storage: "Running", place: "StorageBackups", tmp_path: Path, big: bytes
) -> None:
    storage.bucket.put(name_of(big), big, None)
    for _ in range(3):
        storage.script.next("download", Fault(cut=CUT))
    told: list[int] = []
    assert download(place, tmp_path, big) == big
    assert storage.script.requests.count("download") == 4
    storage.script.next("download", Fault(status=503))
    assert place.check(sha256(big), len(big), told.append) == sha256(big)
    assert sum(told) == len(big)


def test_a_download_that_gets_nowhere_is_given_up(
    storage: "Running", place: "StorageBackups", tmp_path: Path
) -> None:
    storage.bucket.put(name_of(SMALL), SMALL, None)
    storage.script.next("download", Fault(cut=0), 50)
    with pytest.raises(ServiceFailed, match="read from"):
        download(place, tmp_path, SMALL)


def test_a_full_disk_of_this_machine_is_not_taken_for_the_service(
    storage: "Running", place: "StorageBackups"
) -> None:
    storage.bucket.put(name_of(SMALL), SMALL, None)
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError, match="space"):
        place.download(sha256(SMALL), full.fileno())
    assert storage.script.requests.count("download") == 1


def test_bytes_that_were_flipped_on_the_shelf_are_noticed(
    storage: "Running", place: "StorageBackups"
) -> None:
    place.write("versions/x.json", b"{}")
    storage.bucket.objects["pre/fix/versions/x.json"].stated = WRONG
    with pytest.raises(FoundDamage, match="gs://things/pre/fix"):
        place.read("versions/x.json")


def test_a_file_of_the_shelf_whose_answer_was_lost_is_there_once(
    storage: "Running", place: "StorageBackups"
) -> None:
    storage.script.next("insert", Fault(lost=True))
    place.write("versions/x.json", b"{}")
    assert storage.bucket.objects["pre/fix/versions/x.json"].data == b"{}"
    with pytest.raises(Conflict):
        place.write("versions/x.json", b"[]")


def test_a_long_listing_comes_in_pages(storage: "Running", place: "StorageBackups") -> None:
    names = sorted(f"versions/{number}.json" for number in range(1_100))
    for name in [*names, "stranger", ".hidden/x"]:
        storage.bucket.put(f"pre/fix/{name}", b"", None)
    storage.bucket.put("pre/fixed/versions/other.json", b"", None)
    assert list(place.names("")) == names
    assert storage.script.requests.count("list") == 1 + 2
