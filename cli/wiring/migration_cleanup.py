"""Before a source is moved away: is every byte of it in the store, and is it still the same?"""

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from shlex import quote

import click

from oneseek.cli.app import App
from oneseek.cli.output import count_text
from oneseek.cli.progress import byte_bar
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import Conflict, FoundDamage, InvalidInput, NotFound
from oneseek.domain.manifest import Manifest
from oneseek.domain.state.documents import LegacySource, Version
from oneseek.migrations.comparing import Seen, differences, seen
from oneseek.migrations.importing.previous import read_inventory
from oneseek.migrations.item import FILE, UNREADABLE, Item
from oneseek.migrations.paths import shown_path
from oneseek.migrations.walk import walk

_NAMED = 5


def confirm(app: App, name: str, typed: str | None) -> None:
    """Let a person type the name of what is to be moved.

    Raises:
        InvalidInput: it is another name, or nobody is there to type it.
    """
    if typed is None:
        if not sys.stdin.isatty():
            raise InvalidInput(
                f"a cleanup needs the folder's name, {name}",
                hint=f"oneseek migrate cleanup {quote(name)} --yes-i-typed {quote(name)}",
            )
        app.out.note("The old tree will be renamed, after a check of every byte. Nothing is lost.")
        typed = click.prompt(f"Type {name} to go on")
    if typed != name:
        raise InvalidInput(f"the name of the folder is {name}; nothing happened")


def verify_kept(app: App, source: LegacySource, place: Path) -> int:
    """Read the source and all its objects again; return how many of its texts were erased.

    Raises:
        Conflict: the source is not as it was imported, or not all of it could be read then.
        FoundDamage: an object is missing or damaged.
    """
    _require_all_read(app, source)
    _require_objects(app, source)
    erased = _Erased(app)
    before = (seen(item, item.digest) for item in _items(app, source))
    sealed = {item.path: item.sealed for item in _items(app, source) if item.sealed is not None}

    def same_bytes(old: Seen, new: Seen) -> bool:
        digest = sealed.get(old.path)
        return digest is None or erased.same(digest, new.digest)

    with byte_bar("Reading the source", source.size, show=not app.out.json) as advance:
        now = (
            Seen(each.path, shown_path(each.path), each.type, each.size, each.digest,
                 shown_path(each.target))
            for each in walk(place, on_bytes=advance)
        )  # fmt: skip
        found = list(islice(differences(before, now, same_bytes), _NAMED + 1))
    if found:
        more = ", and more" if len(found) > _NAMED else ""
        raise Conflict(
            f"{place} is not as it was imported: {', '.join(found[:_NAMED])}{more}",
            hint=f"import it again: oneseek migrate run {place}",
        )
    return erased.count


class _Erased:
    """Sealed texts: compared with what the vault gives, counted where it gives nothing any more."""

    def __init__(self, app: App) -> None:
        self._vault = app.vault
        self.count = 0

    def same(self, sealed: Digest, now: Digest | None) -> bool:
        try:
            return sha256(self._vault.unseal(sealed)) == now
        except NotFound:
            self.count += 1  # its text was erased: nobody can compare, and nobody may keep it
            return True


def _items(app: App, source: LegacySource) -> Iterator[Item]:
    return read_inventory(app.objects, source.inventory)


def _require_all_read(app: App, source: LegacySource) -> None:
    unread = [item.path for item in _items(app, source) if item.type == UNREADABLE]
    if unread:
        told = count_text(len(unread), "entry", "entries")
        raise Conflict(
            f"{told} could not be read when it was imported, such as {unread[0]}; it stays",
            hint="make them readable, and import it again: oneseek migrate run",
        )


def _require_objects(app: App, source: LegacySource) -> None:
    digests = sorted({source.inventory, source.report, *_named(app, source)})
    absent = [digest for digest in digests if not app.objects.has(digest)]
    if absent:
        raise FoundDamage(
            f"{count_text(len(absent), 'object')} of it are not in the store, such as {absent[0]}",
            hint=f"import it again: oneseek migrate run {source.path}",
        )
    size = sum(app.objects.size(digest) for digest in digests)
    with byte_bar("Reading the objects", size, show=not app.out.json) as advance:
        damaged = list(app.objects.check(digests, advance))
    if damaged:
        raise FoundDamage(
            f"{count_text(len(damaged), 'object')} are damaged, such as {damaged[0].where}",
            hint="restore them from a backup, or move them away and import again",
        )


def _named(app: App, source: LegacySource) -> Iterator[Digest]:
    """Yield the objects that the import of ``source`` is kept in, versions included."""
    for item in _items(app, source):
        if item.type == FILE and (digest := item.sealed or item.digest):
            yield digest
    with app.ledger.view() as view:
        versions = [version for _, version in view.scan(Version)]
    for version in versions:
        if version.imported is not None and version.imported.source == source.source:
            yield version.manifest
            yield version.imported.record
            if app.objects.has(version.manifest):
                files = Manifest.from_bytes(app.objects.read(version.manifest)).files
                yield from (file.digest for file in files)
