"""What the files of a collection on this machine are called: the fold that it keeps, its lock.

The names also tell which databases this machine ever pushed to.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

_BEGINNING = "documents-"
_MIRROR = "mirror"


def cache_name(store: str, collection: str) -> str:
    """Return the name for the collection in ``store``: a project, or the path of the mirror."""
    place = _MIRROR if store.startswith("/") else quote(store, safe=" ()")
    return f"{_BEGINNING}{place}-{collection}"


def remembered_projects(positions: Path, collection: str) -> Iterator[str]:
    """Yield the databases of Firebase that have a fold of the collection in ``positions``."""
    for path in sorted(positions.glob(f"{_BEGINNING}*-{collection}.*")):
        place = path.name[len(_BEGINNING) :].rpartition(f"-{collection}.")[0]
        if place != _MIRROR and "(emulator" not in place:
            yield unquote(place)
