"""Backing up the ledger and the vault of a workspace, as the commands do it."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from oneseek.adapters.keys.passphrase import backup_passphrase
from oneseek.adapters.objects.vault_backup import Kept, holds_all_of, pack_vault
from oneseek.adapters.workspace.small_file import read_small
from oneseek.cli.app import App
from oneseek.cli.output import bytes_text, count_text
from oneseek.cli.progress import count_bar
from oneseek.cli.wiring.backup_places import Sender, place_of
from oneseek.cli.wiring.backups import alone_at
from oneseek.cli.wiring.writing import writing
from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.decisions.backups import take_all
from oneseek.domain.digest import sha256
from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound, ServiceFailed
from oneseek.domain.events import BackupTaken
from oneseek.domain.ledger_backup.listing import VAULTS, vault_listing
from oneseek.domain.ports import Ports
from oneseek.domain.usecases.backup_ledger import LedgerBackup, backup_ledger
from oneseek.domain.usecases.backups_there import recorded_names
from oneseek.domain.usecases.record import record

_PASSWORD = re.compile(r"(://[^/@\s:]*):[^/@\s]*@")


def back_up_ledger(app: App, target: str) -> tuple[str, LedgerBackup]:
    """Copy the ledger to the place ``target``; return its URL and what was done."""
    place = place_of(app, target)
    with writing(app) as ports, alone_at(app, place):
        send = Sender(place, app.scratch.folder("ledger-backup-"))
        size = ports.ledger.head().size
        with count_bar("Backing up entries", size, show=not app.out.json) as advance:
            return place.url, backup_ledger(ports, place, send, public_files(app), advance)


def public_files(app: App) -> dict[str, bytes]:
    """Return the small files of the workspace that hold no secret, by name."""
    paths = app.paths
    found: dict[str, bytes] = {}
    for path in (paths.settings, paths.public_key, paths.known_keys, paths.witness_keys):
        try:
            found[path.name] = read_small(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise ServiceFailed(f"{path} cannot be read: {error.strerror}") from None
    text = found[paths.settings.name].decode()
    # Whoever wrote a password into a URL all the same does not find it in a backup.
    found[paths.settings.name] = _PASSWORD.sub(r"\1@", text).encode()
    return found


def ledger_lines(url: str, done: LedgerBackup) -> list[str]:
    """Say what was backed up, for people."""
    listing = done.listing
    lines = [
        f"Backed up  {count_text(done.head.size, 'entry', 'entries')} to {url}",
        f"           {done.name}",
        f"           {count_text(len(listing.objects), 'object')}, {bytes_text(listing.size)}; "
        f"{bytes_text(done.sent)} were new there",
        f"           root {listing.tree.root}",
    ]
    if listing.absent:
        count = count_text(len(listing.absent), "object")
        lines.append(f"not kept here any more, and so not in it: {count}")
    return lines


def ledger_json(url: str, done: LedgerBackup) -> dict[str, Any]:
    """Say what was backed up, for machines."""
    return {
        "target": url,
        "name": done.name,
        "size": done.head.size,
        "root": done.head.root.hex(),
        "objects": len(done.listing.objects),
        "bytes": done.listing.size,
        "sent": done.sent,
        "absent": [{"sha256": item.digest, "what": item.what} for item in done.listing.absent],
        "entry": done.receipt.indices[0],
    }


@dataclass(frozen=True, slots=True)
class VaultBackup:
    """A backup of the vault that stands on its shelf."""

    url: str
    name: str
    size: int
    kept: Kept
    entry: int


def back_up_vault(app: App, target: str) -> VaultBackup:
    """Copy the vault to the place ``target``, encrypted with a passphrase.

    Raises:
        NotFound: there are neither keys nor salts.
        CannotCheck: there is no passphrase, and nobody to ask.
    """
    place = place_of(app, target)
    passphrase = backup_passphrase(new=True)
    with writing(app) as ports, alone_at(app, place):
        head = ports.ledger.head()
        origin, root = app.settings.ledger.origin, head.root.hex()
        data, kept = pack_vault(app.vault_database, passphrase, origin, head.size, root)
        if kept == Kept(0, 0, 0):
            raise NotFound("the vault is empty: there is nothing to back up")
        name = f"{VAULTS}{head.size:012d}-{sha256(data)[:8]}"
        place.write(name, data)
        if place.read(name) != data:
            raise ServiceFailed(f"{place.url} gives other bytes back for {name}")
        # crash here: a backup that the ledger does not know of; the next one takes its place
        event = _taken(ports, place.url, name, data)
        receipt = record(ports, lambda view: take_all(view, event))
        assert receipt is not None
        with suppress(ServiceFailed):  # then the next one does it
            _discard_unknown(ports, place, data, passphrase)
    return VaultBackup(place.url, name, len(data), kept, receipt.indices[0])


def _discard_unknown(ports: Ports, place: BackupPlace, data: bytes, passphrase: bytes) -> None:
    """Remove what a cut left there before its entry, as far as all of it is in ``data`` as well.

    Nobody else would: no entry names it. After a restore such a backup may be the only one that
    opens a text: whatever holds more stays.
    """
    known = recorded_names(ports.ledger, place.url)
    for name in [name for name in place.names(VAULTS) if name not in known]:
        with suppress(FoundDamage, InvalidInput, NotFound):
            if holds_all_of(data, place.read(name), passphrase):
                place.discard(name)


def _taken(ports: Ports, url: str, name: str, data: bytes) -> BackupTaken:
    return BackupTaken(
        target=url,
        what="vault",
        name=name,
        manifest=None,
        dna=None,
        tree_size=None,
        root=None,
        listing=ports.objects.put(vault_listing(data)),
        objects=1,
        size=len(data),
        confirmed="read-back",
    )
