"""Answered questions, and their erasure."""

from msgspec.structs import replace

from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    QueryAnswered,
    TextErased,
)
from oneseek.domain.state import documents as doc
from oneseek.domain.state.steps.step import Steps
from oneseek.domain.state.store import State


def _answered(state: State, index: int, _: Entry, event: QueryAnswered) -> None:
    state.put(
        event.query,
        doc.Query(
            query=event.query,
            index=index,
            version=event.version,
            base=event.base,
            question=event.question,
            answer=event.answer,
            erased=None,
        ),
    )


def _erased(state: State, index: int, _: Entry, event: TextErased) -> None:
    if query := state.get(doc.Query, event.query):
        state.put(event.query, replace(query, erased=index))


STEPS: Steps = {
    QueryAnswered: _answered,
    TextErased: _erased,
}
