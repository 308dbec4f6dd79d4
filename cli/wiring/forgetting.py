"""Taking an erased text out of the collections as well, wherever they were pushed to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oneseek.cli.app import App
from oneseek.cli.wiring.firebase import chosen, open_mirror, open_runner, open_store
from oneseek.domain.errors import OneSeekError, ServiceFailed
from oneseek.domain.events import LegacyTextErased, TextErased

if TYPE_CHECKING:
    from oneseek.domain.documents import DocumentStore


def forget_in_documents(app: App, repeat: str) -> list[str]:
    """Bring every collection that may hold an erased text up to the head; name where.

    Nothing happens where nothing was ever pushed. ``repeat`` is the command that tries it again.

    Raises:
        ServiceFailed: the target cannot be reached, or not be written: the text may be there yet.
    """
    done = []
    for where, store in _targets(app, repeat):
        try:
            runner = open_runner(app, store)
            for collection in chosen(()):
                erasing = collection.events & {TextErased, LegacyTextErased}
                if erasing and runner.is_shown(collection):
                    runner.push(collection)
                    done.append(f"{collection.name} in {store.name}")
        except OneSeekError as error:
            raise _still_there(where, error, repeat) from error
    return done


def _targets(app: App, repeat: str) -> "Iterator[tuple[str, DocumentStore]]":
    """Yield the mirror, if there ever was one, and the project, if there is one."""
    if app.paths.mirror.exists():
        yield str(app.paths.mirror), open_mirror(app)
    project = app.settings.firebase.project
    if project is not None:
        try:
            store = open_store(app)
        except OneSeekError as error:
            raise _still_there(project, error, repeat) from error
        yield project, store


def _still_there(where: str, error: OneSeekError, repeat: str) -> ServiceFailed:
    return ServiceFailed(
        f"recorded, but the text, whose keys are destroyed, may still be in {where}: "
        f"{error.message}",
        hint=f"mend it and repeat: {repeat}" + (f" ({error.hint})" if error.hint else ""),
    )
