"""The collections ``oqt_*`` and where they go: Firestore, or the embedded mirror."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oneseek.adapters.workspace.locks import WAIT_SECONDS
from oneseek.cli.app import App
from oneseek.cli.progress import count_bar
from oneseek.domain.errors import InvalidInput

if TYPE_CHECKING:
    from oneseek.adapters.documents.runner import CollectionRunner, Pushed
    from oneseek.domain.documents import DocumentStore
    from oneseek.domain.projections.collections.collection import Collection


def chosen(names: Sequence[str]) -> "tuple[Collection, ...]":
    """Return the collections of these names, all of them where none is named.

    Raises:
        InvalidInput: there is none of such a name.
    """
    from oneseek.domain.projections.collections.all import COLLECTIONS

    known = {collection.name for collection in COLLECTIONS}
    for name in names:
        if name not in known:
            raise InvalidInput(
                f"there is no collection {name!r}", hint=f"one of {', '.join(sorted(known))}"
            )
    return tuple(item for item in COLLECTIONS if not names or item.name in names)


def open_store(app: App) -> "DocumentStore":
    """Return Firestore where the settings name a project, else the mirror.

    Raises:
        InvalidInput, NotFound, ServiceFailed: Firestore cannot be reached; one sentence says why.
    """
    settings = app.settings.firebase
    if settings.project is None:
        return open_mirror(app)
    from oneseek.adapters.documents.firestore import open_firestore

    file = app.paths.root / settings.credentials if settings.credentials else None
    return open_firestore(settings.project, settings.database, file)


def open_mirror(app: App) -> "DocumentStore":
    """Return the embedded mirror; the first push makes its file."""
    from oneseek.adapters.documents.mirror import MirrorStore

    return MirrorStore(app.paths.mirror)


def open_runner(app: App, store: "DocumentStore | None" = None) -> "CollectionRunner":
    """Return what runs the collections into ``store``, or into the configured target."""
    from oneseek.adapters.documents.runner import CollectionRunner

    return CollectionRunner(
        ledger=app.ledger,
        vault=app.vault,
        store=store or open_store(app),
        origin=app.settings.ledger.origin,
        positions=app.paths.positions,
        locks=app.paths.locks,
    )


def push_all(
    app: App,
    runner: "CollectionRunner",
    collections: "Sequence[Collection]",
    wait: float = WAIT_SECONDS,
) -> "list[tuple[Collection, Pushed]]":
    """Bring every collection up to the head; ``wait`` seconds at most for another process."""
    done = []
    for collection in collections:
        title = f"Pushing {collection.name}"
        with count_bar(title, None, show=not app.out.json) as advance:
            pushed = runner.push(collection, lambda entries, _: advance(entries), wait=wait)
        done.append((collection, pushed))
    return done


def rebuild_all(
    app: App, runner: "CollectionRunner", collections: "Sequence[Collection]", *, take_over: bool
) -> "list[tuple[Collection, Pushed]]":
    """Make every collection again."""
    done = []
    for collection in collections:
        title = f"Rebuilding {collection.name}"
        with count_bar(title, None, show=not app.out.json) as advance:
            made = runner.rebuild(
                collection, lambda _, documents: advance(documents), take_over=take_over
            )
        done.append((collection, made))
    return done
