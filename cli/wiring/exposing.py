"""``oneseek backup status``: what is only on this disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from oneseek.adapters.ledger.location import SqliteLocation
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.cli.app import App
from oneseek.cli.output import bytes_text, count_text
from oneseek.cli.wiring.backup_places import place_of
from oneseek.domain.errors import OneSeekError
from oneseek.domain.exposure import (
    LostEntries,
    LostObjects,
    LostSecrets,
    counting,
    held_elsewhere,
    lost_entries,
    lost_objects,
    lost_secrets,
)
from oneseek.domain.state.documents import Backup, BaseModel

_SHOWN = 10
_KINDS = 4


@dataclass(frozen=True, slots=True)
class Target:
    """A place that backups went to, and whether copies there would survive this disk."""

    url: str
    counts: bool
    why: str
    backups: int


@dataclass(frozen=True, slots=True)
class Status:
    """The answer."""

    targets: tuple[Target, ...]
    entries: LostEntries
    objects: LostObjects
    secrets: LostSecrets
    keys: tuple[tuple[str, bool], ...]
    """Private keys here, and whether each is protected by a passphrase."""
    bases: tuple[str, ...]
    elsewhere: tuple[str, ...]
    """What does not lie on this disk at all."""
    by_default: bool
    """Whether a backup survives this disk that is made without naming a place."""

    @property
    def safe(self) -> bool:
        """Whether nothing would be lost but what no backup holds: keys, base models."""
        return not (
            self.entries.matter or self.objects.count or self.secrets.texts or self.secrets.salts
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "safe": self.safe,
            "targets": [
                {"target": t.url, "counts": t.counts, "why": t.why, "backups": t.backups}
                for t in self.targets
            ],
            "entries": {
                "from": self.entries.start,
                "to": self.entries.stop,
                "since": self.entries.since,
                "kinds": dict(self.entries.kinds),
            },
            "versions": list(self.objects.versions),
            "objects": {"count": self.objects.count, "bytes": self.objects.size},
            "vault": {"texts": self.secrets.texts, "salts": self.secrets.salts},
            "keys": [{"file": name, "protected": locked} for name, locked in self.keys],
            "base_models": list(self.bases),
            "not_on_this_disk": list(self.elsewhere),
        }

    def rows(self) -> list[tuple[str, str, str]]:
        """Return what would be lost, line by line: what, how much, what to do."""
        rows: list[tuple[str, str, str]] = []
        to = "" if self.by_default else " --to PLACE"
        entries = self.entries
        if entries.matter:
            last = entries.stop - 1
            span = f"{entries.start}" if entries.start == last else f"{entries.start} to {last}"
            since = (entries.since or "")[:19].replace("T", " ")
            amount = f"{span} ({entries.stop - entries.start}, since {since} UTC)"
            rows.append(("entries", amount, f"oneseek backup ledger{to}"))
            rows += [("", line, "") for line in _kinds(entries)]
        shown = self.objects.versions[:_SHOWN]
        rows += [("version", dna, f"oneseek backup run DNA{to}") for dna in shown]
        if more := len(self.objects.versions) - len(shown):
            rows.append(("versions", f"and {more} more", f"oneseek backup run{to}"))
        if self.objects.count:
            amount = f"{self.objects.count} ({bytes_text(self.objects.size)})"
            rows.append(("objects", amount, "go with the backups above"))
        if self.secrets.texts or self.secrets.salts:
            texts = count_text(self.secrets.texts, "sealed text")
            salts = count_text(self.secrets.salts, "dataset")
            since = "no vault backup" if self.secrets.backup is None else "since its backup"
            amount = f"the keys of {texts}, the salts of {salts} ({since})"
            rows.append(("vault", amount, "oneseek backup vault --to PLACE"))
        return rows

    def notes(self) -> list[str]:
        """Return what no backup answers for."""
        lines: list[str] = []
        if not self.by_default:
            lines.append(
                "[backup] to in oneseek.toml names no place that would survive this disk: name one "
                "there, or with --to"
            )
        lines += [
            f"{target.url}: does not count, {target.why}"
            for target in self.targets if not target.counts
        ]  # fmt: skip
        lines += [f"{target.url}: {target.why}" for target in self.targets
                  if target.counts and target.why]  # fmt: skip
        for name, protected in self.keys:
            how = "protected by a passphrase" if protected else "NOT protected by a passphrase"
            lines.append(
                f"the key .oneseek/keys/{name} ({how}) is in no backup: copy it by hand to a safe "
                "place"
            )
        lines += [f"base model {base}: no backup holds base models" for base in self.bases]
        lines += [f"{what} is not on this disk" for what in self.elsewhere]
        return lines


def _kinds(entries: LostEntries) -> list[str]:
    """Return how many entries there are of the most frequent kinds, a line each."""
    shown = entries.kinds[:_KINDS]
    lines = [f"{count} {kind.partition('/')[0]}" for kind, count in shown]
    if rest := sum(count for _, count in entries.kinds) - sum(count for _, count in shown):
        lines.append(f"{rest} of other kinds")
    return lines


def status(app: App, *, check: bool) -> Status:
    """Answer from what is recorded; with ``check`` the places are asked what still stands there."""
    with app.ledger.view() as view:
        size = view.head.size
        found = [backup for _, backup in view.scan(Backup)]
        targets = {url: _target(app, url, found) for url in sorted({b.target for b in found})}
        standing = _standing(app, targets, found) if check else None
        backups = counting(view, lambda backup: _counts(backup, targets, standing))
        file = isinstance(app.location, SqliteLocation)
        ledgers = [backup for backup in backups if backup.what == "ledger"]
        entries = lost_entries(app.ledger, size, ledgers)
        secrets = lost_secrets(view, app.ledger, app.objects, backups)
        held = held_elsewhere(app.objects, backups)
        here = FileObjectStore(app.paths.objects, app.paths.staging)  # shared or not
        objects = lost_objects(view, app.ledger, here, held)
        bases = tuple(base.name for _, base in view.scan(BaseModel))
    elsewhere: list[str] = []
    if not file:
        entries, secrets = LostEntries(size, size, None, ()), LostSecrets(0, 0, None)
        elsewhere.append(f"the ledger, with the keys of sealed texts, at {app.location.place},")
    shared = app.shared_address
    if shared is not None and _target(app, shared.url, []).counts:
        objects = LostObjects(0, 0, ())
        elsewhere.append(f"what was shared at {shared.url}")
    return Status(
        tuple(targets.values()),
        entries,
        objects,
        secrets,
        _keys(app),
        bases,
        tuple(elsewhere),
        any(_target(app, url, []).counts for url in app.settings.backup.to),
    )


def _counts(
    backup: Backup, targets: Mapping[str, Target], standing: set[tuple[str, str]] | None
) -> bool:
    if standing is not None and (backup.target, backup.name) not in standing:
        return False
    return targets[backup.target].counts


def _target(app: App, url: str, backups: list[Backup]) -> Target:
    count = sum(backup.target == url for backup in backups)
    if url == "local":
        folder = app.paths.backups
    elif url.startswith("file://"):
        folder = Path(unquote(url.removeprefix("file://")))
    else:
        return Target(url, True, "", count)
    try:
        same = folder.stat().st_dev == app.paths.hidden.stat().st_dev
    except OSError:
        if url != "local":
            return Target(url, True, "it cannot be seen now: believed as recorded", count)
        same = True  # it went with the disk of an earlier workspace, or was never made
    return Target(url, not same, "it is on the same disk as the workspace" if same else "", count)


def _standing(
    app: App, targets: Mapping[str, Target], backups: list[Backup]
) -> set[tuple[str, str]]:
    """Return target and name of the backups whose file is on the shelf now."""
    found: set[tuple[str, str]] = set()
    for url in targets:
        try:
            place = place_of(app, url)
            names = {name for shelf in ("versions/", "ledger/", "vault/")
                     for name in place.names(shelf)}  # fmt: skip
        except OneSeekError as error:
            app.out.note(f"note: {url} could not be asked: {error.message}")
            continue
        found |= {(url, backup.name) for backup in backups if backup.name in names}
    return found


def _keys(app: App) -> tuple[tuple[str, bool], ...]:
    found = []
    for path in (app.paths.signing_key, app.paths.model_key):
        try:
            found.append((path.name, b"ENCRYPTED" in path.read_bytes()))
        except OSError:
            continue
    return tuple(found)
