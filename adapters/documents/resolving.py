"""From what a collection renders to the fields of documents: texts from the vault, proofs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from oneseek.adapters.documents.proving import Prover
from oneseek.domain.documents import Fields, Value
from oneseek.domain.errors import NotFound
from oneseek.domain.ports import Vault
from oneseek.domain.projections.collections.collection import Collection, Rendered, Sealed
from oneseek.domain.state.store import Document

_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Resolved:
    """A document as it should be; ``private`` are the fields whose text people wrote."""

    id: str
    fields: Fields
    private: frozenset[str]


class Resolver:
    """Makes documents of units. ``prover`` proves the entries that are shown in them."""

    def __init__(self, collection: Collection, vault: Vault, prover: Prover) -> None:
        self._collection = collection
        self._vault = vault
        self._prover = prover

    def resolve(self, units: Iterable[tuple[str, Document]]) -> Iterator[Resolved]:
        """Yield the document of every unit, in order; some hundred are made at a time.

        Raises:
            NotFound: the vault that is here never had the key of a text.
        """
        rest = iter(units)
        while some := list(islice(rest, _AT_ONCE)):
            yield from self._resolve([(id, self._collection.render(doc)) for id, doc in some])

    def _resolve(self, units: Sequence[tuple[str, Rendered]]) -> Iterator[Resolved]:
        texts = iter(
            self._texts(
                [
                    node
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
            private = []
            if rendered.proven:
                fields.update(proofs[rendered.proven.index])
            for name, node in rendered.fields.items():
                if isinstance(node, Sealed):
                    fields[name] = next(texts)
                    private.append(name)
                else:
                    fields[name] = node
            yield Resolved(id, fields, frozenset(private))

    def _texts(self, sealed: Sequence[Sealed]) -> list[str | None]:
        if not sealed:
            return []
        try:
            found = self._vault.unseal_many([node.digest for node in sealed])
        except NotFound as error:
            error.message = f"a text of {self._collection.name} cannot be read: {error.message}"
            error.hint = "restore the vault (or the object) from a backup; then repeat"
            raise
        return [None if text is None else text.decode(errors="replace") for text in found]
