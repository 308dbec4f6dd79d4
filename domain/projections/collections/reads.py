"""The queries that readers of the collections issue, and which of them need a composite index.

Firestore indexes every field by itself. A query with an equality on one field and an order by
another needs an index over both, declared in ``firebase/firestore.indexes.json``; without it the
query fails (FAILED_PRECONDITION), not only slowly. The original declared five indexes over fields
that nobody wrote, and none for the query that it used.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Read:
    """A query of ``collection`` where fields are equal to values, the greatest ``latest`` first."""

    collection: str
    latest: str
    equal: tuple[str, ...] = ()
    reader: str = ""
    """Who asks so."""


@dataclass(frozen=True, slots=True)
class Index:
    """A composite index: field and whether it is descending, in order."""

    collection: str
    fields: tuple[tuple[str, bool], ...]


READS: tuple[Read, ...] = (
    Read("oqt_queries", "createdAt", reader="GET /api/oqt/queries"),
    Read("oqt_queries", "createdAt", ("version",), reader="questions that a version answered"),
    Read("oqt_training_events", "timestamp", reader="the newest trainings"),
    Read("oqt_training_events", "timestamp", ("type",), reader="the trainings of a type"),
    Read("oqt_metrics", "timestamp", reader="GET /api/oqt/metrics"),
    Read("oqt_metrics", "timestamp", ("version",), reader="measurements of a version"),
    Read("oqt_ledger", "blockNumber", reader="GET /api/oqt/ledger/verify and /stats"),
    Read("oqt_ledger", "blockNumber", ("type",), reader="blocks of a type"),
    Read("oqt_provenance", "createdAt", ("type",), reader="versions, materials, old sources"),
)
"""Besides these, readers get documents by id, which needs no index."""

UNINDEXED: tuple[tuple[str, str], ...] = (
    ("oqt_queries", "question"),
    ("oqt_queries", "response"),
    ("oqt_ledger", "entry"),
    ("oqt_ledger", "data"),
    ("oqt_ledger", "proof"),
    ("oqt_ledger", "checkpoint"),
)
"""Collection and field: nobody asks for these values. Indexing long texts costs with every write,
and keeps what people wrote in one more place."""


def index_for(read: Read) -> Index | None:
    """Return the composite index that a query needs, None where single fields suffice."""
    equal = tuple(field for field in read.equal if field != read.latest)
    if not equal:
        return None
    return Index(read.collection, (*((field, False) for field in equal), (read.latest, True)))
