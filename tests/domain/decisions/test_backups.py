"""Which backups are there, which are wanted, and which may go."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

import builders as make
from oneseek.domain.decisions import backups
from oneseek.domain.decisions.backups import Fate
from oneseek.domain.events import BackupTaken, Event
from oneseek.domain.retention import Choice, Held
from oneseek.domain.state.documents import Version
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState

HERE, THERE = make.BACKUPS, "file:///mnt/disk"


def state_of(*events: Event) -> DictState:
    state = DictState()
    materials = (make.opened(), make.base(), make.dataset())
    for index, entry in make.indexed((*materials, *events)):
        apply(state, index, entry)
    return state


def certified(*majors: int) -> list[Event]:
    return [make.certified(major) for major in majors]


def keep_all(items: Sequence[Held]) -> list[Choice]:
    return [Choice(item, True, "kept") for item in items]


def keep_none(items: Sequence[Held]) -> list[Choice]:
    return [Choice(item, item.active or item.held is not None, "let go") for item in items]


def version(state: DictState, major: int = 1) -> Version:
    found = state.get(Version, make.dna(major))
    assert found is not None
    return found


def taken(major: int = 1, target: str = HERE, number: int = 1) -> BackupTaken:
    """A backup with a name as :func:`shelf_name` makes it."""
    return replace(
        make.backup_taken(major, target),
        name=f"versions/{make.dna(major)}~{number:08d}.json",
        listing=make.digest(f"listing {number} of {major}"),
    )


def damaged(major: int = 1, target: str = HERE, number: int = 1) -> Event:
    return replace(
        make.backup_verified(major, 1, target),
        name=f"versions/{make.dna(major)}~{number:08d}.json",
    )


def fates(state: DictState, *, here: bool = False, target: str = HERE) -> dict[str, Fate]:
    found = backups.fates(state, target, keep_none, lambda version: here)
    return {fate.backup.name: fate for fate in found}


def test_a_whole_backup_is_current_until_it_is_damaged_or_the_version_signed_again() -> None:
    one = [*certified(1), taken()]
    assert backups.current_backup(state_of(*certified(1)), HERE, version(state_of(*one))) is None
    found = backups.current_backup(state_of(*one), HERE, version(state_of(*one)))
    assert found is not None
    assert found.name.endswith("~00000001.json")
    for later in (damaged(), make.signed()):
        state = state_of(*one, later)
        assert backups.current_backup(state, HERE, version(state)) is None
    state = state_of(*certified(1), make.signed(), taken())
    assert backups.current_backup(state, HERE, version(state)) is not None
    assert backups.current_backup(state, THERE, version(state)) is None


def test_the_newest_of_several_whole_ones_is_current() -> None:
    state = state_of(*certified(1), taken(number=2), taken(number=1))
    found = backups.current_backup(state, HERE, version(state))
    assert found is not None
    assert found.name.endswith("~00000001.json")


def test_a_label_that_begins_like_another_is_another_version() -> None:
    longer = replace(taken(2), name=f"versions/{make.dna(1)}~12345678~00000001.json")
    state = state_of(*certified(1, 2), longer)
    assert backups.current_backup(state, HERE, version(state)) is None


def test_what_the_policy_wants_and_is_not_there_is_due_the_oldest_first() -> None:
    state = state_of(*certified(3, 1, 2), taken(1))
    assert [v.major for v in backups.due(state, HERE, keep_all)] == [3, 2]
    assert backups.due(state, HERE, keep_none) == []


def test_backups_of_one_target_and_kind_are_listed() -> None:
    state = state_of(*certified(1), taken(), taken(target=THERE), make.ledger_backup())
    assert [b.target for b in backups.backups_at(state, HERE)] == [HERE]
    assert [b.what for b in backups.backups_at(state, HERE, "ledger")] == ["ledger"]
    # A URL that begins with another one is another place.
    assert backups.backups_at(state, HERE[:-1]) == []


def test_the_last_whole_copy_is_never_let_go() -> None:
    alone = fates(state_of(*certified(1), taken()))
    assert [(fate.keep, fate.reason) for fate in alone.values()] == [
        (True, "the last whole copy of this version; otherwise: let go")
    ]


@pytest.mark.parametrize(
    ("events", "here", "copies"),
    [
        ([taken(target=THERE)], False, (THERE,)),
        ([taken(target=THERE), taken(target=THERE, number=2)], False, (THERE,)),
        ([taken(target=THERE), taken(target="local")], False, (THERE, "local")),
        ([], True, ("the content store of this workspace",)),
        ([taken(target=THERE), damaged(target=THERE)], False, None),
        ([make.ledger_backup(target=THERE)], False, None),
    ],
)
def test_copies_besides_are_named_and_damaged_ones_are_none(
    events: list[Event], here: bool, copies: tuple[str, ...] | None
) -> None:
    (fate,) = fates(state_of(*certified(1), taken(), *events), here=here).values()
    assert fate.keep is (copies is None)
    assert sorted(fate.copies) == sorted(copies or ())


def test_what_is_active_or_held_is_told_to_the_policy() -> None:
    state = state_of(*certified(1, 2, 3), make.activated(1), make.hold_placed(2),
                     *(taken(n) for n in (1, 2, 3)))  # fmt: skip
    gone = [fate for fate in fates(state, here=True).values() if not fate.keep]
    assert [fate.backup.dna for fate in gone] == [make.dna(3)]


def test_an_older_backup_goes_when_a_newer_one_of_its_version_is_whole() -> None:
    state = state_of(*certified(1), taken(number=1), taken(number=2))
    older, newer = fates(state).values()
    assert (older.keep, older.reason) == (False, "a newer backup of this version lies there")
    assert older.copies == (f"{HERE} as {newer.backup.name}",)
    assert newer.keep


def test_a_newer_damaged_one_goes_before_an_older_whole_one() -> None:
    state = state_of(*certified(1), taken(number=1), taken(number=2), damaged(number=2))
    whole, broken = fates(state).values()
    assert whole.keep
    assert (broken.keep, broken.reason) == (
        False, "damaged, and a whole backup of this version lies there"
    )  # fmt: skip


def test_damaged_ones_stay_where_there_is_no_whole_one() -> None:
    state = state_of(
        *certified(1), taken(number=1), damaged(number=1), taken(number=2), damaged(number=2)
    )
    found = fates(state)
    assert [fate.keep for fate in found.values()] == [True, True]
    assert "damaged, and there is no whole backup of this version here" in [
        fate.reason for fate in found.values()
    ]


def test_a_backup_of_an_unknown_version_stays() -> None:
    (fate,) = fates(state_of(taken()), here=True).values()
    assert (fate.keep, fate.reason) == (True, "its version is not known to this ledger")


def test_pruning_depends_on_all_that_it_looked_at() -> None:
    state = state_of(*certified(1, 2), make.activated(2), taken(1), taken(2), taken(1, THERE))
    decision, found = backups.prune(state, HERE, keep_none, lambda version: False)
    assert [event.stream for event in decision.events] == [f"backup:{HERE}"]
    assert decision.reads == {
        "registry", "objects", f"backup:{HERE}", f"backup:{THERE}", f"version:{make.manifest(1)}",
    }  # fmt: skip
    assert [fate.keep for fate in found] == [False, True]


def test_taking_twice_and_verifying_what_was_pruned_record_nothing() -> None:
    event = taken()
    state = state_of(*certified(1))
    first = backups.take(state, version(state), event)
    assert list(first.events) == [event]
    assert first.reads == {f"version:{make.manifest(1)}"}
    state = state_of(*certified(1), event)
    again = backups.take(state, version(state), event)
    assert (list(again.events), again.reads) == ([], {f"backup:{HERE}"})
    told = backups.verified(state, [make.backup_verified(2), replace(make.backup_verified(1))])
    assert list(told.events) == []
    assert told.reads == {f"backup:{HERE}"}


def test_a_new_backup_of_the_ledger_takes_the_place_of_damaged_ones() -> None:
    def damage(size: int) -> Event:
        return replace(
            make.backup_verified(damaged=1),
            name=make.ledger_backup(size).name,
            listing=make.ledger_backup(size).listing,
        )

    whole, elsewhere = make.ledger_backup(10), make.ledger_backup(20, THERE)
    bad, larger, new = make.ledger_backup(20), make.ledger_backup(99), make.ledger_backup(40)
    state = state_of(whole, elsewhere, bad, damage(20), larger, damage(99))

    event, *gone = backups.take_all(state, new).events

    assert event == new
    assert [(item.target, item.name) for item in gone] == [(HERE, bad.name)]
    # The same one again, such as after a file was put back by hand, is not let go.
    assert backups.take_all(state, bad).events == (bad,)
