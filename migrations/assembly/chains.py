"""The old ledgers of a source: every block judged, and what they say of its versions."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from oneseek.domain.findings import Finding
from oneseek.migrations.assembly.draft import facts_of
from oneseek.migrations.assembly.looking import look_at
from oneseek.migrations.assembly.material import Filed, Material
from oneseek.migrations.format import LedgerFacts, VersionFacts
from oneseek.migrations.ledgers.judging import BlockJudgement, Judge, LedgerJudgement
from oneseek.migrations.plan import PlannedGap, PlannedLedger
from oneseek.migrations.spool import Spool
from oneseek.migrations.verdicts import Claim, Verdict

PYTHON_CHAIN = "python_chain"


@dataclass(slots=True)
class Chains:
    """All ledgers of a source."""

    ledgers: list[PlannedLedger] = field(default_factory=list)
    judgements: dict[str, Spool[BlockJudgement]] = field(default_factory=dict)
    gaps: list[PlannedGap] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    python: list[PlannedLedger] = field(default_factory=list)
    """Those of ``ledgers`` that are chains of the Python programs."""
    named: dict[str, dict[str, str]] = field(default_factory=dict)
    """By path of a ledger: the model version that each block names which was asked for."""


def judge_ledgers(
    material: Material,
    root: Path,
    trusted: frozenset[str],
    on_bytes: Callable[[int], None] | None = None,
) -> Chains:
    """Judge every block of every ledger."""
    wanted = frozenset(_wanted(material))
    chains = Chains()
    for path in material.with_facts(LedgerFacts):
        filed = material.get(path)
        assert filed is not None
        _one(chains, filed, root, wanted, trusted, on_bytes)
    return chains


def block_claims(chains: Chains, facts: VersionFacts) -> list[Claim]:
    """Say whether the block that a record refers to names the version of the record."""
    number = facts.ledger_block
    if number is None:
        return []
    found = {path: named[number] for path, named in chains.named.items() if number in named}
    if not found:
        reason = "no ledger that was found has a block of this number that names a version"
        return [_claim(number, Verdict.ASSERTED, reason)]
    path, version = next(iter(found.items()))
    own = {text for text in (facts.version, facts.name) if text}
    if version in own:
        return [_claim(number, Verdict.VERIFIED, f"block {number} of {path} names this version")]
    reason = f"block {number} of {path} names version {version}"
    return [_claim(number, Verdict.CONTRADICTED, reason)]


def _one(
    chains: Chains,
    filed: Filed,
    root: Path,
    wanted: frozenset[str],
    trusted: frozenset[str],
    on_bytes: Callable[[int], None] | None,
) -> None:
    item, reading = filed.item, filed.reading
    assert reading is not None
    assert isinstance(reading.facts, LedgerFacts)
    judge = _judge(reading.facts.ledger)
    look = look_at(root, item)
    blocks = chains.judgements[item.path] = Spool(BlockJudgement)

    def keep(block: BlockJudgement) -> None:
        blocks.add(block)

    found = judge(look, keep, wanted=wanted, trusted=trusted, on_bytes=on_bytes)
    chains.ledgers.append(_planned(item.path, item.kind, found))
    if reading.facts.ledger == PYTHON_CHAIN:
        chains.python.append(chains.ledgers[-1])
    chains.gaps += [
        PlannedGap(path=item.path, what=gap.what, evidence=gap.evidence) for gap in found.gaps
    ]
    chains.findings += found.findings
    # Records name blocks of the Python chain; other ledgers count blocks of their own.
    if found.named and reading.facts.ledger == PYTHON_CHAIN:
        chains.named[item.path] = dict(found.named)


def _planned(path: str, kind: str, found: LedgerJudgement) -> PlannedLedger:
    return PlannedLedger(
        path=path,
        format=kind,
        blocks=found.blocks,
        counts={verdict: found.counts.get(verdict, 0) for verdict in Verdict},
        verdict=found.verdict,
        reason=found.reason,
    )


def _wanted(material: Material) -> list[str]:
    found = []
    for path in material.with_facts(VersionFacts):
        filed = material.get(path)
        facts = facts_of(filed) if filed else None
        if facts is not None and facts.ledger_block is not None:
            found.append(facts.ledger_block)
    return found


def _judge(name: str) -> Judge:
    module = importlib.import_module(f"oneseek.migrations.ledgers.{name}")
    judge: Judge = module.judge
    return judge


def _claim(number: str, verdict: Verdict, reason: str) -> Claim:
    return Claim(about="ledger-block", says=number[:100], verdict=verdict, reason=reason)
