"""A small collection of documents, and a bench on which it is run into stores."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace as replaced

import builders as make
from oneseek.adapters.documents.mirror import MirrorStore
from oneseek.adapters.documents.resolving import Resolver
from oneseek.adapters.documents.runner import CollectionRunner
from oneseek.adapters.documents.sight import Sight
from oneseek.domain.digest import Digest
from oneseek.domain.documents import DocumentStore, Fields
from oneseek.domain.entry import Entry
from oneseek.domain.events import QueryAnswered, TextErased, VersionActivated, VersionWithdrawn
from oneseek.domain.projections.collections.collection import (
    Collection,
    Proven,
    Rendered,
    Sealed,
)
from oneseek.domain.projections.folding import fold, units
from oneseek.domain.replay import replay
from oneseek.domain.state.store import DictState, Document, State
from workbench import Workbench


class Note(Document, frozen=True):
    """An answered question, with its text and its proof."""

    table: ClassVar[str] = "note"
    question: Digest
    index: int
    erased: bool = False


class Seen(Document, frozen=True):
    """How often a version was activated; gone when it is withdrawn."""

    table: ClassVar[str] = "seen"
    dna: str
    times: int


def _step(state: State, index: int, entry: Entry) -> None:
    match entry.body:
        case QueryAnswered() as event:
            state.put(event.query, Note(question=event.question, index=index))
        case TextErased(query=query):
            if note := state.get(Note, query):
                state.put(query, Note(question=note.question, index=note.index, erased=True))
        case VersionActivated(dna=dna):
            known = state.get(Seen, dna)
            state.put(dna, Seen(dna=dna, times=known.times + 1 if known else 1))
        case VersionWithdrawn(dna=dna):
            state.delete(Seen, dna)


def _render(document: Note | Seen) -> Rendered:
    if isinstance(document, Note):
        fields = {"question": Sealed(document.question), "erased": document.erased}
        return Rendered(fields, Proven(document.index))
    return Rendered({"dna": document.dna, "times": document.times, "in": {"depth": {"x": 1.5}}})


SHELF = Collection(
    name="shelf",
    version=1,
    events=frozenset({QueryAnswered, TextErased, VersionActivated, VersionWithdrawn}),
    units=(Note, Seen),
    step=_step,
    render=_render,
)
NEWER = replace(SHELF, version=2)


def activated(dna: str) -> VersionActivated:
    return VersionActivated(dna=dna, manifest=make.digest(dna), previous=None)


def withdrawn(dna: str) -> VersionWithdrawn:
    return VersionWithdrawn(dna=dna, manifest=make.digest(dna), reason="", was_active=False)


@dataclass
class Shelves:
    """A ledger with a vault, and runners into mirrors."""

    bench: Workbench

    def store(self, name: str = "mirror.db") -> MirrorStore:
        return MirrorStore(self.bench.folder / name)

    def runner(
        self, store: DocumentStore | None = None, machine: str = "a", origin: str = make.ORIGIN
    ) -> CollectionRunner:
        """Return the runner of one machine: each has a cache and locks of its own."""
        folder: Path = self.bench.folder / machine
        return CollectionRunner(
            ledger=self.bench.ledger,
            vault=self.bench.vault,
            store=store or self.store(),
            origin=origin,
            positions=folder / "positions",
            locks=folder / "locks",
        )

    def ask(self, query: str, text: str) -> Digest:
        question = self.bench.vault.seal(text.encode())
        self.bench.append(replaced(make.answered(query), question=question))
        return question

    def erase(self, query: str, question: Digest) -> None:
        self.bench.append(TextErased(query=query, objects=(question,), reason=""))
        self.bench.vault.erase([question])

    def wanted(self, collection: Collection = SHELF) -> dict[str, Fields]:
        """Return all documents that the ledger means, folded in one go."""
        ledger = self.bench.ledger
        head, state = ledger.head(), DictState()
        fold(collection, state, replay(ledger, head.size, head.root))
        sight = Sight.of(ledger, self.bench.vault, make.ORIGIN)
        resolver = Resolver(collection, sight.texts, sight.prover)
        return {made.id: made.fields for made in resolver.resolve(units(collection, state))}


def shown(store: DocumentStore, collection: str = SHELF.name) -> dict[str, Fields]:
    return {found.id: found.fields for found in store.scan(collection)}
