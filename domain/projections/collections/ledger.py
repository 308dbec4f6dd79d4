"""``oqt_ledger``: every entry as a block that a reader of the database alone can verify."""

from typing import ClassVar

from oneseek.domain.entry import Entry
from oneseek.domain.events import ALL_EVENTS
from oneseek.domain.projections.collections.collection import Collection, Proven, Rendered
from oneseek.domain.projections.versions import COLLECTION_VERSIONS
from oneseek.domain.state.store import Document, State

NAME = "oqt_ledger"


class Block(Document, frozen=True):
    """An entry, by its leaf index in decimal: there is one for each, so it holds nothing else."""

    table: ClassVar[str] = "block"
    index: int


def _step(state: State, index: int, _: Entry) -> None:
    state.put(str(index), Block(index=index))


def _render(block: Block) -> Rendered:
    return Rendered({}, Proven(block.index))


LEDGER = Collection(
    name=NAME,
    version=COLLECTION_VERSIONS[NAME],
    events=frozenset(ALL_EVENTS),
    units=(Block,),
    step=_step,
    render=_render,
)
