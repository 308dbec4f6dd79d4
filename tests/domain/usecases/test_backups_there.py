"""Looking whether a backup lies where it should, without reading its objects."""

import pytest

from backup_stand import MemoryPlace, known, take
from oneseek.domain.listings import OnShelf, VersionListing
from oneseek.domain.state.documents import Backup
from oneseek.domain.usecases.backups_there import still_there
from workbench import Workbench


@pytest.fixture
def place(stocked: Workbench) -> MemoryPlace:
    place = MemoryPlace()
    take(stocked, place, "1.0")
    return place


def test_a_backup_with_all_its_objects_is_there(stocked: Workbench, place: MemoryPlace) -> None:
    (backup,) = known(stocked)
    before = place.read_bytes
    assert still_there(stocked.ports, place, backup)
    assert place.read_bytes == before


def test_one_that_is_not_as_it_was_taken_is_not(stocked: Workbench, place: MemoryPlace) -> None:
    (backup,) = known(stocked)
    listing = VersionListing.from_bytes(place.store[backup.listing])
    lost = place.store.pop(listing.objects[0].digest)
    assert not still_there(stocked.ports, place, backup)
    place.store[listing.objects[0].digest] = lost + b"x"
    assert not still_there(stocked.ports, place, backup)
    place.store[listing.objects[0].digest] = lost
    for data in (OnShelf.of(b"another").to_bytes(), b"{}", None):
        put_on_shelf(place, backup, data)
        assert not still_there(stocked.ports, place, backup)


def put_on_shelf(place: MemoryPlace, backup: Backup, data: bytes | None) -> None:
    place.discard(backup.name)
    if data is not None:
        place.write(backup.name, data)
