"""Collects what is found while a ledger is judged: what repeats is told once, with its number."""

from dataclasses import dataclass

from oneseek.domain.findings import Finding
from oneseek.migrations.ledgers.judging import BlockJudgement, Gap, LedgerJudgement, OnBlock
from oneseek.migrations.ledgers.window import UnreadableLedger
from oneseek.migrations.verdicts import Verdict, worst

_MOST_GAPS = 100
_NO_BLOCKS = frozenset({"cut", "empty"})


@dataclass(slots=True)
class _Told:
    first: Finding
    times: int = 1


class Telling:
    """Findings, gaps, counts and named versions of one ledger."""

    def __init__(self, path: str, on_block: OnBlock, wanted: frozenset[str] = frozenset()) -> None:
        self._path = path
        self._on_block = on_block
        self._wanted = wanted
        self._told: dict[str, _Told] = {}
        self._gaps: dict[Gap, None] = {}
        self._gaps_left_out = 0
        self.counts = dict.fromkeys(Verdict, 0)
        self.blocks = 0
        self.named: dict[str, str] = {}

    def block(
        self, number: str, offset: int, length: int, type_: str, verdict: Verdict, reason: str
    ) -> None:
        """Hand on the judgement of one block."""
        self.counts[verdict] += 1
        self.blocks += 1
        self._on_block(
            BlockJudgement(
                number=number,
                offset=offset,
                length=length,
                type=type_,
                verdict=verdict,
                reason=reason,
            )
        )

    def names(self, number: str, version: object) -> None:
        """Remember the version that a block names, if its number was asked for."""
        if number in self._wanted and isinstance(version, str):
            self.named.setdefault(number, version[:100])

    def find(self, check: str, where: str, expected: str, found: str, hint: str = "") -> None:
        """Tell of something; ``where`` is a block (``block 12``) or empty for the whole ledger."""
        told = self._told.get(check)
        if told is not None:
            told.times += 1
            return
        place = f"{self._path}: {where}" if where else self._path
        self._told[check] = _Told(Finding(check, place, expected, found, hint))

    def has(self, check: str) -> bool:
        """Say whether ``check`` found something."""
        return check in self._told

    def repeated(self, byte: int) -> None:
        """Tell of an object that has a key twice: the old programs saw the last one only."""
        found = "a key twice: what stands first counts for nothing"
        self.find("ledger-repeated-keys", f"byte {byte}", "every key once", found)

    def gap(self, what: str, evidence: str) -> None:
        """Tell of a part of the history that is missing."""
        if len(self._gaps) < _MOST_GAPS:
            self._gaps.setdefault(Gap(what=what, evidence=evidence))
        else:
            self._gaps_left_out += 1

    def judgement(self, reason: str, *verdicts: Verdict) -> LedgerJudgement:
        """Give the judgement of the whole: the worst of its blocks and of ``verdicts``."""
        present = [verdict for verdict, count in self.counts.items() if count]
        return LedgerJudgement(
            verdict=worst([*present, *verdicts]),
            reason=reason,
            blocks=self.blocks,
            counts={verdict: count for verdict, count in self.counts.items() if count},
            findings=tuple(_repeated(told) for told in self._told.values()),
            gaps=self._all_gaps(),
            named=self.named,
        )

    def unreadable(self, error: UnreadableLedger) -> LedgerJudgement:
        """Give the judgement of a file that nothing was imported from."""
        self.find(f"ledger-{error.what}", "", "a whole document in UTF-8", error.sentence)
        lost = "cut" if error.what in _NO_BLOCKS else "unreadable"
        self.gap(lost, f"the ledger cannot be read: {error.sentence}")
        reason = (
            f"it cannot be read, so nothing of it is imported; its bytes are kept: {error.sentence}"
        )
        return self.judgement(reason, Verdict.ASSERTED)

    def odd_shape(self, expected: str, found: str) -> LedgerJudgement:
        """Give the judgement of a document that the program which kept it could not use."""
        self.find("ledger-shape", "", expected, found)
        self.gap("unreadable", f"the ledger has another shape than its program wrote: {found}")
        reason = f"nothing of it is imported; its bytes are kept: {found}"
        return self.judgement(reason, Verdict.ASSERTED)

    def summary(self) -> str:
        """Say how many blocks got which verdict."""
        parts = [f"{count} {verdict}" for verdict, count in self.counts.items() if count]
        blocks = "1 block" if self.blocks == 1 else f"{self.blocks} blocks"
        return f"{blocks}: {', '.join(parts)}" if parts else "no blocks"

    def _all_gaps(self) -> tuple[Gap, ...]:
        gaps = tuple(self._gaps)
        if not self._gaps_left_out:
            return gaps
        return (*gaps, Gap(what="missing-blocks", evidence=f"{self._gaps_left_out} more such gaps"))


def _repeated(told: _Told) -> Finding:
    first = told.first
    if told.times == 1:
        return first
    found = f"{first.found} ({told.times} times; this is the first)"
    return Finding(first.check, first.where, first.expected, found, first.hint)
