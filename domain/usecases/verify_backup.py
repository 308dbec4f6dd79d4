"""Verifying backups: everything that lies at a place is read again and compared.

Objects that several backups share are read once. What is wrong is told of, and recorded for every
backup that it harms: a damaged backup does not count as a copy until it is found whole again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from oneseek.domain.backup_place import BackupPlace, OnBytes
from oneseek.domain.decisions import backups
from oneseek.domain.digest import Digest
from oneseek.domain.errors import FoundDamage, NotFound
from oneseek.domain.events import BackupVerified
from oneseek.domain.findings import Finding
from oneseek.domain.listings import OnShelf, VersionListing, needed_objects
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import Backup
from oneseek.domain.usecases.backups_there import LISTED, ReadThere, recorded_names
from oneseek.domain.usecases.record import record
from oneseek.domain.usecases.verify_vault import look_at_vault

_ITS_BYTES = "the bytes of its name"


@dataclass(slots=True)
class Report:
    """What was seen at a place."""

    backups: int = 0
    objects: int = 0
    """Different ones."""
    read: int = 0
    """Bytes of objects that were read; 0 for a quick look."""
    strangers: int = 0
    """Backups there that belong to other ledgers."""
    damaged: list[str] = field(default_factory=list)
    """Names of backups that are not whole."""
    findings: list[Finding] = field(default_factory=list)
    recorded: int = 0
    """Entries that were appended."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A backup with the objects that its listing names."""

    backup: Backup
    needs: Mapping[Digest, int]
    harmed: bool
    """Whether its file on the shelf or its listing is not what it should be."""


def verify_backups(
    ports: Ports,
    place: BackupPlace,
    wanted: Sequence[Backup],
    read: ReadThere,
    *,
    origin: str,
    quick: bool,
    strangers: bool,
    keep_record: bool,
    begin: Callable[[int], OnBytes],
) -> Report:
    """Compare ``wanted`` with what lies at ``place``, and tell of what nobody knows there.

    ``quick`` compares lengths and reads listings alone, and records nothing. ``strangers``: also
    look at the backups there that no entry knows. ``begin`` is told how many bytes will be read.

    Raises:
        ServiceFailed: the place cannot be used; nothing was recorded.
    """
    report = Report(backups=len(wanted))
    shelf = {name for prefix in LISTED for name in place.names(prefix)}
    held = [
        _look_at_file(ports, place, backup, report.findings)
        if backup.what == "vault"
        else _look(place, backup, shelf, read, report.findings)
        for backup in wanted
    ]
    needs = {digest: size for one in held for digest, size in one.needs.items()}
    report.objects = len(needs)
    if quick:
        bad = _compare_sizes(place, needs)
    else:
        report.read = sum(needs.values())
        bad = _compare_bytes(place, needs, begin(report.read))
    for digest in sorted(bad):
        harms = [one.backup.name for one in held if digest in one.needs]
        report.findings.append(_damage(digest, needs[digest], bad[digest], harms))
    if strangers:
        _tell_of_strangers(ports, place, shelf, read, origin, report)
    events = [_verified(one, bad) for one in held]
    report.damaged = [event.name for event in events if event.damaged]
    if keep_record and not quick and events:
        receipt = record(ports, lambda view: backups.verified(view, events))
        report.recorded = len(receipt.indices) if receipt is not None else 0
    return report


def _look(
    place: BackupPlace, backup: Backup, shelf: set[str], read: ReadThere, findings: list[Finding]
) -> _Held:
    """Read the file on the shelf and the listing of a backup."""
    command = "ledger" if backup.dna is None else f"run {backup.dna}"
    again = f"take it again: oneseek backup {command}"
    if backup.name not in shelf:
        findings.append(
            Finding("backup-gone", f"{place.url} {backup.name}", "on the shelf", "absent", again)
        )
        return _Held(backup, {}, True)  # one finding says it; its objects went with it, or may go
    try:
        says = OnShelf.from_bytes(place.read(backup.name)).listing
    except (FoundDamage, NotFound) as error:
        says = error.message
    if says != backup.listing:
        findings.append(
            Finding("backup-altered", f"{place.url} {backup.name}", backup.listing, says, again)
        )
    harmed = bool(findings) and findings[-1].where == f"{place.url} {backup.name}"
    try:
        needs = dict(needed_objects(read(backup.listing)))
    except (FoundDamage, NotFound) as error:
        where = f"listing {backup.listing} of {backup.name}"
        findings.append(Finding("backup-listing", where, "its bytes", error.message, again))
        return _Held(backup, {}, True)
    return _Held(backup, needs, harmed)


def _look_at_file(
    ports: Ports, place: BackupPlace, backup: Backup, findings: list[Finding]
) -> _Held:
    """Read a backup of the vault, which is one file on the shelf and has no objects."""
    finding = look_at_vault(place, backup, ports.objects)
    findings += [finding] if finding else []
    return _Held(backup, {}, finding is not None)


def _compare_sizes(place: BackupPlace, needs: Mapping[Digest, int]) -> dict[Digest, str]:
    there = dict(place.objects())
    return {
        digest: "absent" if digest not in there else f"{there[digest]} bytes"
        for digest, size in needs.items()
        if there.get(digest) != size
    }


def _compare_bytes(
    place: BackupPlace, needs: Mapping[Digest, int], on_bytes: OnBytes
) -> dict[Digest, str]:
    bad: dict[Digest, str] = {}
    for digest, size in needs.items():
        try:
            found = place.check(digest, size, on_bytes)
        except FoundDamage as error:
            bad[digest] = error.message  # a link, or no file at all
            continue
        if found != digest:
            bad[digest] = "absent" if found is None else f"SHA-256 {found}"
    return bad


def _damage(digest: Digest, size: int, found: str, harms: Sequence[str]) -> Finding:
    more = f" and {len(harms) - 1} more" if len(harms) > 1 else ""
    check = "backup-object-missing" if found == "absent" else "backup-object-damaged"
    expected = f"{size} bytes" if found == "absent" or found.endswith(" bytes") else _ITS_BYTES
    hint = "take the backups that it harms again: oneseek backup run"
    return Finding(check, f"object {digest} of {harms[0]}{more}", expected, found, hint)


def _tell_of_strangers(
    ports: Ports, place: BackupPlace, shelf: set[str], read: ReadThere, origin: str, report: Report
) -> None:
    known = recorded_names(ports.ledger, place.url)
    for name in sorted(shelf):
        where = f"{place.url} {name}"
        if known.get(name) == "taken":
            continue
        if name in known:
            hint = "finish it: oneseek backup prune"
            finding = Finding("backup-left-over", where, "pruned", "still on the shelf", hint)
            report.findings.append(finding)
            continue
        try:
            listing = _listing(place, name, read)
        except (FoundDamage, NotFound) as error:
            report.findings.append(
                Finding("backup-unknown", where, "a backup", error.message, "look at it by hand")
            )
            continue
        if listing is None or listing.origin != origin:
            report.strangers += 1
            continue
        hint = f"record it: oneseek backup run {listing.dna}"
        report.findings.append(Finding("backup-unknown", where, "an entry", "none", hint))


def _listing(place: BackupPlace, name: str, read: ReadThere) -> VersionListing | None:
    """Return the listing of a backup of a version, None for one of something else."""
    raw = read(OnShelf.from_bytes(place.read(name)).listing)
    if not name.startswith(LISTED[0]):
        needed_objects(raw)
        return None
    return VersionListing.from_bytes(raw)


def _verified(one: _Held, bad: Mapping[Digest, str]) -> BackupVerified:
    damaged = sum(digest in bad for digest in one.needs)
    one_file = one.backup.what == "vault"
    return BackupVerified(
        target=one.backup.target,
        name=one.backup.name,
        listing=one.backup.listing,
        objects=1 if one_file else len(one.needs),
        size=one.backup.size if one_file else sum(one.needs.values()),
        # A backup that nobody can find by its file on the shelf is no copy either.
        damaged=damaged + one.harmed,
        confirmed="read-back",
    )
