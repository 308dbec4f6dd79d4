"""What would be lost: exactly what no backup elsewhere holds."""

from collections.abc import Collection

import pytest
from msgspec import json
from msgspec.structs import replace

from builders import (
    answered,
    digest,
    erased,
    item_imported,
    ledger_backup,
    ledger_imported,
    legacy_erased,
    scanned,
)
from oneseek.domain.events import BackupTaken
from oneseek.domain.exposure import (
    counting,
    held_elsewhere,
    lost_entries,
    lost_objects,
    lost_secrets,
)
from oneseek.domain.manifest import Manifest
from oneseek.domain.state.documents import Backup, Version
from oneseek.domain.usecases.backup_ledger import backup_ledger
from small_place import SmallPlace
from workbench import Workbench


def backups(bench: Workbench, targets: Collection[str] = ("memory://here",)) -> list[Backup]:
    with bench.ledger.view() as view:
        return counting(view, lambda backup: backup.target in targets)


def vault_backup(target: str = "memory://here") -> BackupTaken:
    return replace(ledger_backup(target=target), what="vault", tree_size=None, root=None)


def test_without_a_backup_every_entry_would_be_lost(stocked: Workbench) -> None:
    size = stocked.ledger.head().size

    found = lost_entries(stocked.ledger, size, ())

    assert (found.start, found.stop, found.matter) == (0, size, True)
    assert found.since is not None
    assert dict(found.kinds)["version-certified/v1"] == 2


def test_the_record_of_a_backup_alone_is_no_loss(stocked: Workbench) -> None:
    place = SmallPlace()
    done = backup_ledger(stocked.ports, place, place.send, {})

    found = lost_entries(stocked.ledger, stocked.ledger.head().size, backups(stocked))

    assert (found.start, found.kinds) == (done.head.size, (("backup-taken/v1", 1),))
    assert not found.matter


def test_nothing_beyond_a_backup_is_nothing(bench: Workbench) -> None:
    found = lost_entries(bench.ledger, 0, ())

    assert (found.since, found.matter) == (None, False)


def test_a_damaged_backup_and_one_on_the_same_disk_do_not_count(bench: Workbench) -> None:
    from builders import backup_verified

    bench.append(ledger_backup(2, "here"), ledger_backup(2, "there"), ledger_backup(1, "bad"))
    bad = backup_verified(damaged=1, target="bad")
    bench.append(replace(bad, name=ledger_backup(1).name))

    found = backups(bench, ("there", "bad"))

    assert [backup.target for backup in found] == ["there"]


def test_versions_whose_files_no_backup_holds_would_be_lost(stocked: Workbench) -> None:
    place = SmallPlace()
    backup_ledger(stocked.ports, place, place.send, {})

    standing = backups(stocked)
    held = held_elsewhere(stocked.objects, standing)
    with stocked.ledger.view() as view:
        found = lost_objects(view, stocked.ledger, stocked.objects, held)
        names = tuple(dna for dna, _ in view.scan(Version))
        everything = {name for name, _ in stocked.objects.digests()}
        none = lost_objects(view, stocked.ledger, stocked.objects, everything)

    assert found.versions == names
    assert found.count > 0
    assert found.size == sum(
        stocked.objects.size(name) for name in everything
        if name not in held and name != standing[0].listing and name in _named(stocked)
    )  # fmt: skip
    assert (none.count, none.size, none.versions) == (0, 0, ())


def _named(bench: Workbench) -> set[str]:
    from oneseek.domain.audit.named_objects import named_objects

    return {name for name, _ in named_objects(bench.ledger, bench.objects)}


def test_a_version_whose_manifest_cannot_be_read_is_judged_by_its_manifest(
    stocked: Workbench,
) -> None:
    with stocked.ledger.view() as view:
        dna, version = next(view.scan(Version))
        stocked.objects.remove(version.manifest)

        found = lost_objects(view, stocked.ledger, stocked.objects, set())

    assert dna not in found.versions
    assert len(found.versions) == 1


def test_of_ledger_backups_only_the_newest_is_counted_on(stocked: Workbench) -> None:
    place = SmallPlace()
    older = backup_ledger(stocked.ports, place, place.send, {})
    newer = backup_ledger(stocked.ports, place, place.send, {})

    held = held_elsewhere(stocked.objects, backups(stocked))

    wanted = {item.digest for item in newer.listing.objects}
    assert held == wanted
    assert not {item.digest for item in older.listing.objects} <= held


def test_a_backup_whose_listing_is_gone_holds_nothing(bench: Workbench) -> None:
    bench.append(ledger_backup(2, "memory://here"))

    assert held_elsewhere(bench.objects, backups(bench)) == set()


@pytest.mark.parametrize(("with_backup", "texts", "salts"), [(False, 4, 1), (True, 2, 0)])
def test_texts_sealed_since_the_last_vault_backup_would_be_lost(
    stocked: Workbench, with_backup: bool, texts: int, salts: int
) -> None:
    stocked.append(answered("q1"))
    stocked.append(answered("gone"))
    stocked.append(replace(erased("gone")))
    if with_backup:
        stocked.append(vault_backup())
    stocked.append(answered("q2"))

    standing = backups(stocked)
    with stocked.ledger.view() as view:
        found = lost_secrets(view, stocked.ledger, stocked.objects, standing)

    assert (found.texts, found.salts) == (texts, salts)
    assert (found.backup is None) is not with_backup


@pytest.mark.parametrize(("with_backup", "texts"), [(False, 4), (True, 0)])
def test_the_keys_of_sealed_imports_would_be_lost_as_well(
    stocked: Workbench, with_backup: bool, texts: int
) -> None:
    lines = [
        {"path": "chat.json", "sealed": digest("chat")},
        {"path": "erased.json", "sealed": legacy_erased().object},
        {"path": "readme.md", "digest": digest("readme")},
        {"path": "more.json", "sealed": digest("more")},
    ]
    inventory = stocked.objects.put(b"".join(json.encode(line) + b"\n" for line in lines))
    stocked.append(replace(scanned(), inventory=inventory))
    stocked.append(replace(ledger_imported(), sealed=True))
    stocked.append(replace(item_imported(), sealed=True, digest=digest("item")))
    stocked.append(replace(item_imported(), sealed=True, digest=digest("chat")))
    stocked.append(replace(item_imported(), sealed=True, digest=None))
    stocked.append(replace(item_imported(), sealed=False))
    stocked.append(legacy_erased())
    if with_backup:
        stocked.append(vault_backup())
        stocked.append(replace(scanned(), inventory=inventory))  # the same again

    standing = backups(stocked)
    with stocked.ledger.view() as view:
        found = lost_secrets(view, stocked.ledger, stocked.objects, standing)

    assert found.texts == texts


def test_a_version_that_another_backup_holds_is_safe(stocked: Workbench) -> None:
    with stocked.ledger.view() as view:
        (one, first), (two, _) = view.scan(Version)
        manifest = Manifest.from_bytes(stocked.objects.read(first.manifest))
        held = {first.manifest, *(file.digest for file in manifest.files)}

        found = lost_objects(view, stocked.ledger, stocked.objects, held)

    assert one not in found.versions
    assert found.versions == (two,)
