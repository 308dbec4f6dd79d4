"""Collecting: what stays, what goes, and that an interrupted collection is finished."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

import builders as make
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.domain.audit.objects_audit import audit_objects
from oneseek.domain.collected import read_inventory
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import FoundDamage, NotFound, ServiceFailed
from oneseek.domain.events import (
    BackupPruned,
    BackupTaken,
    BaseModelRegistered,
    CheckpointDropped,
    CheckpointKept,
    HoldPlaced,
    ObjectsCollected,
    RegistryReset,
    TrainingFailed,
    VersionRestored,
)
from oneseek.domain.liveness import Liveness, Terms, find_alive
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.state.documents import Backup, Version
from oneseek.domain.stored import Lying
from oneseek.domain.usecases.collect import ORPHAN, Collectable, collect, look
from workbench import Workbench

DAY = timedelta(days=1)
GRACE = 30 * DAY


@pytest.fixture
def bench(stocked: Workbench) -> Workbench:
    """Both versions were reset away; all files are two months old."""
    stocked.clock.time = datetime.now(UTC)
    reset(stocked)
    stocked.clock.time += 60 * DAY
    return stocked


def reset(bench: Workbench, files: bytes = b'{"files":[{"path":"a","sha256":null}]}') -> None:
    inventory = bench.objects.put(files)
    bench.append(RegistryReset("again", inventory, 2, 1, None))


def version(bench: Workbench, major: int) -> Version:
    with bench.ledger.view() as view:
        return next(found for _, found in view.scan(Version) if found.major == major)


def back_up(bench: Workbench, major: int) -> None:
    found = version(bench, major)
    listing = bench.objects.put(b"listing")
    bench.append(
        BackupTaken(
            "local", "version", f"v{major}", found.manifest, found.dna, None, None, listing, 8, 900,
            "read-back",
        )
    )  # fmt: skip


def alive(bench: Workbench, *, without_backup: bool = True, grace: timedelta = GRACE) -> Liveness:
    with bench.ledger.view() as view:
        terms = Terms(bench.clock.now(), grace, without_backup)
        return find_alive(view, bench.ledger, bench.objects, terms)


def run(bench: Workbench, *, without_backup: bool = False) -> Collectable:
    return collect(bench.ports, bench.objects, grace=GRACE, without_backup=without_backup)


def reason(bench: Workbench, major: int, **terms: bool) -> tuple[bool, str]:
    stays, why = alive(bench, **terms).explain(version(bench, major).weights)  # type: ignore[arg-type]
    return stays, why.partition(": ")[2]


def test_a_version_goes_that_was_reset_away_long_ago_and_has_a_backup(bench: Workbench) -> None:
    back_up(bench, 1)
    assert reason(bench, 1, without_backup=False) == (
        False, f"removed by the reset of entry {bench.ledger.head().size - 2}, kept as v1 in local"
    )  # fmt: skip
    assert reason(bench, 2, without_backup=False) == (True, "no whole backup of it is known")
    gone = version(bench, 1)
    done = run(bench)
    assert done.entry == bench.ledger.head().size - 1
    assert not bench.objects.has(gone.weights)
    assert bench.objects.has(gone.manifest)
    assert bench.objects.has(version(bench, 2).weights)
    event = bench.events()[-1]
    assert isinstance(event, ObjectsCollected)
    listed = read_inventory(event.inventory, bench.objects)
    assert (len(listed), sum(item.size for item in listed)) == (event.objects, event.size)
    assert run(bench).entry is None


def test_what_has_no_backup_where_it_was_taken_to_stays(bench: Workbench) -> None:
    """Somebody removed it there; the ledger does not know. Nobody asks about what is gone here."""
    back_up(bench, 1)
    asked: list[str] = []

    def there(backup: Backup) -> bool:
        asked.append(backup.name)
        return len(asked) > 1

    bench.append(HoldPlaced(version(bench, 2).manifest, version(bench, 2).dna, "shares files"))
    with bench.ledger.view() as view:
        terms = Terms(bench.clock.now(), GRACE, there=there)
        found = find_alive(view, bench.ledger, bench.objects, terms)
    assert found.explain(version(bench, 1).weights) == (
        True,
        f"adapter_model.safetensors of version {version(bench, 1).dna}: "
        "no backup of it was found where it was taken to",
    )
    done = collect(bench.ports, bench.objects, grace=GRACE, there=there)
    assert asked == ["v1", "v1"]
    assert done.entry is not None
    assert collect(bench.ports, bench.objects, grace=GRACE, there=there).entry is None
    assert asked == ["v1", "v1"]


def test_what_was_collected_is_no_finding_but_what_is_lost_besides_is(bench: Workbench) -> None:
    back_up(bench, 1)
    run(bench)
    lost = version(bench, 2).weights
    with bench.ledger.view() as view:
        assert list(audit_objects(view, bench.objects)) == []
        bench.objects.path(lost).unlink()
        (finding,) = audit_objects(view, bench.objects)
    assert finding.where == lost


def test_a_collection_before_a_version_was_removed_excuses_nothing(bench: Workbench) -> None:
    """Bytes that came back with a version, and went with it again, were lost by somebody else."""
    back_up(bench, 1)
    found = version(bench, 1)
    weights = bench.objects.read(found.weights)
    run(bench)
    bench.objects.put(weights)
    bench.append(VersionRestored(found.manifest, found.dna))
    reset(bench)
    bench.objects.path(found.weights).unlink()
    with bench.ledger.view() as view:
        assert found.weights in [finding.where for finding in audit_objects(view, bench.objects)]


def test_that_a_standing_version_was_collected_excuses_nothing(bench: Workbench) -> None:
    back_up(bench, 1)
    run(bench)
    found = version(bench, 1)
    bench.append(VersionRestored(found.manifest, found.dna))
    with bench.ledger.view() as view:
        assert found.weights in [finding.where for finding in audit_objects(view, bench.objects)]


def test_without_a_backup_a_version_goes_only_when_that_is_asked_for(bench: Workbench) -> None:
    assert reason(bench, 1)[1].endswith("without a backup")
    done = run(bench, without_backup=True)
    assert {item.what.rpartition(" of version ")[2] for item in done.objects if item.entry} == {
        version(bench, 1).dna, version(bench, 2).dna
    }  # fmt: skip


def test_a_reset_within_the_grace_period_takes_nothing(bench: Workbench) -> None:
    bench.clock.time -= 40 * DAY
    assert reason(bench, 1)[1] == (
        f"the reset of entry {bench.ledger.head().size - 1} was less than 30 days ago"
    )


def test_a_standing_version_stays(stocked: Workbench) -> None:
    stays, why = alive(stocked).explain(version(stocked, 1).weights)
    assert stays
    assert why.endswith("it stands in the certified tree")


def test_a_held_version_stays(bench: Workbench) -> None:
    found = version(bench, 1)
    bench.append(HoldPlaced(found.manifest, found.dna, "a complaint"))
    index = bench.ledger.head().size - 1
    assert reason(bench, 1) == (True, f"it is held by entry {index}: a complaint")


def test_what_an_open_training_goes_on_from_stays(bench: Workbench) -> None:
    bench.append(make.started("t9", parent=version(bench, 1).manifest))
    assert reason(bench, 1) == (True, "training t9 goes on from it")
    assert reason(bench, 2)[0] is False


def test_what_a_training_goes_on_from_that_can_be_resumed_stays(bench: Workbench) -> None:
    parent = version(bench, 1).manifest
    bench.append(
        make.started("t9", parent=parent), make.checkpoint_kept("t9"), TrainingFailed("t9", "cut")
    )
    assert reason(bench, 1) == (True, "training t9 goes on from it")


def test_what_a_held_version_goes_on_from_stays(bench: Workbench) -> None:
    from oneseek.domain.events import VersionCertified

    first = version(bench, 1)
    manifest = bench.objects.put(Manifest((ManifestFile("a", 1, sha256(b"a")),)).to_bytes())
    bench.append(make.started("t3", parent=first.manifest))
    child = make.certified(3)
    bench.append(
        VersionCertified(
            manifest, child.dna, child.weights, "sv", 3, 0, "t3", child.base, child.dataset,
            child.certified_at,
        )
    )  # fmt: skip
    assert reason(bench, 1)[0] is True
    assert reason(bench, 1)[1] == f"{child.dna} goes on from it"


def test_what_a_training_produced_that_is_not_certified_stays(bench: Workbench) -> None:
    bench.train("t7")
    stays, why = alive(bench).explain(sha256(b"t7"))
    assert stays
    assert why.endswith("of training t7, which is not certified")


def test_an_object_that_no_entry_names_goes_when_it_is_old(bench: Workbench) -> None:
    orphan = bench.objects.put(b"left by a failed training")
    assert alive(bench).explain(orphan) == (False, "no entry names it")
    bench.clock.time = datetime.now(UTC)
    with bench.ledger.view() as view:
        young = look(view, bench.ports, bench.objects, Terms(bench.clock.now(), GRACE))
    assert young.objects == []
    assert young.young >= 1
    bench.clock.time += 60 * DAY
    done = run(bench)
    assert [item.what for item in done.objects] == [ORPHAN] * len(done.objects)
    assert done.size >= 25
    assert not bench.objects.has(orphan)


def test_states_of_dropped_checkpoints_go_and_kept_ones_stay(bench: Workbench) -> None:
    states = [bench.objects.put(b"a state"), make.digest("lost")]
    path = bench.objects.path(bench.objects.put(b"a damaged one"))
    path.chmod(0o644)
    path.write_bytes(b"")
    states.append(sha256(b"a damaged one"))
    for number, state in enumerate(states):
        bench.append(CheckpointKept("t1", "daily", f"c{number}", 1, 1, state, 7))
    assert all(alive(bench).explain(state)[0] for state in states)
    for number in (0, 2):
        bench.append(CheckpointDropped("t1", "daily", f"c{number}", states[number], "old"))
    found = alive(bench)
    assert [found.explain(state)[0] for state in states] == [False, True, False]
    assert found.explain(states[0])[1] == "checkpoint c0 of training t1: it was dropped"


def test_where_the_manifest_of_a_base_model_is_missing_nothing_goes(bench: Workbench) -> None:
    base = next(
        event.manifest for event in bench.events() if isinstance(event, BaseModelRegistered)
    )
    bench.objects.path(base).unlink(missing_ok=True)
    with pytest.raises(NotFound):
        alive(bench)


def test_what_a_reset_found_in_the_tree_stays(stocked: Workbench) -> None:
    strange = stocked.objects.put(b"somebody's note")
    listing = {"files": [{"path": "note", "sha256": strange}]}
    reset(stocked, json.dumps(listing).encode())
    stays, why = alive(stocked, grace=timedelta(0)).explain(strange)
    assert stays
    assert why.startswith("note, which the reset of entry")


@pytest.mark.parametrize("data", [b"[]", b"\xff"])
def test_where_nobody_knows_what_a_reset_found_nothing_goes(
    stocked: Workbench, data: bytes
) -> None:
    reset(stocked, data)
    with pytest.raises(FoundDamage, match="nobody knows what it kept"):
        alive(stocked)


def test_where_a_manifest_is_missing_nothing_goes(bench: Workbench) -> None:
    bench.objects.path(version(bench, 1).manifest).unlink()
    before = list(bench.objects.digests())
    with pytest.raises(NotFound):
        run(bench)
    assert list(bench.objects.digests()) == before


def test_where_an_inventory_of_an_import_is_missing_nothing_goes(bench: Workbench) -> None:
    bench.append(make.scanned())
    with pytest.raises(NotFound):
        alive(bench)


def test_what_an_import_took_in_stays(bench: Workbench) -> None:
    from msgspec.structs import replace

    kept = bench.objects.put(b"an old file")
    line = json.dumps({"path": "old.json", "digest": kept}).encode() + b"\n"
    bench.append(replace(make.scanned(), inventory=bench.objects.put(line)))
    stays, why = alive(bench).explain(kept)
    assert stays
    assert why.startswith("old.json of legacy source")


@dataclass
class Dying:
    """A store whose process dies when it has removed one object."""

    store: FileObjectStore
    removed: int = 0

    def lying(self) -> Iterator[Lying]:
        return self.store.lying()

    def remove(self, digest: Digest) -> bool:
        if self.removed:
            raise KeyboardInterrupt
        self.removed += 1
        return self.store.remove(digest)


def test_a_collection_that_died_is_finished_without_a_second_entry(bench: Workbench) -> None:
    back_up(bench, 1)
    with pytest.raises(KeyboardInterrupt):
        collect(bench.ports, Dying(bench.objects), grace=GRACE)
    size = bench.ledger.head().size
    assert isinstance(bench.events()[-1], ObjectsCollected)
    told: list[int] = []
    done = collect(bench.ports, bench.objects, grace=GRACE, on_removed=told.append)
    assert (done.entry, done.objects) == (None, [])
    assert done.left_over
    assert sum(told) == done.size
    assert bench.ledger.head().size == size
    assert not bench.objects.has(version(bench, 1).weights)


def test_what_cannot_be_removed_is_told_of_with_whether_it_was_recorded(bench: Workbench) -> None:
    class Stuck(Dying):
        def remove(self, digest: Digest) -> bool:
            raise ServiceFailed("cannot remove it")

    back_up(bench, 1)
    told: list[str] = []
    for _ in range(2):
        with pytest.raises(ServiceFailed) as caught:
            collect(bench.ports, Stuck(bench.objects), grace=GRACE)
        told.append(caught.value.message)
    assert told == ["recorded, but cannot remove it", "cannot remove it"]


def test_what_was_brought_back_after_a_collection_is_young_again(bench: Workbench) -> None:
    weights = version(bench, 1).weights
    data = bench.objects.read(weights)
    back_up(bench, 1)
    bench.clock.time = datetime.now(UTC) - 5 * DAY
    collect(bench.ports, bench.objects, grace=timedelta(0))
    bench.objects.put(data)
    bench.clock.time = datetime.now(UTC)
    done = run(bench)
    assert done.left_over == []
    assert bench.objects.has(weights)


def test_the_listing_of_a_ledger_backup_stays_until_the_backup_is_pruned(bench: Workbench) -> None:
    listing = bench.objects.put(b"{}")
    name = "ledger/000000000007-aa-bb.json"
    bench.append(
        BackupTaken("local", "ledger", name, None, None, 7, listing, listing, 8, 900, "read-back")
    )
    assert alive(bench).explain(listing) == (True, f"listing of backup {name}, which stands")
    bench.append(BackupPruned("local", name, listing, None, None, "old"))
    assert alive(bench).explain(listing) == (
        False, f"listing of backup {name}: the backup was pruned",
    )  # fmt: skip
