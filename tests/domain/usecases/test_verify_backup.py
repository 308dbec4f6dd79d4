"""Verifying backups: every harm is told of with the backups that it harms, and recorded."""

import json

import pytest
from msgspec.structs import replace

from backup_stand import MemoryPlace, known, take, version_of
from builders import ORIGIN, ledger_backup
from oneseek.domain.backup_place import OnBytes
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import FoundDamage, ServiceFailed
from oneseek.domain.events import BackupPruned, BackupVerified
from oneseek.domain.findings import Finding
from oneseek.domain.listings import OnShelf, VersionListing
from oneseek.domain.state.documents import Backup
from oneseek.domain.usecases.verify_backup import Report, verify_backups
from workbench import Workbench


@pytest.fixture
def place(stocked: Workbench) -> MemoryPlace:
    """A place with backups of both versions."""
    place = MemoryPlace()
    take(stocked, place, "1.0")
    take(stocked, place, "2.0")
    return place


def verified(
    bench: Workbench,
    place: MemoryPlace,
    wanted: list[Backup] | None = None,
    *,
    quick: bool = False,
    keep_record: bool = True,
    origin: str = ORIGIN,
) -> Report:
    return verify_backups(
        bench.ports, place, known(bench) if wanted is None else wanted, place.fetch,
        origin=origin, quick=quick, strangers=wanted is None, keep_record=keep_record,
        begin=lambda total: lambda count: None,
    )  # fmt: skip


def of(findings: list[Finding]) -> list[str]:
    return [finding.check for finding in findings]


def listing_of(place: MemoryPlace, backup: Backup) -> VersionListing:
    return VersionListing.from_bytes(place.store[backup.listing])


def test_whole_backups_are_recorded_as_whole_and_shared_objects_are_read_once(
    stocked: Workbench, place: MemoryPlace
) -> None:
    report = verified(stocked, place)
    assert (report.findings, report.damaged, report.recorded) == ([], [], 2)
    listed = {d for b in known(stocked) for d in (i.digest for i in listing_of(place, b).objects)}
    assert report.objects == len(listed)
    assert report.read == place.read_bytes == sum(len(place.store[d]) for d in listed)
    assert report.read < sum(backup.size for backup in known(stocked))
    assert all(backup.confirmed > backup.index for backup in known(stocked))


def test_a_flipped_byte_in_a_shared_object_harms_both(
    stocked: Workbench, place: MemoryPlace
) -> None:
    dataset = next(d for d, raw in place.store.items() if b"instruction" in raw)
    place.store[dataset] = place.store[dataset][:-1] + b"\x00"
    report = verified(stocked, place)
    (finding,) = report.findings
    assert finding.check == "backup-object-damaged"
    assert dataset in finding.where
    assert finding.where.endswith("and 1 more")
    assert len(report.damaged) == 2
    assert all(backup.damaged is not None for backup in known(stocked))


def test_a_missing_object_harms_the_one_that_needs_it(
    stocked: Workbench, place: MemoryPlace
) -> None:
    del place.store[version_of(stocked, "1.0").weights]
    report = verified(stocked, place)
    assert of(report.findings) == ["backup-object-missing"]
    assert [backup.damaged is not None for backup in known(stocked)] == [True, False]


@pytest.mark.parametrize("harm", ["absent", "shorter"])
def test_a_quick_look_compares_lengths_and_records_nothing(
    stocked: Workbench, place: MemoryPlace, harm: str
) -> None:
    weights = version_of(stocked, "1.0").weights
    size = stocked.ledger.head().size
    if harm == "absent":
        del place.store[weights]
    else:
        place.store[weights] = b"x"
    report = verified(stocked, place, quick=True)
    assert [finding.found for finding in report.findings] == [
        "absent" if harm == "absent" else "1 bytes"
    ]
    assert (report.read, place.read_bytes, report.recorded) == (0, 0, 0)
    assert stocked.ledger.head().size == size


def test_nothing_is_recorded_where_nobody_wants_it(stocked: Workbench, place: MemoryPlace) -> None:
    assert verified(stocked, place, keep_record=False).recorded == 0
    assert not any(isinstance(event, BackupVerified) for event in stocked.events())


@pytest.mark.parametrize(
    ("harm", "check"),
    [
        ("gone", "backup-gone"),
        ("no json", "backup-altered"),
        ("other listing", "backup-altered"),
        ("listing gone", "backup-listing"),
        ("listing damaged", "backup-listing"),
    ],
)
def test_a_backup_that_cannot_be_found_by_its_shelf_is_damaged(
    stocked: Workbench, place: MemoryPlace, harm: str, check: str
) -> None:
    backup, other = known(stocked)
    if harm == "gone":
        del place.shelf[backup.name]
    elif harm == "no json":
        place.shelf[backup.name] = b"?"
    elif harm == "other listing":
        place.shelf[backup.name] = place.shelf[other.name]
    elif harm == "listing gone":
        del place.store[backup.listing]
    else:
        place.store[backup.listing] = b"?"
    report = verified(stocked, place)
    assert of(report.findings) == [check]
    assert report.damaged == [backup.name]
    assert report.recorded == 2


def test_what_was_verified_damaged_and_is_whole_again_is_told_so(
    stocked: Workbench, place: MemoryPlace
) -> None:
    backup = known(stocked)[0]
    raw = place.shelf.pop(backup.name)
    verified(stocked, place)
    place.shelf[backup.name] = raw
    assert verified(stocked, place).findings == []
    assert known(stocked)[0].damaged is None


def test_backups_that_no_entry_knows_are_told_of_and_those_of_others_counted(
    stocked: Workbench, place: MemoryPlace
) -> None:
    backup = known(stocked)[0]
    listing = listing_of(place, backup)

    def add(name: str, raw: bytes) -> None:
        place.store[sha256(raw)] = raw
        place.shelf[name] = OnShelf.of(raw).to_bytes()

    add("versions/a~00000000.json", listing.to_bytes())
    add("versions/b~00000000.json", replace(listing, origin="other/log").to_bytes())
    add("versions/c~00000000.json", b'{"objects":[]}')
    place.shelf["versions/d.txt"] = b"hello"
    add("ledger/000000000001-00000000.json", b'{"format":"x","objects":[]}')
    place.shelf["vault/20261120.bin"] = b"keys"
    report = verified(stocked, place)
    assert of(report.findings) == ["backup-unknown"] * 3
    assert [finding.where.rpartition("/")[2] for finding in report.findings] == [
        "a~00000000.json", "c~00000000.json", "d.txt",
    ]  # fmt: skip
    assert report.findings[0].hint == f"record it: oneseek backup run {listing.dna}"
    assert report.strangers == 2
    assert report.damaged == []


def test_a_pruned_backup_that_still_stands_there_is_told_of(
    stocked: Workbench, place: MemoryPlace
) -> None:
    backup = known(stocked)[0]
    stocked.append(
        BackupPruned(
            target=place.url, name=backup.name, listing=backup.listing, manifest=backup.manifest,
            dna=backup.dna, reason="by hand",
        )
    )  # fmt: skip
    report = verified(stocked, place)
    assert of(report.findings) == ["backup-left-over"]
    assert report.backups == 1


def test_one_that_was_pruned_meanwhile_is_not_recorded(
    stocked: Workbench, place: MemoryPlace
) -> None:
    wanted = known(stocked)
    stocked.append(
        BackupPruned(
            target=place.url, name=wanted[0].name, listing=wanted[0].listing,
            manifest=wanted[0].manifest, dna=wanted[0].dna, reason="by hand",
        )
    )  # fmt: skip
    assert verified(stocked, place, wanted).recorded == 1
    assert verified(stocked, place, wanted[:1]).recorded == 0
    assert verified(stocked, place, []).recorded == 0


def test_a_place_that_goes_away_records_nothing(stocked: Workbench, place: MemoryPlace) -> None:
    size = stocked.ledger.head().size
    needed = 0
    while True:
        place.left = needed
        try:
            verified(stocked, place)
        except ServiceFailed:
            needed += 1
            assert stocked.ledger.head().size == size
        else:
            break
    assert needed > len(known(stocked))


def test_a_lost_backup_of_the_ledger_is_told_of_too(stocked: Workbench, place: MemoryPlace) -> None:
    stocked.append(ledger_backup(target=place.url))
    report = verified(stocked, place)
    assert of(report.findings) == ["backup-gone"]  # what it was made of went with it
    assert {finding.hint for finding in report.findings} == {"take it again: oneseek backup ledger"}


def test_a_link_in_the_place_of_an_object_is_damage_like_any_other(
    stocked: Workbench, place: MemoryPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = version_of(stocked, "1.0").weights
    look = place.check

    def check(digest: Digest, size: int, on_bytes: OnBytes | None = None) -> Digest | None:
        if digest == weights:
            raise FoundDamage(f"object {digest} is a symbolic link")
        return look(digest, size, on_bytes)

    monkeypatch.setattr(place, "check", check)
    report = verified(stocked, place)
    (finding,) = report.findings
    assert (finding.check, finding.expected) == ("backup-object-damaged", "the bytes of its name")
    assert finding.found.endswith("is a symbolic link")
    assert len(report.damaged) == 1
    assert sum(backup.damaged is not None for backup in known(stocked)) == 1


def test_a_file_on_the_shelf_that_cannot_be_read_is_damage(
    stocked: Workbench, place: MemoryPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(name: str) -> bytes:
        raise FoundDamage(f"{name} is no file of a backup")

    monkeypatch.setattr(place, "read", read)
    assert set(of(verified(stocked, place).findings)) == {"backup-altered"}
    assert all(backup.damaged is not None for backup in known(stocked))


def vault_at(bench: Workbench, place: MemoryPlace) -> None:
    """Put a backup of the vault on the shelf, and record it."""
    data = b"ciphertext"
    listing = bench.objects.put(json.dumps({"sha256": sha256(data), "objects": []}).encode())
    event = replace(ledger_backup(target=place.url), what="vault", tree_size=None, root=None)
    name = f"vault/000000000002-{sha256(data)[:8]}"
    bench.append(replace(event, name=name, listing=listing, size=len(data)))
    place.shelf[name] = data


@pytest.mark.parametrize("listed", [True, False])
def test_a_backup_of_the_vault_is_read_and_recorded(stocked: Workbench, listed: bool) -> None:
    place = MemoryPlace()
    vault_at(stocked, place)
    if not listed:
        stocked.objects.remove(known(stocked)[0].listing)
    report = verified(stocked, place)
    assert (report.findings, report.recorded) == ([], 1)
    (backup,) = known(stocked)
    assert (backup.damaged, backup.confirmed > backup.index) == (None, True)


@pytest.mark.parametrize("listed", [True, False])
def test_a_backup_of_the_vault_that_was_changed_is_no_copy(
    stocked: Workbench, listed: bool
) -> None:
    place = MemoryPlace()
    vault_at(stocked, place)
    if not listed:
        stocked.objects.remove(known(stocked)[0].listing)
    (name,) = place.shelf
    place.shelf[name] = b"other text"
    report = verified(stocked, place)
    assert of(report.findings) == ["backup-altered"]
    assert known(stocked)[0].damaged is not None


def test_a_backup_of_the_vault_that_is_gone_or_no_file_is_no_copy(
    stocked: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = MemoryPlace()
    vault_at(stocked, place)
    raw = place.shelf.copy()
    place.shelf.clear()
    assert of(verified(stocked, place).findings) == ["backup-gone"]
    assert known(stocked)[0].damaged is not None
    place.shelf.update(raw)
    assert verified(stocked, place).findings == []
    assert known(stocked)[0].damaged is None

    def read(name: str) -> bytes:
        raise FoundDamage(f"{name} is a symbolic link")

    monkeypatch.setattr(place, "read", read)
    assert of(verified(stocked, place).findings) == ["backup-altered"]
