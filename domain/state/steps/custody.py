"""Keeping: backups and what became of them, holds, collections of objects."""

from msgspec.structs import replace

from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    BackupPruned,
    BackupTaken,
    BackupVerified,
    HoldPlaced,
    HoldReleased,
    ObjectsCollected,
)
from oneseek.domain.state import documents as doc
from oneseek.domain.state.steps.step import Steps
from oneseek.domain.state.store import State, index_key


def _taken(state: State, index: int, _: Entry, event: BackupTaken) -> None:
    state.put(
        doc.backup_key(event.target, event.name),
        doc.Backup(
            target=event.target,
            what=event.what,
            name=event.name,
            manifest=event.manifest,
            dna=event.dna,
            tree_size=event.tree_size,
            root=event.root,
            listing=event.listing,
            objects=event.objects,
            size=event.size,
            index=index,
            confirmed=index,
            damaged=None,
        ),
    )


def _verified(state: State, index: int, _: Entry, event: BackupVerified) -> None:
    key = doc.backup_key(event.target, event.name)
    backup = state.get(doc.Backup, key)
    if backup is None:
        return
    if event.damaged:
        state.put(key, replace(backup, damaged=index))
    else:
        state.put(key, replace(backup, confirmed=index, damaged=None))


def _pruned(state: State, _: int, __: Entry, event: BackupPruned) -> None:
    state.delete(doc.Backup, doc.backup_key(event.target, event.name))


def _collected(state: State, index: int, _: Entry, event: ObjectsCollected) -> None:
    state.put(
        index_key(index),
        doc.Collection(
            index=index, inventory=event.inventory, objects=event.objects, size=event.size
        ),
    )


def _held(state: State, index: int, _: Entry, event: HoldPlaced) -> None:
    state.put(
        event.manifest,
        doc.Hold(manifest=event.manifest, dna=event.dna, reason=event.reason, index=index),
    )


def _released(state: State, _: int, __: Entry, event: HoldReleased) -> None:
    state.delete(doc.Hold, event.manifest)


STEPS: Steps = {
    BackupTaken: _taken,
    BackupVerified: _verified,
    BackupPruned: _pruned,
    ObjectsCollected: _collected,
    HoldPlaced: _held,
    HoldReleased: _released,
}
