"""The inventory of a collection, and what it excuses."""

import pytest

import builders as make
from asking import Objects
from oneseek.domain.collected import (
    Removed,
    collected_objects,
    read_inventory,
    render_inventory,
    where_it_is,
    whole_backups,
)
from oneseek.domain.digest import Digest
from oneseek.domain.events import Event
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState

FIRST = Removed(make.digest("a"), 3, "weights of version v", 7, "removed by a reset")
SECOND = Removed(make.digest("b"), 4, "an object without an entry", None, "nobody")


def folded(*events: Event) -> DictState:
    state = DictState()
    for index, entry in make.indexed(events):
        apply(state, index, entry)
    return state


def test_an_inventory_reads_back_in_order_of_the_digests() -> None:
    objects = Objects()
    kept = objects.put(render_inventory([SECOND, FIRST], 30))
    found = read_inventory(kept, objects)
    assert found == tuple(sorted((FIRST, SECOND), key=lambda item: item.digest))
    assert b'"sha256"' in objects.kept[kept]


@pytest.mark.parametrize(
    "data", [None, b"{}", b"\xff", b'{"format":"x","grace_days":1,"objects":[]}']
)
def test_what_is_no_inventory_lists_nothing(data: bytes | None) -> None:
    objects = Objects()
    digest: Digest = make.digest("absent") if data is None else objects.put(data)
    assert read_inventory(digest, objects) == ()


def test_collected_objects_are_named_with_the_newest_collection() -> None:
    objects = Objects()
    objects.kept[make.digest("collected objects")] = render_inventory([FIRST], 30)
    event = make.objects_collected()
    assert collected_objects(folded(event, event), objects) == {FIRST.digest: 1}


def test_only_a_whole_backup_of_the_version_itself_counts() -> None:
    taken, other = make.backup_taken(1), make.backup_taken(2)
    state = folded(taken, other)
    assert [item.name for item in whole_backups(state, make.manifest(1))] == [taken.name]
    assert where_it_is(state, make.manifest(1), "v1") == (
        f"bring it back: oneseek restore v1 --from {taken.target}"
    )
    damaged = folded(taken, make.backup_verified(1, damaged=1))
    assert where_it_is(damaged, make.manifest(1), "v1") == "no whole backup of it is known"
