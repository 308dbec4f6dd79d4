"""Queries and their indexes: Firestore's rule, and that queries ask for fields that exist."""

from datetime import datetime

import pytest

import builders as make
from firestore_values import block_fields
from oneseek.domain.projections.collections.all import COLLECTIONS
from oneseek.domain.projections.collections.reads import READS, UNINDEXED, Index, Read, index_for
from oneseek.domain.projections.folding import fold, units
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.store import DictState


@pytest.mark.parametrize(
    ("read", "index"),
    [
        (Read("c", "t"), None),
        (Read("c", "t", ("t",)), None),
        (Read("c", "t", ("a",)), Index("c", (("a", False), ("t", True)))),
        (Read("c", "t", ("a", "b")), Index("c", (("a", False), ("b", False), ("t", True)))),
    ],
)
def test_equality_on_one_field_and_order_by_another_need_an_index(
    read: Read, index: Index | None
) -> None:
    assert index_for(read) == index


def fields_of() -> dict[str, dict[str, set[type]]]:
    """Return the fields of every collection, with the types that they take in the examples."""
    found: dict[str, dict[str, set[type]]] = {}
    for collection in COLLECTIONS:
        state = DictState()
        fold(collection, state, make.indexed(make.EXAMPLES))
        names = found.setdefault(collection.name, {})
        for _, document in units(collection, state):
            rendered = collection.render(document)
            shown = dict(rendered.fields)
            if rendered.proven:
                raw = REGISTRY.encode(make.entry(make.opened()))
                shown |= block_fields(0, raw, 1, bytes(32), [], b"note")
            for name, value in shown.items():
                names.setdefault(name, set()).add(type(value))
    return found


def test_queries_ask_for_fields_that_documents_have() -> None:
    fields = fields_of()
    for read in READS:
        assert fields[read.collection][read.latest] in ({datetime}, {int})
        assert {*read.equal} <= fields[read.collection].keys()
        assert read.reader
    assert all(name in fields[collection] for collection, name in UNINDEXED)
