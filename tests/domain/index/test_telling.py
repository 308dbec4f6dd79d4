"""The entries of a version's streams, told as one history."""

import builders as make
from oneseek.domain.events import Event
from oneseek.domain.index.telling import happenings


def told(events: list[Event], major: int) -> list[tuple[int, str]]:
    found = happenings(reversed(make.indexed(events)), make.manifest(major), f"t{major}")
    return [(item.index, item.what) for item in found]


def test_a_version_is_told_from_its_training_to_its_end() -> None:
    events: list[Event] = [
        make.started("t1"),
        make.failed("t1"),
        make.completed("t1"),
        make.measured("t1"),
        make.numbered(1),
        make.certified(1),
        make.signed(1),
        make.reproduced(1),
        make.activated(1),
        make.activated(2),
        make.activated(1),
        make.withdrawn(1, was_active=True),
    ]
    assert told(events, 1) == [
        (0, "training t1 started"),
        (1, "training failed: out of memory"),
        (2, "training completed after 18 steps"),
        (3, "measured: loss 1.25 on 5 rows"),
        (4, "numbered sv 1.0"),
        (5, f"certified as {make.dna(1)}"),
        (6, f"signed with model key {make.digest('model key')[:8]}"),
        (7, "reproduction judged: same-bytes"),
        (8, "activated"),
        (9, f"superseded by {make.dna(2)}"),
        (10, "activated"),
        (11, "withdrawn: wrong data, and so nothing was active"),
    ]


def test_what_happens_to_others_is_left_out() -> None:
    others: list[Event] = [
        make.started("t2"), make.failed("t2"), make.completed("t2"), make.measured("t2"),
        make.numbered(2), make.activated(2), make.withdrawn(2), make.restored(2), make.base(),
    ]  # fmt: skip
    assert told([make.certified(1), *others], 1) == [(0, f"certified as {make.dna(1)}")]


def test_a_reset_removes_what_stands_and_a_restored_version_can_be_removed_again() -> None:
    events: list[Event] = [
        make.registry_reset(),
        make.certified(1),
        make.activated(1),
        make.registry_reset("first"),
        make.registry_reset("it is gone already"),
        make.restored(1),
        make.registry_reset(""),
    ]
    assert told(events, 1)[2:] == [
        (3, "removed by a reset: first, and so nothing was active"),
        (5, "restored"),
        (6, "removed by a reset: no reason given"),
    ]


def test_a_withdrawal_of_what_was_not_active_changes_nothing_that_is() -> None:
    events: list[Event] = [
        make.certified(1), make.activated(1), make.withdrawn(2), make.activated(2),
        make.withdrawn(1),
    ]  # fmt: skip
    assert told(events, 1)[2:] == [
        (3, f"superseded by {make.dna(2)}"),
        (4, "withdrawn: wrong data"),
    ]


def test_an_imported_version_is_told_from_its_import() -> None:
    events: list[Event] = [
        make.imported(),
        make.identified(),
        make.registry_reset(),
        make.numbered(1),
        make.started("t1"),
    ]
    found = happenings(make.indexed(events), make.imported().manifest, None)
    assert [item.what for item in found] == [
        f"imported as {make.OLD_DNA}, asserted: only the record itself says so",
        "base model identified: it has the shapes of the adapter",
        "removed by a reset: start again",
    ]


def test_a_version_that_is_only_recorded_is_removed_by_no_reset() -> None:
    old = make.imported(weights=None, form="none")
    found = happenings(make.indexed([old, make.registry_reset()]), old.manifest, None)
    assert [item.kind for item in found] == ["version-imported/v1"]
