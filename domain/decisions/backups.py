"""What is backed up, what a verification says, and which backups may go.

One whole backup of a version suffices at a place. Four things are never let go: what is active,
what is held, what the policy keeps, and the last whole copy of a version. A copy is another backup
that was not found damaged, or the version's objects in this content store, read again just now.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from oneseek.domain.decisions import Decision
from oneseek.domain.digest import Digest
from oneseek.domain.events import BackupPruned, BackupTaken, BackupVerified
from oneseek.domain.listings import shelf_prefix
from oneseek.domain.retention import Choice, Held
from oneseek.domain.state import documents as doc
from oneseek.domain.state.registry import registry_state
from oneseek.domain.state.store import Reading, prefix_range

Choose = Callable[[Sequence[Held]], Sequence[Choice]]
"""The retention policy of a place; see :mod:`oneseek.domain.retention`."""

Whole = Callable[[doc.Version], bool]
"""Reads the objects of a version in the content store again; says whether all are whole."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a backup, and why."""

    backup: doc.Backup
    keep: bool
    reason: str
    copies: tuple[str, ...] = ()
    """Where whole copies of the version lie besides, when this one goes."""


def current_backup(state: Reading, target: str, version: doc.Version) -> doc.Backup | None:
    """Return the newest whole backup of ``version`` at ``target`` that has its newest signature."""
    signed = state.get(doc.Signature, version.manifest)
    since = signed.index if signed is not None else -1
    found = [
        backup
        for backup in _of_version(state, target, version)
        if backup.damaged is None and backup.index > since
    ]
    return max(found, key=lambda backup: backup.index, default=None)


def damaged_backups(state: Reading, target: str, version: doc.Version) -> list[doc.Backup]:
    """Return the backups of ``version`` at ``target`` that were found damaged."""
    found = _of_version(state, target, version)
    return [backup for backup in found if backup.damaged is not None]


def _of_version(state: Reading, target: str, version: doc.Version) -> Iterator[doc.Backup]:
    start, stop = prefix_range(doc.backup_key(target, shelf_prefix(version.dna)))
    for _, backup in state.scan(doc.Backup, start=start, stop=stop):
        if backup.manifest == version.manifest:  # a label may be the beginning of another one
            yield backup


def backups_at(state: Reading, target: str, what: str = "version") -> list[doc.Backup]:
    """Return the backups at ``target``, in order of their names."""
    start, stop = prefix_range(doc.backup_key(target, ""))
    return [
        backup
        for _, backup in state.scan(doc.Backup, start=start, stop=stop)
        if backup.target == target and backup.what == what
    ]


def due(state: Reading, target: str, choose: Choose) -> list[doc.Version]:
    """Return the versions that the policy wants at ``target`` and that are not there, by age."""
    versions = {version.dna: version for _, version in state.scan(doc.Version)}
    items = [held_version(state, version, dna) for dna, version in versions.items()]
    wanted = (versions[choice.item.key] for choice in choose(items) if choice.keep)
    lacking = [item for item in wanted if current_backup(state, target, item) is None]
    return sorted(lacking, key=lambda version: version.index)


def take(state: Reading, version: doc.Version, event: BackupTaken) -> Decision:
    """Record a backup, and let go the damaged ones of the same version that it replaces.

    Nothing happens when another process recorded a whole one meanwhile.
    """
    if current_backup(state, event.target, version) is not None:
        return Decision(reads=frozenset({event.stream}))
    replaced = (
        let_go(backup, f"damaged, and taken again as {event.name}")
        for backup in damaged_backups(state, event.target, version)
        if backup.name != event.name
    )
    return Decision((event, *replaced), frozenset({f"version:{version.manifest}"}))


def take_all(state: Reading, event: BackupTaken) -> Decision:
    """Record a backup of the ledger or the vault, and let go the damaged ones that it replaces.

    A damaged one of a larger tree stays: it still proves that there were more entries.
    """
    replaced = tuple(
        let_go(backup, f"damaged, and taken again as {event.name}")
        for backup in backups_at(state, event.target, event.what)
        if backup.damaged is not None
        and backup.name != event.name
        and (backup.tree_size or 0) <= (event.tree_size or 0)
    )
    return Decision((event, *replaced), frozenset({event.stream}))


def verified(state: Reading, events: Iterable[BackupVerified]) -> Decision:
    """Record what was found at a place; backups that were pruned meanwhile are left out."""
    told: list[BackupVerified] = []
    streams: set[str] = set()
    for event in events:
        streams.add(event.stream)
        backup = state.get(doc.Backup, doc.backup_key(event.target, event.name))
        if backup is not None and backup.listing == event.listing:
            told.append(event)
    return Decision(tuple(told), frozenset(streams))


def prune(
    state: Reading, target: str, choose: Choose, whole: Whole
) -> tuple[Decision, tuple[Fate, ...]]:
    """Let go what the policy lets go and what is there twice; say of every backup why."""
    found = fates(state, target, choose, whole)
    gone = [fate for fate in found if not fate.keep]
    events = tuple(let_go(fate.backup, fate.reason) for fate in gone)
    # Holds, activations, collections, and what becomes of the copies that this relies on.
    reads = {f"backup:{backup.target}" for _, backup in state.scan(doc.Backup)}
    reads |= {"registry", "objects", *(f"version:{fate.backup.manifest}" for fate in gone)}
    return Decision(events, frozenset(reads)), found


def fates(state: Reading, target: str, choose: Choose, whole: Whole) -> tuple[Fate, ...]:
    """Return what becomes of every backup of a version at ``target``, in order of their names."""
    here = backups_at(state, target)
    best = _best(here)
    versions = {key: _version(state, backup) for key, backup in best.items()}
    choices = {
        choice.item.key: choice
        for choice in choose(
            [
                held_version(state, version, best[key].name)
                for key, version in versions.items()
                if version
            ]
        )
    }
    elsewhere = _elsewhere(state, target)

    def fate(backup: doc.Backup) -> Fate:
        assert backup.manifest is not None
        chosen, version = best[backup.manifest], versions[backup.manifest]
        if version is None:
            return Fate(backup, True, "its version is not known to this ledger")
        if backup.name != chosen.name:
            return _superseded(backup, chosen)
        choice = choices[backup.name]
        if choice.keep:
            return Fate(backup, True, choice.reason)
        copies = elsewhere.get(backup.manifest, ())
        if not copies and whole(version):
            copies = ("the content store of this workspace",)
        if not copies:
            reason = f"the last whole copy of this version; otherwise: {choice.reason}"
            return Fate(backup, True, reason)
        return Fate(backup, False, choice.reason, copies)

    return tuple(fate(backup) for backup in here)


def let_go(backup: doc.Backup, reason: str) -> BackupPruned:
    """Return the event that gives a backup up."""
    return BackupPruned(
        target=backup.target,
        name=backup.name,
        listing=backup.listing,
        manifest=backup.manifest,
        dna=backup.dna,
        reason=reason,
    )


def _superseded(backup: doc.Backup, newest: doc.Backup) -> Fate:
    if newest.damaged is not None:
        return Fate(backup, True, "damaged, and there is no whole backup of this version here")
    if backup.damaged is not None:
        reason = "damaged, and a whole backup of this version lies there"
    else:
        reason = "a newer backup of this version lies there"
    return Fate(backup, False, reason, (f"{newest.target} as {newest.name}",))


def _best(backups: Iterable[doc.Backup]) -> dict[Digest, doc.Backup]:
    """Return of every version the newest backup, a whole one before a damaged one."""
    best: dict[Digest, doc.Backup] = {}
    for backup in sorted(backups, key=lambda item: (item.damaged is None, item.index)):
        assert backup.manifest is not None
        best[backup.manifest] = backup
    return best


def _elsewhere(state: Reading, target: str) -> dict[Digest, tuple[str, ...]]:
    """Return for every version the other places that have a whole backup of it."""
    found: dict[Digest, tuple[str, ...]] = {}
    for _, backup in state.scan(doc.Backup):
        if backup.manifest is None or backup.damaged is not None or backup.target == target:
            continue
        places = found.get(backup.manifest, ())
        if backup.target not in places:
            found[backup.manifest] = (*places, backup.target)
    return found


def _version(state: Reading, backup: doc.Backup) -> doc.Version | None:
    name = state.get(doc.VersionName, backup.manifest or "")
    return state.get(doc.Version, name.dna) if name is not None else None


def held_version(state: Reading, version: doc.Version, key: str) -> Held:
    """Return what the policy looks at; ``key`` is the caller's name for it."""
    hold = state.get(doc.Hold, version.manifest)
    return Held(
        key=key,
        dna=version.dna,
        major=version.major,
        minor=version.minor,
        language=version.language,
        index=version.index,
        active=registry_state(state).active == version.dna,
        held=hold.reason if hold is not None else None,
    )
