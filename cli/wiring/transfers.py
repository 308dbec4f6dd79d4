"""Moving objects between the cache of this machine and the place that machines share."""

from dataclasses import dataclass

from oneseek.adapters.ledger.location import PostgresLocation
from oneseek.adapters.objects.shared.store import SharedObjectStore
from oneseek.cli.app import App
from oneseek.cli.progress import byte_bar
from oneseek.cli.wiring.collected import told_of_collection
from oneseek.domain.audit.named_objects import named_objects
from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound, ObjectAbsent
from oneseek.domain.findings import Finding


@dataclass(slots=True)
class Moved:
    """What was looked at, what was moved, and what could not be."""

    looked_at: int
    objects: int
    bytes: int
    findings: list[Finding]


def push(app: App) -> Moved:
    """Upload every object of this machine that the shared place lacks or has in another length.

    A damaged object is told of and left out; the others are uploaded.
    """
    store = shared_store(app)
    there = dict(store.digests())
    here = list(store.local.digests())
    lacking = [(digest, size) for digest, size in here if there.get(digest) != size]
    moved = Moved(len(here), 0, 0, [])
    total = sum(size for _, size in lacking)
    with byte_bar("Uploading objects", total, show=not app.out.json) as advance:
        for digest, size in lacking:
            try:
                store.share(digest, advance)
            except FoundDamage as error:
                moved.findings.append(_damaged(digest, error))
            else:
                moved.objects, moved.bytes = moved.objects + 1, moved.bytes + size
    return moved


def pull(app: App) -> Moved:
    """Fetch every object that the ledger names and this machine lacks.

    One that is missing or damaged there is told of; the others are fetched.
    """
    store = shared_store(app)
    moved, here = Moved(0, 0, 0, []), {digest for digest, _ in store.local.digests()}
    with byte_bar("Fetching objects", None, show=not app.out.json) as advance:
        for digest, what in named_objects(app.ledger, store):
            moved.looked_at += 1
            if digest in here:
                continue
            try:
                store.fetch(digest, advance)  # a manifest may have been fetched to be read
                moved.objects, moved.bytes = (
                    moved.objects + 1,
                    moved.bytes + store.local.size(digest),
                )
            except NotFound:
                told = told_of_collection(app, ObjectAbsent(digest, "absent"))
                hint = told.hint or "run on a machine that has it: oneseek objects push"
                moved.findings.append(
                    Finding(
                        "object-missing",
                        f"{what}: {digest}",
                        f"in {store.shared.url}",
                        told.message,
                        hint,
                    )
                )
            except FoundDamage as error:
                moved.findings.append(_damaged(digest, error))
    return moved


def share_vault(app: App) -> int:
    """Move this machine's keys beside the ledger, where all machines find them; return how many.

    Nothing is moved where the ledger is a file, or there are no keys here any more.
    """
    from oneseek.adapters.objects.vault_db import SqliteVault
    from oneseek.adapters.objects.vault_move import move_vault

    path = app.paths.vault
    if not isinstance(app.location, PostgresLocation) or not path.is_file():
        return 0
    moved = move_vault(SqliteVault(path), app.vault_database)
    path.unlink(missing_ok=True)
    return moved


def shared_store(app: App) -> SharedObjectStore:
    """Return the content store over the shared place.

    Raises:
        InvalidInput: none is set.
    """
    if not isinstance(app.objects, SharedObjectStore):
        raise InvalidInput(
            "no shared place for objects is set",
            hint=f"set url under [objects] in {app.paths.settings}, or OQT_OBJECTS_URL, for "
            'example to "s3://bucket/prefix"',
        )
    return app.objects


def _damaged(digest: str, error: FoundDamage) -> Finding:
    return Finding(
        "object-damaged", digest, "the bytes of its name", error.message, error.hint or ""
    )
