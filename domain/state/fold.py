"""The fold that keeps the state documents: one pure step per kind of event.

The head of the ledger calls :func:`apply` for every entry, in order, inside the transaction that
stores it. Folding the whole ledger into an empty state gives the same documents. The steps are in
:mod:`oneseek.domain.state.steps`, one family of events per file.
"""

from oneseek.domain.entry import Entry
from oneseek.domain.state.steps import (
    custody,
    ledger,
    legacy,
    materials,
    service,
    training,
    versions,
)
from oneseek.domain.state.steps.step import FOLD_VERSION, Step
from oneseek.domain.state.store import State

_BY_KIND: dict[str, Step] = {
    event.kind: step
    for family in (ledger, materials, training, versions, legacy, service, custody)
    for event, step in family.STEPS.items()
}

__all__ = ["FOLD_VERSION", "apply"]


def apply(state: State, index: int, entry: Entry) -> None:
    """Update the documents that ``entry`` at leaf ``index`` changes; other kinds change none."""
    step = _BY_KIND.get(entry.body.kind)
    if step is not None:
        step(state, index, entry, entry.body)
