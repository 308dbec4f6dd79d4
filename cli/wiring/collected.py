"""Telling of an object that is missing because it was collected: by which entry, and what to do."""

from collections.abc import Iterable

from oneseek.cli.app import App
from oneseek.domain.collected import collected_objects, read_inventory, where_it_is
from oneseek.domain.errors import NotFound, ObjectAbsent, OneSeekError
from oneseek.domain.state.documents import Collection, Version

_OF_VERSION = " of version "
_FROM_A_BACKUP = "restore it from a backup"
"""What every missing object is told with: a collection knows better where it is."""


def told_of_collection(app: App, error: ObjectAbsent) -> NotFound:
    """Return the error for a person: with the collection that took the object, if one did."""
    told = NotFound(error.message, hint=error.hint)
    try:
        with app.ledger.view() as view:
            for _, collection in view.scan(Collection, descending=True):
                for item in read_inventory(collection.inventory, app.objects):
                    if item.digest != error.digest:
                        continue
                    told.message += f"; entry {collection.index} collected it: {item.what}"
                    version = view.get(Version, item.what.rpartition(_OF_VERSION)[2])
                    if version is not None and error.hint in (None, _FROM_A_BACKUP):
                        told.hint = where_it_is(view, version.manifest, version.dna)
                    return told
    except OneSeekError:
        pass  # what was missing first is the news
    return told


def refuse_collected(app: App, missing: Iterable[str]) -> None:
    """Refuse to go on without objects that lie in a backup, where a collection took them.

    Raises:
        ObjectAbsent: one of ``missing`` was collected.
    """
    with app.ledger.view() as view:
        gone = collected_objects(view, app.objects)
    for digest in missing:
        if digest in gone and not app.objects.has(digest):
            raise ObjectAbsent(digest, f"object {digest} is not kept here")
