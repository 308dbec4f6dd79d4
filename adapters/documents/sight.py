"""A ledger as one run sees it: its head, the nodes of that tree, the texts, the origin."""

from dataclasses import dataclass
from typing import Self

from oneseek.adapters.documents.proving import Prover
from oneseek.adapters.documents.texts import Texts
from oneseek.domain.merkle.proofs import NodeAt, root_at
from oneseek.domain.merkle.tiles import many_nodes_reader
from oneseek.domain.ports import Ledger, Vault
from oneseek.domain.stored import Head


@dataclass(frozen=True, slots=True)
class Sight:
    """What a run reads; the ledger may grow meanwhile."""

    ledger: Ledger
    texts: Texts
    origin: str
    head: Head
    node: NodeAt
    prover: Prover

    @classmethod
    def of(cls, ledger: Ledger, vault: Vault, origin: str) -> Self:
        head = ledger.head()
        node = many_nodes_reader(ledger.hashes_at, head.size)
        return cls(ledger, Texts(vault), origin, head, node, Prover(ledger, node, origin))

    def root(self, size: int) -> bytes:
        """Return the root of the first ``size`` entries."""
        return root_at(size, self.node)
