"""Where the documents lie in an export of Firestore: four layouts, one walk.

Exports are made by many tools: collections as members of one object (below ``__collections__`` or
not), each with its documents by id or in a list, or the ledger's documents alone.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from oneseek.migrations.ledgers.stream import Descend, Entry, Path, walk
from oneseek.migrations.ledgers.window import OnBytes, gone
from oneseek.migrations.look import Look

LEDGER = "oqt_ledger"
COLLECTIONS = (
    *(LEDGER, "oqt_queries", "oqt_training_events", "oqt_metrics", "oqt_provenance"),
    *("ai_interactions", "admin_settings", "users"),
)
_WRAP = "__collections__"
_FIRST_MEMBER = re.compile(r'\ufeff?\s*\{\s*("(?:[^"\\]|\\.){1,200}")\s*:\s*')
_BLOCK_FIELD = re.compile(r'\{[^{}]{0,4000}"(?:blockNumber|previousHash)"\s*:')


class Document(NamedTuple):
    """A document of an export."""

    collection: str
    id: str | None
    """None where documents stand in a list."""
    entry: Entry


def documents(
    look: Look,
    on_bytes: OnBytes | None = None,
    on_repeated: Callable[[int], None] | None = None,
) -> Iterator[Document]:
    """Yield every document of the export.

    Raises:
        UnreadableLedger: as :func:`walk`.
    """
    flat = _flat_collection(look)
    descend: Descend = _descend_flat if flat else _descend
    for found in walk(look, descend, on_bytes, on_repeated):
        if not isinstance(found, Entry):
            continue
        place = found.path[1:] if found.path[:1] == (_WRAP,) else found.path
        if flat:
            collection = flat
        elif len(place) == 1:
            collection = str(place[0])
        else:
            continue
        id_ = found.key if isinstance(found.key, str) else None
        yield Document(collection, id_, found)


def _descend(path: Path) -> bool:
    return len(path) < 2 or (len(path) == 2 and path[0] == _WRAP)


def _descend_flat(path: Path) -> bool:
    return not path


def _flat_collection(look: Look) -> str:
    """Return the collection whose documents are the members of the file; empty for several."""
    try:
        head = look.head.decode("utf-8", "replace")
    except OSError as error:
        raise gone(error) from None
    stem = look.name.split(".")[0]
    named = stem if stem in COLLECTIONS else LEDGER
    member = _FIRST_MEMBER.match(head)
    if member is None:
        return named if head.lstrip("\ufeff \t\r\n").startswith("[") else ""
    try:
        name = json.loads(member[1])
    except ValueError:
        return ""
    if name in COLLECTIONS or name == _WRAP:
        return ""
    return named if stem in COLLECTIONS or _BLOCK_FIELD.match(head, member.end()) else ""
