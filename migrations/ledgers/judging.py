"""What judging an old ledger gives: a verdict for every block, and one for the whole."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from msgspec import Struct

from oneseek.domain.findings import Finding
from oneseek.migrations.look import Look
from oneseek.migrations.verdicts import Verdict


class BlockJudgement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One block: where its bytes lie in the file, and what could be verified of it."""

    number: str
    """As the block writes it; empty where it has none."""
    offset: int
    """Of its first byte in the file, from 0."""
    length: int
    type: str = ""
    """The kind of event that it says it is."""
    verdict: Verdict
    reason: str
    """One sentence, without any text of the block that a person wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Part of the history that is not there."""

    what: str
    """See :class:`oneseek.domain.events.legacy.HistoryGap`."""
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerJudgement:
    """The whole ledger."""

    verdict: Verdict
    reason: str
    blocks: int
    counts: dict[Verdict, int]
    findings: tuple[Finding, ...] = ()
    """At most some hundreds: what repeats is told once, with its number."""
    gaps: tuple[Gap, ...] = ()
    named: dict[str, str] = field(default_factory=dict)
    """Of the blocks that were asked for by number: the model version that each names."""


OnBlock = Callable[[BlockJudgement], None]


class Judge(Protocol):
    """What a module of this package offers as ``judge``."""

    def __call__(
        self,
        look: Look,
        on_block: OnBlock,
        *,
        wanted: frozenset[str] = frozenset(),
        trusted: frozenset[str] = frozenset(),
        on_bytes: Callable[[int], None] | None = None,
    ) -> LedgerJudgement:
        """Read the ledger once, as a stream, with memory that does not grow with it.

        ``wanted`` are block numbers whose model version is asked for; ``trusted`` are public keys
        (hex) that the operator vouches for; ``on_bytes`` is told of bytes read.
        """
        ...
