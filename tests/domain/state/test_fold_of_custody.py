"""What backups, holds, collections and checkpoints leave in the state documents."""

import builders as make
from oneseek.domain.events import Event
from oneseek.domain.state import documents as doc
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState, index_key


def folded(*events: Event) -> DictState:
    state = DictState()
    for index, entry in enumerate(make.entries(events)):
        apply(state, index, entry)
    return state


def backup(state: DictState) -> doc.Backup | None:
    taken = make.backup_taken()
    return state.get(doc.Backup, doc.backup_key(taken.target, taken.name))


def test_a_backup_is_confirmed_by_its_taking_and_by_each_whole_verification() -> None:
    taken = backup(folded(make.backup_taken()))
    assert taken is not None
    assert (taken.index, taken.confirmed, taken.damaged) == (0, 0, None)
    later = backup(folded(make.backup_taken(), make.backup_verified()))
    assert later is not None
    assert (later.index, later.confirmed, later.damaged) == (0, 1, None)


def test_a_backup_that_was_found_damaged_is_told_from_a_whole_one_until_it_is_whole_again() -> None:
    damaged = backup(folded(make.backup_taken(), make.backup_verified(damaged=2)))
    assert damaged is not None
    assert (damaged.confirmed, damaged.damaged) == (0, 1)
    mended = backup(
        folded(make.backup_taken(), make.backup_verified(damaged=2), make.backup_verified())
    )
    assert mended is not None
    assert (mended.confirmed, mended.damaged) == (2, None)


def test_a_backup_that_was_pruned_is_forgotten_and_verifying_it_makes_none() -> None:
    assert backup(folded(make.backup_taken(), make.backup_pruned())) is None
    assert backup(folded(make.backup_verified())) is None


def test_backups_of_one_version_in_two_places_are_two() -> None:
    state = folded(make.backup_taken(), make.backup_taken(target="local"))
    assert [found.target for _, found in state.scan(doc.Backup)] == [make.BACKUPS, "local"]


def test_a_backup_of_the_ledger_knows_its_size_and_root() -> None:
    ((_, found),) = folded(make.ledger_backup(40)).scan(doc.Backup)
    assert (found.what, found.tree_size, found.manifest) == ("ledger", 40, None)


def test_a_hold_lasts_until_it_is_released() -> None:
    held = folded(make.hold_placed())
    assert held.get(doc.Hold, make.manifest(1)) == doc.Hold(
        manifest=make.manifest(1), dna=make.dna(1), reason="an open complaint", index=0
    )
    released = folded(make.hold_placed(), make.hold_released())
    assert released.get(doc.Hold, make.manifest(1)) is None


def test_a_collection_is_remembered_with_its_inventory() -> None:
    event = make.objects_collected()
    found = folded(event).get(doc.Collection, index_key(0))
    assert found is not None
    assert (found.inventory, found.objects, found.size) == (
        event.inventory,
        event.objects,
        event.size,
    )


def test_a_checkpoint_is_kept_until_it_is_dropped() -> None:
    kept = folded(make.started(), make.checkpoint_kept())
    event = make.checkpoint_kept()
    key = doc.checkpoint_key(event.training, event.period, event.name)
    found = kept.get(doc.KeptCheckpoint, key)
    assert found is not None
    assert (found.step, found.state, found.index) == (event.step, event.state, 1)
    dropped = folded(make.started(), make.checkpoint_kept(), make.checkpoint_dropped())
    assert dropped.get(doc.KeptCheckpoint, key) is None
