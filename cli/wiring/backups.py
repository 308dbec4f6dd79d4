"""What the commands about backups share: places, their policy, one at a time at each, files."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from msgspec import structs

from oneseek.adapters.backups.opening import open_place
from oneseek.adapters.objects.durable import write_all
from oneseek.adapters.workspace.locks import locked
from oneseek.cli.app import App
from oneseek.cli.progress import byte_bar
from oneseek.domain.backup_place import BackupPlace, OnBytes
from oneseek.domain.decisions.backups import Choose, Whole
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import Conflict, OneSeekError
from oneseek.domain.manifest import Manifest
from oneseek.domain.retention import Choice, Held, Policy, Rule, is_taken, plan
from oneseek.domain.state.documents import Version
from oneseek.domain.usecases.pack_backup import Made

if TYPE_CHECKING:
    from oneseek.domain.dossier import Dossier
    from oneseek.domain.stored import Head

_WAIT_SECONDS = 5.0


def places(app: App, given: Sequence[str]) -> list[BackupPlace]:
    """Return the places that ``given`` names, or those of the settings, each once.

    Raises:
        InvalidInput: a text names no place.
        ServiceFailed: a place cannot be used.
    """
    opened: dict[str, BackupPlace] = {}
    for text in given or app.settings.backup.to:
        place = open_place(
            text,
            workspace=app.paths.root,
            backups=app.paths.backups,
            firebase=app.settings.firebase,
        )
        opened.setdefault(place.url, place)
    return list(opened.values())


@contextmanager
def alone_at(app: App, place: BackupPlace) -> Iterator[None]:
    """Keep other processes of this ledger from changing what lies at ``place``.

    Raises:
        Conflict: another one is at it.
    """
    name = f"backup-{sha256(place.url.encode())[:16]}"
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(app.paths.locks / f"{name}.lock", _WAIT_SECONDS))
            stack.enter_context(app.leases.hold(name))
        except Conflict:
            raise Conflict(
                f"another process is at work on the backups at {place.url}",
                hint="wait until it has finished, then repeat",
            ) from None
        yield


def reader_of(place: BackupPlace) -> Callable[[Digest], bytes]:
    """Return what reads small objects of ``place``, compared with their digests."""

    def read(digest: Digest) -> bytes:
        with tempfile.TemporaryFile() as file:
            place.download(digest, file.fileno())
            file.seek(0)
            return file.read()

    return read


def to_take(app: App, place: BackupPlace) -> Choose:
    """Return the policy that says which versions belong at ``place``."""
    rule = _rule(app, place)

    def choose(items: Sequence[Held]) -> Sequence[Choice]:
        wanted = (
            item
            for item in items
            if item.active or item.held is not None or is_taken(item.major, item.minor, rule)
        )
        return plan(wanted, rule)

    return choose


def to_keep(app: App, place: BackupPlace) -> Choose:
    """Return the policy that says which backups stay at ``place``."""
    return partial(plan, rule=_rule(app, place))


def _rule(app: App, place: BackupPlace) -> Rule:
    policy = Policy(**structs.asdict(app.settings.retention))
    return policy.cloud if place.cloud else policy.local


def whole_here(app: App) -> Whole:
    """Return what reads the objects of a version in the content store again."""

    def whole(version: Version) -> bool:
        try:
            files = Manifest.from_bytes(app.objects.read(version.manifest)).files
            digests = sorted({file.digest for file in files})
            return all(map(app.objects.has, digests)) and not any(app.objects.check(digests))
        except OneSeekError:
            return False

    return whole


def bar(app: App) -> Callable[[str, int], AbstractContextManager[OnBytes]]:
    """Return what shows bytes on their way."""
    return lambda title, total: byte_bar(title, total, show=not app.out.json)


class ScratchMaker:
    """Makes the files of a backup in a staging folder, which lasts as long as the process."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._folder = app.scratch.folder("backup-")

    def bundle(self, dossier: "Dossier", head: "Head") -> Made:
        """Write and verify the bundle of a version."""
        from oneseek.adapters.objects.hashing import hash_file
        from oneseek.cli.wiring.bundles import write_dossier

        path = self._folder / "bundle.zip"
        write_dossier(self._app, dossier, head, path)
        return Made(path, *hash_file(path))

    def file(self, data: bytes) -> Made:
        """Write a small file."""
        digest = sha256(data)
        path = self._folder / digest
        with path.open("wb") as file:
            write_all(file.fileno(), data)
        return Made(path, digest, len(data))

    def close(self) -> None:
        """Remove the files."""
        self._app.scratch.release(self._folder)
