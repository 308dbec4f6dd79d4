"""From what a collection renders to the fields of documents: texts from the vault, proofs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from oneseek.adapters.documents.proving import Prover
from oneseek.adapters.documents.texts import UNOPENED, Texts
from oneseek.domain.documents import Fields, Value
from oneseek.domain.projections.collections.collection import Collection, Rendered, Sealed
from oneseek.domain.state.store import Document

_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Resolved:
    """A document as it should be; ``private`` are the fields whose text people wrote.

    Those of them in ``unopened`` are None because this vault cannot open them: they should be what
    the target has, which may be the last copy.
    """

    id: str
    fields: Fields
    private: frozenset[str]
    unopened: frozenset[str] = frozenset()

    def keeping(self, found: Fields) -> Fields:
        """Return the fields with every text of ``found`` that cannot be opened here."""
        texts = {name: found[name] for name in self.unopened if isinstance(found.get(name), str)}
        return {**self.fields, **texts}


class Resolver:
    """Makes documents of units. ``prover`` proves the entries that are shown in them."""

    def __init__(self, collection: Collection, texts: Texts, prover: Prover) -> None:
        self._collection = collection
        self._texts = texts
        self._prover = prover

    def resolve(self, units: Iterable[tuple[str, Document]]) -> Iterator[Resolved]:
        """Yield the document of every unit, in order; some hundred are made at a time."""
        rest = iter(units)
        while some := list(islice(rest, _AT_ONCE)):
            yield from self._resolve([(id, self._collection.render(doc)) for id, doc in some])

    def _resolve(self, units: Sequence[tuple[str, Rendered]]) -> Iterator[Resolved]:
        texts = iter(
            self._texts.open(
                [
                    node.digest
                    for _, rendered in units
                    for node in rendered.fields.values()
                    if type(node) is Sealed
                ]
            )
        )
        proofs = self._prover.prove(
            [rendered.proven.index for _, rendered in units if rendered.proven]
        )
        for id, rendered in units:
            fields: dict[str, Value] = {}
            private, unopened = [], []
            if rendered.proven:
                fields.update(proofs[rendered.proven.index])
            for name, node in rendered.fields.items():
                if isinstance(node, Sealed):
                    text = next(texts)
                    private.append(name)
                    if text is UNOPENED:
                        unopened.append(name)
                    fields[name] = None if text is UNOPENED else text
                else:
                    fields[name] = node
            yield Resolved(id, fields, frozenset(private), frozenset(unopened))
