"""Erasing what a person asked: the keys are destroyed, the entries and all proofs stay."""

from oneseek.domain.decisions import Decision
from oneseek.domain.errors import Erased, NotFound, OneSeekError
from oneseek.domain.events import TextErased
from oneseek.domain.ports import Ports, View
from oneseek.domain.state.documents import Query
from oneseek.domain.state.store import prefix_range
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.record import record

_SHORTEST_PREFIX = 10


def find_query(view: View, text: str) -> Query:
    """Return the query with this id, or with an id that begins so and only it.

    Raises:
        NotFound: no such query, or more than one, or too little of its id.
    """
    if query := view.get(Query, text):
        return query
    start, stop = prefix_range(text)
    found = [query for _, query in view.scan(Query, start=start, stop=stop)] if text else []
    hint = "oneseek log --kind query-answered shows ids"
    if len(found) != 1:
        how_many = "no query" if not found else f"{len(found)} queries"
        raise NotFound(f"{how_many} with the id {text!r}", hint=hint)
    # An id begins with the day: so little could mean the only question of a day by accident.
    if len(text) < _SHORTEST_PREFIX:
        raise NotFound(f"{text!r} is too short for the beginning of an id", hint=hint)
    return found[0]


def erase(ports: Ports, text: str, reason: str) -> tuple[Query, Receipt | None]:
    """Destroy the keys of a query's texts; the receipt is None when that had happened before.

    The entry comes first: a crash in between leaves a text that is recorded as erased and still
    readable, and repeating the command destroys its key. The other order could lose a text without
    a trace.
    """
    with ports.ledger.view() as view:
        query = find_query(view, text)

    def on(view: View) -> Decision:
        now = view.get(Query, query.query)
        if now is None or now.erased is not None:
            return Decision()
        objects = (now.question, now.answer)
        return Decision((TextErased(query=now.query, objects=objects, reason=reason),))

    receipt = record(ports, on)
    try:
        ports.vault.erase([query.question, query.answer])
    except OneSeekError as error:
        if _is_erased(ports, query):
            error.message = f"recorded, and {error.message}"
            raise  # its hint says how to get rid of the rest
        error.message = f"recorded, but the texts may still be readable: {error.message}"
        error.hint = "mend it and repeat the command: it destroys the keys"
        raise
    return query, receipt


def _is_erased(ports: Ports, query: Query) -> bool:
    """Return whether the keys are gone already, so that only traces of them are left to remove."""
    try:
        ports.vault.unseal(query.question)
    except Erased:
        return True
    except OneSeekError:
        return False
    return False
