"""Looking for drift: every document compared with the fold, nothing changed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from oneseek.adapters.documents.claiming import problem_of
from oneseek.adapters.documents.comparing import findings, joined, same
from oneseek.adapters.documents.fold_state import fold_entries, passing_state, units_after
from oneseek.adapters.documents.resolving import Resolver
from oneseek.adapters.documents.sight import Sight
from oneseek.adapters.documents.target import Target
from oneseek.domain.findings import Finding
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.projections.collections.collection import Collection

MOST_FINDINGS = 1000
"""More are counted, and not kept."""


@dataclass(slots=True)
class Verified:
    """What was seen. ``size``: entries that the target shows; None: nothing was ever pushed."""

    size: int | None
    behind: int
    documents: int = 0
    count: int = 0
    """How many findings there are."""
    unopened: int = 0
    """Texts that cannot be compared, as this vault has no keys for them."""
    findings: list[Finding] = field(default_factory=list)
    """The first of them."""

    def add(self, finding: Finding) -> None:
        self.count += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


def verify(
    collection: Collection,
    target: Target,
    sight: Sight,
    told: Callable[[int, int], None],
) -> Verified:
    """Compare the documents with the fold of the entries that the target says it shows.

    Raises:
        Conflict: the target shows another ledger, or another history.
    """
    if problem := problem_of(collection, target, sight):
        raise problem
    position = target.position
    if position is None:
        return Verified(None, sight.head.size)
    seen = Verified(position.size, sight.head.size - position.size)
    if position.rebuild is not None or position.version < collection.version:
        expected, unfinished = "all documents of one moment", "a rebuild that has not ended"
        hint = f"end it with: oneseek firebase push --collection {collection.name}"
        seen.add(Finding("rebuild-unfinished", target.where, expected, unfinished, hint))
        return seen
    with passing_state() as state:
        fold_entries(
            collection, sight.ledger, sight.head, sight.node, state, EMPTY_FRONTIER, position.size
        )
        wanted = Resolver(collection, sight.texts, sight.prover).resolve(
            units_after(collection, state)
        )
        for want, found in joined(wanted, target.store.scan(collection.name)):
            seen.documents += want is not None
            told(0, 1)
            if want is not None and want.unopened and found is not None:
                want = replace(want, fields=want.keeping(found.fields))
            if want is None or found is None or not same(want.fields, found.fields):
                for finding in findings(collection.name, want, found):
                    seen.add(finding)
    seen.unopened = sight.texts.unopened
    return seen
