"""Pruning: recorded, off the shelf, then removed; never the last copy; finished after a kill."""

from collections.abc import Sequence
from dataclasses import replace as with_

import pytest
from msgspec.structs import replace

from backup_stand import MemoryPlace, known, take, version_of
from builders import answered, hold_placed
from oneseek.domain.backup_place import Sent
from oneseek.domain.decisions.backups import Choose
from oneseek.domain.digest import sha256
from oneseek.domain.errors import ServiceFailed
from oneseek.domain.events import BackupPruned, BackupTaken, TrainingCompleted
from oneseek.domain.ledger_backup.listing import LedgerListing
from oneseek.domain.listings import OnShelf, VersionListing
from oneseek.domain.retention import Choice, Held
from oneseek.domain.state.documents import Backup
from oneseek.domain.usecases.backup_ledger import backup_ledger
from oneseek.domain.usecases.prune_backups import Pruned, plan_pruning, prune_backups
from oneseek.domain.usecases.sign import sign_version
from workbench import Workbench


def only(*numbers: str) -> Choose:
    """Return a policy that keeps the versions of these numbers."""

    def choose(items: Sequence[Held]) -> list[Choice]:
        return [
            Choice(item, f"{item.major}.{item.minor}" in numbers, "the policy of a test")
            for item in items
        ]

    return choose


@pytest.fixture
def place(stocked: Workbench) -> MemoryPlace:
    """A place with backups of both versions."""
    place = MemoryPlace()
    take(stocked, place, "1.0")
    take(stocked, place, "2.0")
    return place


def pruned(
    bench: Workbench, place: MemoryPlace, choose: Choose, *, here: bool = True, dry: bool = False
) -> Pruned:
    run = plan_pruning if dry else prune_backups
    return run(bench.ports, place, choose, lambda version: here, place.fetch)


def require_whole(place: MemoryPlace) -> None:
    """Everything that stands on the shelf is whole."""
    for raw in place.shelf.values():
        listing = VersionListing.from_bytes(place.store[OnShelf.from_bytes(raw).listing])
        for item in listing.objects:
            assert sha256(place.store[item.digest]) == item.digest


def test_what_goes_is_recorded_and_its_objects_are_removed_but_for_shared_ones(
    stocked: Workbench, place: MemoryPlace
) -> None:
    backup = known(stocked)[0]
    before = sum(map(len, place.store.values()))
    done = pruned(stocked, place, only("2.0"))
    assert [fate.backup.name for fate in done.gone] == [backup.name]
    assert backup.name not in place.shelf
    require_whole(place)
    assert version_of(stocked, "1.0").weights not in place.store
    assert version_of(stocked, "2.0").weights in place.store
    assert done.size == before - sum(map(len, place.store.values()))
    assert done.objects > 0
    event = stocked.events()[-1]
    assert isinstance(event, BackupPruned)
    assert (event.reason, event.name) == ("the policy of a test", backup.name)
    assert done.entry == stocked.ledger.head().size - 1


def test_a_dry_run_says_the_same_and_changes_nothing(
    stocked: Workbench, place: MemoryPlace
) -> None:
    store, shelf, size = dict(place.store), dict(place.shelf), stocked.ledger.head().size
    dry = pruned(stocked, place, only("2.0"), dry=True)
    assert (place.store, place.shelf, stocked.ledger.head().size) == (store, shelf, size)
    done = pruned(stocked, place, only("2.0"))
    assert (dry.fates, dry.objects, dry.size) == (done.fates, done.objects, done.size)


def test_pruning_again_does_nothing(stocked: Workbench, place: MemoryPlace) -> None:
    pruned(stocked, place, only("2.0"))
    size = stocked.ledger.head().size
    again = pruned(stocked, place, only("2.0"))
    assert (again.gone, again.objects, again.left_over, again.entry) == ([], 0, 0, None)
    assert stocked.ledger.head().size == size


def test_the_last_whole_copy_stays(stocked: Workbench, place: MemoryPlace) -> None:
    done = pruned(stocked, place, only(), here=False)
    assert done.gone == []
    assert all(fate.reason.startswith("the last whole copy") for fate in done.fates)
    other = MemoryPlace(url="memory://other")
    take(stocked, other, "1.0")
    done = pruned(stocked, place, only(), here=False)
    assert [fate.copies for fate in done.gone] == [("memory://other",)]


def test_a_place_that_goes_away_leaves_what_the_next_pruning_ends(
    stocked: Workbench, place: MemoryPlace
) -> None:
    size = stocked.ledger.head().size
    needed, told = 0, list[tuple[str, bool]]()
    while True:
        place.left, before = needed, stocked.ledger.head().size
        try:
            pruned(stocked, place, only("2.0"))
        except ServiceFailed as error:
            told.append((error.message[:13], stocked.ledger.head().size > before))
            needed += 1
            place.left = None
            require_whole(place)
        else:
            break
    place.left = None
    assert needed > 5
    assert [recorded for words, recorded in told if words == "recorded, but"] == [True]
    assert sum(recorded for _, recorded in told) == 1
    assert stocked.ledger.head().size == size + 1
    assert version_of(stocked, "1.0").weights not in place.store
    expected = {
        item.digest
        for raw in place.shelf.values()
        for item in VersionListing.from_bytes(place.store[OnShelf.from_bytes(raw).listing]).objects
    } | {OnShelf.from_bytes(raw).listing for raw in place.shelf.values()}
    assert place.store.keys() == expected


def test_what_an_interrupted_pruning_left_is_told_of_in_a_dry_run(
    stocked: Workbench, place: MemoryPlace
) -> None:
    backup = known(stocked)[0]
    stocked.append(
        BackupPruned(
            target=place.url, name=backup.name, listing=backup.listing, manifest=backup.manifest,
            dna=backup.dna, reason="by hand",
        )
    )  # fmt: skip
    dry = pruned(stocked, place, only("1.0", "2.0"), dry=True)
    assert (dry.left_over, dry.gone) == (1, [])
    assert dry.objects > 0
    assert pruned(stocked, place, only("1.0", "2.0")).objects == dry.objects


def test_what_others_keep_at_the_place_is_needed(stocked: Workbench, place: MemoryPlace) -> None:
    weights = version_of(stocked, "1.0").weights
    raw = b'{"format":"another","objects":[{"sha256":"%s","size":2}]}' % weights.encode()
    place.store[sha256(raw)] = raw
    place.shelf["ledger/000000000009-00000000.json"] = OnShelf.of(raw).to_bytes()
    pruned(stocked, place, only("2.0"))
    assert {weights, sha256(raw)} <= place.store.keys()


@pytest.mark.parametrize("dry", [False, True])
@pytest.mark.parametrize("raw", [b"?", OnShelf.of(b"not there").to_bytes()])
def test_nothing_is_removed_while_something_there_cannot_be_read(
    stocked: Workbench, place: MemoryPlace, raw: bytes, dry: bool
) -> None:
    place.shelf["versions/strange.json"] = raw
    objects = dict(place.store)
    done = pruned(stocked, place, only("2.0"), dry=dry)
    assert done.blocked is not None
    assert len(done.gone) == 1
    assert (done.objects, place.store) == (0, objects)


def test_a_listing_that_is_not_here_any_more_is_read_there(
    stocked: Workbench, place: MemoryPlace
) -> None:
    stocked.objects.remove(known(stocked)[1].listing)
    assert pruned(stocked, place, only("2.0")).objects > 0
    require_whole(place)


def test_an_older_backup_of_the_same_version_goes_when_a_newer_one_is_whole(
    stocked: Workbench, place: MemoryPlace
) -> None:
    first = known(stocked)[0]
    sign_version(stocked.ports, version_of(stocked, "1.0").dna, stocked.signer)
    take(stocked, place, "1.0")
    done = pruned(stocked, place, only("1.0", "2.0"), here=False)
    assert [(fate.backup.name, fate.reason) for fate in done.gone] == [
        (first.name, "a newer backup of this version lies there")
    ]
    require_whole(place)
    assert len(place.shelf) == 2


def test_an_object_that_somebody_removed_first_is_not_counted(
    stocked: Workbench, place: MemoryPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "remove", lambda digest: False)
    assert pruned(stocked, place, only("2.0")).objects == 0


def test_a_hold_that_comes_between_keeps_the_backup(stocked: Workbench, place: MemoryPlace) -> None:
    version = version_of(stocked, "1.0")
    held: list[bool] = []

    def choose(items: Sequence[Held]) -> list[Choice]:
        if not held:
            held.append(True)
            other.append(replace(hold_placed(), manifest=version.manifest, dna=version.dna))
        return [Choice(item, item.held is not None, "held or not") for item in items]

    other = with_(stocked, ports=stocked.as_actor("bo"))
    done = pruned(stocked, place, choose)
    assert [fate.backup.dna for fate in done.gone] == [version_of(stocked, "2.0").dna]


def ledgers(place: MemoryPlace) -> list[str]:
    return sorted(name for name in place.shelf if name.startswith("ledger/"))


def prune_ledgers(bench: Workbench, place: MemoryPlace, *, dry: bool = False) -> Pruned:
    run = plan_pruning if dry else prune_backups
    return run(bench.ports, place, only("1.0", "2.0"), lambda _: True, place.fetch, ledgers=2)


def back_up_ledger(bench: Workbench, place: MemoryPlace, count: int) -> None:
    def send(data: bytes) -> Sent:
        path = bench.folder / sha256(data)
        path.write_bytes(data)
        return place.upload(path, sha256(data))

    for _ in range(count):
        backup_ledger(bench.ports, place, send, {})


def test_old_backups_of_the_ledger_go_with_what_no_later_one_needs(
    stocked: Workbench, place: MemoryPlace
) -> None:
    back_up_ledger(stocked, place, 4)
    before = ledgers(place)
    planned = prune_ledgers(stocked, place, dry=True)
    assert (ledgers(place), planned.objects) == (before, 4)  # two listings, two last segments
    done = prune_ledgers(stocked, place)
    assert [fate.backup.name for fate in done.gone] == before[:2]
    assert ledgers(place) == before[2:]
    assert done.objects == 4
    for name in before[2:]:
        listing = LedgerListing.from_bytes(
            place.store[OnShelf.from_bytes(place.shelf[name]).listing]
        )
        assert all(sha256(place.store[item.digest]) == item.digest for item in listing.objects)
    reasons = [event.reason for event in stocked.events() if isinstance(event, BackupPruned)]
    assert len(set(reasons)) == 1


@pytest.mark.parametrize("harm", ["object", "listing"])
def test_an_old_backup_of_the_ledger_that_has_more_than_the_newest_stays(
    stocked: Workbench, place: MemoryPlace, harm: str
) -> None:
    back_up_ledger(stocked, place, 1)
    stocked.append(answered("q"))  # its objects are nowhere
    with stocked.ledger.view() as view:
        (listing,) = (b.listing for _, b in view.scan(Backup) if b.what == "ledger")
    if harm == "object":
        event = next(e for e in stocked.events() if isinstance(e, TrainingCompleted))
        stocked.objects.remove(event.losses)
    back_up_ledger(stocked, place, 3)
    oldest = ledgers(place)[0]
    if harm == "listing":
        stocked.objects.remove(listing)
        place.store.pop(listing)
    gone = [fate.backup.name for fate in prune_ledgers(stocked, place, dry=True).gone]
    assert oldest not in gone
    assert len(gone) == 1


def test_an_old_backup_of_the_vault_is_taken_off_the_shelf(
    stocked: Workbench, place: MemoryPlace
) -> None:
    for name in ("vault/1", "vault/2"):
        listing = stocked.objects.put(name.encode())
        place.write(name, b"")
        stocked.append(
            BackupTaken(
                place.url, "vault", name, None, None, None, None, listing, 1, 9, "read-back"
            )
        )  # fmt: skip
    prune_ledgers(stocked, place)
    assert [name for name in place.shelf if name.startswith("vault/")] == ["vault/2"]
