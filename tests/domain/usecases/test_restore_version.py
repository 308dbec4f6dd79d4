"""Bringing back a version: which backups there are, what belongs to it, and what is recorded."""

from msgspec.structs import replace

from builders import backup_verified, digest, registry_reset, signed
from oneseek.domain.events import BackupRestored, BackupTaken, VersionRestored, VersionSigned
from oneseek.domain.listings import OnShelf, shelf_prefix
from oneseek.domain.manifest import Manifest
from oneseek.domain.state.documents import Version
from oneseek.domain.usecases.restore_version import (
    Fetched,
    backups_of,
    is_whole,
    record_version,
    version_objects,
)
from small_place import SmallPlace
from workbench import Workbench


def first(bench: Workbench) -> Version:
    with bench.ledger.view() as view:
        return next(version for _, version in view.scan(Version) if version.major == 1)


def taken(version: Version, target: str, name: str = "versions/one.json") -> BackupTaken:
    return BackupTaken(
        target=target, what="version", name=name, manifest=version.manifest, dna=version.dna,
        tree_size=None, root=None, listing=digest(f"listing at {target}"), objects=8, size=100,
        confirmed="read-back",
    )  # fmt: skip


def signed_with(version: Version) -> VersionSigned:
    return replace(signed(), manifest=version.manifest, dna=version.dna)


def test_sound_backups_come_before_damaged_ones_and_newer_before_older(stocked: Workbench) -> None:
    version = first(stocked)
    stocked.append(*(taken(version, target) for target in ("old", "damaged", "new")))
    other = replace(taken(version, "other"), manifest=digest("other version"))
    bad = backup_verified(damaged=1, target="damaged")
    stocked.append(other, replace(bad, name="versions/one.json"))

    with stocked.ledger.view() as view:
        found = [backup.target for backup in backups_of(view, version)]

    assert found == ["new", "old", "damaged"]


def test_a_version_is_its_manifest_its_files_and_its_signature(stocked: Workbench) -> None:
    version = first(stocked)
    files = Manifest.from_bytes(stocked.objects.read(version.manifest)).files
    with stocked.ledger.view() as view:
        unsigned = list(version_objects(view, version, stocked.objects))
    assert unsigned == [version.manifest, *(file.digest for file in files)]

    stocked.append(signed_with(version))

    with stocked.ledger.view() as view:
        assert len(list(version_objects(view, version, stocked.objects))) == len(unsigned) + 1


def test_an_object_is_whole_when_its_bytes_are_those_of_its_name(stocked: Workbench) -> None:
    version = first(stocked)
    assert is_whole(stocked.objects, version.manifest)
    assert not is_whole(stocked.objects, digest("nothing"))

    path = stocked.objects.path(version.manifest)
    path.chmod(0o644)
    path.write_bytes(b"x" * path.stat().st_size)

    assert not is_whole(stocked.objects, version.manifest)


def test_what_was_fetched_and_that_it_stands_again_is_one_group(stocked: Workbench) -> None:
    version, place = first(stocked), SmallPlace()
    stocked.append(taken(version, "elsewhere"), taken(version, place.url))
    stocked.append(registry_reset())

    entry = record_version(stocked.ports, version, {place.url: Fetched(place, 3, 30)})

    fetched, stands = stocked.events()[-2:]
    assert isinstance(fetched, BackupRestored)
    assert (fetched.target, fetched.objects, fetched.size) == (place.url, 3, 30)
    assert fetched.listing == digest(f"listing at {place.url}")
    assert isinstance(stands, VersionRestored)
    assert entry == stocked.ledger.head().size - 1


def test_a_version_that_stands_is_not_restored_only_its_objects_are(stocked: Workbench) -> None:
    version, place = first(stocked), SmallPlace()
    stocked.append(taken(version, place.url))

    stocked.append(taken(version, "elsewhere"))
    assert record_version(stocked.ports, version, {place.url: Fetched(place, 3, 30)}) is None
    assert isinstance(stocked.events()[-1], BackupRestored)


def test_a_backup_that_the_ledger_forgot_is_found_on_the_shelf(stocked: Workbench) -> None:
    version, place = first(stocked), SmallPlace()
    prefix = shelf_prefix(version.dna)
    place.shelf[f"{prefix}00000000.json"] = b"damaged"
    place.shelf[f"{prefix}11111111.json"] = OnShelf(digest("listing"), 5).to_bytes()

    record_version(stocked.ports, version, {place.url: Fetched(place, 1, 2)})

    event = stocked.events()[-1]
    assert isinstance(event, BackupRestored)
    assert (event.name, event.listing) == (f"{prefix}11111111.json", digest("listing"))


def test_objects_from_a_place_without_a_backup_of_the_version_are_not_recorded(
    stocked: Workbench,
) -> None:
    version, place = first(stocked), SmallPlace()
    size = stocked.ledger.head().size

    assert record_version(stocked.ports, version, {place.url: Fetched(place, 1, 2)}) is None
    assert stocked.ledger.head().size == size
