"""Old backups of the ledger and the vault go; the newest whole one never does."""

import pytest
from msgspec.structs import replace

from builders import backup_taken, backup_verified, digest, indexed, opened
from oneseek.domain.decisions.backups import Fate
from oneseek.domain.decisions.newest_backups import newest_fates
from oneseek.domain.events import BackupTaken, BackupVerified, Event
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState

HERE = backup_taken().target


def taken(number: int, what: str = "ledger", target: str = HERE) -> BackupTaken:
    made = backup_taken(target=target)
    return replace(
        made,
        what=what,
        name=f"{what}/{number}",
        manifest=None,
        dna=None,
        listing=digest(f"{what}{number}"),
    )


def damaged(number: int, what: str = "ledger") -> BackupVerified:
    found = taken(number, what)
    return replace(backup_verified(damaged=1, target=HERE), name=found.name, listing=found.listing)


def going(*events: Event, keep: int = 2, more: frozenset[str] = frozenset()) -> dict[str, str]:
    state = DictState()
    for index, entry in indexed((opened(), *events)):
        apply(state, index, entry)
    found: tuple[Fate, ...] = newest_fates(state, HERE, keep, lambda old, _: old.name in more)
    return {fate.backup.name: fate.reason for fate in found if not fate.keep}


def test_the_last_whole_ones_of_the_ledger_stay_at_each_place() -> None:
    events = [taken(number) for number in range(4)]
    other = taken(9, target="another")
    assert going(*events, other) == dict.fromkeys(
        ("ledger/0", "ledger/1"), "it is not among the last 2 whole backups of the ledger here"
    )


@pytest.mark.parametrize("keep", [1, 2, 5])
def test_the_newest_whole_one_never_goes(keep: int) -> None:
    events = [taken(0), taken(1), taken(2), damaged(2), damaged(1)]
    assert "ledger/0" not in going(*events, keep=keep)
    assert going(*events, keep=keep) == {}


def test_a_damaged_one_goes_when_a_later_one_is_whole() -> None:
    events = [taken(0), damaged(0), taken(1)]
    assert going(*events) == {"ledger/0": "damaged, and a later backup of the ledger is whole"}


def test_one_that_has_more_than_the_newest_stays() -> None:
    events = [taken(number) for number in range(4)]
    assert list(going(*events, more=frozenset({"ledger/0"}))) == ["ledger/1"]


def test_one_of_the_vault_stays() -> None:
    events = [taken(number, "vault") for number in range(3)]
    assert going(*events, more=frozenset({"vault/0"})) == dict.fromkeys(
        ("vault/0", "vault/1"), "it is not the last whole backup of the vault here"
    )
