"""``oneseek restore DNA``: objects from backups where they are missing or damaged here."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from oneseek.adapters.objects.store import FileObjectStore
from oneseek.cli.app import App
from oneseek.cli.progress import byte_bar
from oneseek.cli.wiring.backup_places import Fetcher, place_of
from oneseek.cli.wiring.writing import writing
from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.digest import Digest
from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound, ObjectAbsent, ServiceFailed
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import Version
from oneseek.domain.usecases.restore_version import (
    Fetched,
    backups_of,
    is_whole,
    record_version,
    version_objects,
)


@dataclass(frozen=True, slots=True)
class Done:
    """What was brought back."""

    dna: str
    objects: int
    size: int
    targets: tuple[str, ...]
    stands_again: int | None
    """Index of the version-restored entry."""


def restore_version(app: App, text: str, sources: Sequence[str]) -> Done:
    """Bring the version named ``text`` back; nothing is recorded unless all of it is here.

    Raises:
        NotFound: there is no such version, or an object of it is here no more and in no backup.
        FoundDamage: every copy of an object is damaged.
    """
    with writing(app, follow=False) as ports:
        with ports.ledger.view() as view:
            version = find_version(view, text)
        fetcher = Fetcher(_places(app, ports, version, sources))
        # A folder that is ours: what others find unowned in staging they sweep away.
        folder = app.scratch.folder("restored-")
        try:
            waiting = FileObjectStore(folder, app.paths.staging)
            _bring(app, ports, version, fetcher, waiting)
        finally:
            app.scratch.release(folder)
        by_url = {place.url: place for place in fetcher.places}
        fetched = {url: Fetched(by_url[url], *counts) for url, counts in fetcher.fetched.items()}
        stands_again = record_version(ports, version, fetched)
    for sentence in fetcher.damaged:
        app.out.note(f"note: passed over: {sentence}")
    return Done(
        version.dna,
        sum(item.objects for item in fetched.values()),
        sum(item.size for item in fetched.values()),
        tuple(fetched),
        stands_again,
    )


def _bring(
    app: App, ports: Ports, version: Version, fetcher: Fetcher, waiting: FileObjectStore
) -> None:
    local = FileObjectStore(app.paths.objects, app.paths.staging)
    title = f"Restoring {version.dna}"
    with (
        ports.ledger.view() as view,
        byte_bar(title, None, show=not app.out.json) as advance,
    ):
        for digest in version_objects(view, version, ports.objects):
            if is_whole(ports.objects, digest):
                continue
            try:
                _fetch(app, local, digest, fetcher, waiting)
            except NotFound:
                raise ObjectAbsent(
                    digest,
                    f"{version.dna} cannot be restored: object {digest} is not here and in no "
                    "backup",
                    hint="name a place that has it with --from; backups: oneseek backup list",
                ) from None
            except FoundDamage as error:
                raise FoundDamage(
                    f"{version.dna} cannot be restored: {error.message}",
                    hint="name another place that has it with --from",
                ) from None
            advance(local.size(digest))


def _fetch(
    app: App, local: FileObjectStore, digest: Digest, fetcher: Fetcher, waiting: FileObjectStore
) -> None:
    """Take an object from a backup; a damaged one here is moved away first, when a copy is here."""
    waiting.take_in(digest, partial(fetcher.fill, digest))
    try:
        if local.has(digest):
            app.scratch.displace(local.path(digest), f"objects/{digest}")
        # crash here: the object is missing for a moment, and a repetition fetches it again
        local.put_file(waiting.path(digest))
    finally:
        waiting.remove(digest)


def _places(app: App, ports: Ports, version: Version, sources: Sequence[str]) -> list[BackupPlace]:
    if sources:
        return [place_of(app, text) for text in sources]
    with ports.ledger.view() as view:
        targets = dict.fromkeys(backup.target for backup in backups_of(view, version))
    found: list[BackupPlace] = []
    for target in (*targets, *app.settings.backup.to):
        if target in {place.url for place in found}:
            continue
        try:
            found.append(place_of(app, target))
        except (ServiceFailed, InvalidInput) as error:
            app.out.note(f"note: {target} cannot be used: {error.message}")
    return found
