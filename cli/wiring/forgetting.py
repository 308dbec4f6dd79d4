"""Taking an erased text out of the collections as well, wherever they were pushed to."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from oneseek.adapters.documents.cache_paths import remembered_projects
from oneseek.adapters.documents.firestore import emulator_host, store_name
from oneseek.cli.app import App
from oneseek.cli.wiring.firebase import chosen, open_mirror, open_runner, open_store
from oneseek.domain.errors import OneSeekError, ServiceFailed
from oneseek.domain.events import LegacyTextErased, TextErased

if TYPE_CHECKING:
    from oneseek.domain.documents import DocumentStore
    from oneseek.domain.projections.collections.collection import Collection


def forget_in_documents(app: App, repeat: str, query: str | None = None) -> list[str]:
    """Bring every collection that may hold an erased text up to the head; name where.

    Nothing happens where nothing was ever pushed. ``repeat`` is the command that tries it again,
    ``query`` whose text it is.

    Raises:
        ServiceFailed: a target cannot be reached, or not be written: the text may be there yet.
            It is gone from the others.
    """
    done: list[str] = []
    failed: list[ServiceFailed] = []
    for where, opened in _targets(app):
        try:
            store = opened()
        except OneSeekError as error:
            failed.append(_still_there(where, error, repeat))
            continue
        for collection in _erasing():
            try:
                if _forget(app, store, collection, query):
                    done.append(f"{collection.name} in {store.name}")
            except OneSeekError as error:
                failed.append(_still_there(where, error, repeat))
    if failed:
        raise failed[0]
    return done


def elsewhere(app: App) -> list[str]:
    """Return where this machine also pushed texts to, and which is not the target now."""
    firebase, emulator = app.settings.firebase, emulator_host()
    named = store_name(firebase.project, firebase.database, emulator) if firebase.project else None
    found = {
        project
        for collection in _erasing()
        for project in remembered_projects(app.paths.positions, collection.name)
    }
    return sorted(found - {named})


def _erasing() -> "tuple[Collection, ...]":
    # Blocks show every event, and never hold a text.
    some = (item for item in chosen(()) if item.name != "oqt_ledger")
    return tuple(item for item in some if item.events & {TextErased, LegacyTextErased})


def _forget(app: App, store: "DocumentStore", collection: "Collection", query: str | None) -> bool:
    from oneseek.domain.projections.collections.ids import document_id

    runner = open_runner(app, store)
    # Without a position a document of this query is ours all the same: the push says what to do.
    left = query is not None and store.get(collection.name, document_id(query)) is not None
    if not left and not runner.is_shown(collection):
        return False
    runner.push(collection)
    return True


def _targets(app: App) -> "Iterator[tuple[str, Callable[[], DocumentStore]]]":
    """Yield the mirror, if there ever was one, and the project, if there is one."""
    if app.paths.mirror.exists():
        yield str(app.paths.mirror), lambda: open_mirror(app)
    if app.settings.firebase.project is not None:
        yield app.settings.firebase.project, lambda: open_store(app)


def _still_there(where: str, error: OneSeekError, repeat: str) -> ServiceFailed:
    failed = ServiceFailed(
        f"recorded, but the text, whose keys are destroyed, may still be in {where}: "
        f"{error.message}",
        hint=f"mend it and repeat: {repeat}" + (f" ({error.hint})" if error.hint else ""),
    )
    failed.__cause__ = error
    return failed
