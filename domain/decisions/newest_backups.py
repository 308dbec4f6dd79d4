"""Which backups of the ledger and of the vault at a place stay: the newest whole ones.

Each holds all that earlier ones held, so old ones are kept against mistakes alone. An older one of
the ledger stays for as long as it has an object that is missing from the newest. Of the vault one
stays: an older one could open what was erased since.
"""

from collections.abc import Callable

from oneseek.domain.decisions.backups import Fate, backups_at
from oneseek.domain.state.documents import Backup
from oneseek.domain.state.store import Reading

VAULT_BACKUPS = 1

HasMore = Callable[[Backup, Backup], bool]
"""Whether the first backup of the ledger has an object that the second one lacks."""


def newest_fates(state: Reading, target: str, ledgers: int, has_more: HasMore) -> tuple[Fate, ...]:
    """Return what becomes of every backup of the ledger and the vault at ``target``, by age.

    ``ledgers``: so many whole ones of the ledger stay, at least one.
    """
    return (
        *_fates(backups_at(state, target, "ledger"), "ledger", ledgers, has_more),
        *_fates(backups_at(state, target, "vault"), "vault", VAULT_BACKUPS, _never),
    )


def _never(_: Backup, __: Backup) -> bool:
    return False


def _fates(here: list[Backup], what: str, keep: int, has_more: HasMore) -> list[Fate]:
    ordered = sorted(here, key=lambda backup: backup.index)
    whole = [backup for backup in ordered if backup.damaged is None]
    newest = whole[-1] if whole else None
    staying = {backup.name for backup in whole[-keep:]}
    rule = f"among the last {keep} whole backups" if keep > 1 else "the last whole backup"
    found = []
    for backup in ordered:
        if newest is None or backup.index > newest.index:
            found.append(Fate(backup, True, f"damaged, and no later backup of the {what} is whole"))
        elif backup.name in staying:
            found.append(Fate(backup, True, f"it is {rule} of the {what} here"))
        elif has_more(backup, newest):
            found.append(Fate(backup, True, "it has objects that the newest one lacks"))
        else:
            reason = f"it is not {rule} of the {what} here"
            if backup.damaged is not None:
                reason = f"damaged, and a later backup of the {what} is whole"
            found.append(Fate(backup, False, reason, (f"{newest.target} as {newest.name}",)))
    return found
