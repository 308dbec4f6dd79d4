"""Judges an old ledger in a file, and checks what must hold for every one of them."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from oneseek.domain.digest import sha256
from oneseek.migrations.ledgers.judging import BlockJudgement, Judge, LedgerJudgement
from oneseek.migrations.look import Look

SECRET = "Where did Anna Andersson sleep"
"""A text of a person: whatever a test judges, this never comes out."""


@dataclass(frozen=True)
class Judged:
    whole: LedgerJudgement
    blocks: list[BlockJudgement]

    @property
    def checks(self) -> set[str]:
        return {finding.check for finding in self.whole.findings}

    @property
    def gaps(self) -> list[str]:
        return [gap.what for gap in self.whole.gaps]

    @property
    def verdicts(self) -> dict[str, str]:
        return {block.number: block.verdict.value for block in self.blocks}

    def found(self, check: str) -> str:
        return next(f.found for f in self.whole.findings if f.check == check)


def look_at(file: Path, path: str = "") -> Look:
    """Return a look at ``file`` under ``path``."""
    data = file.read_bytes()
    return Look(file, path or file.name, size=len(data), digest=sha256(data))


def judge_file(ledger: str, file: Path, **asked: frozenset[str]) -> Judged:
    """Judge ``file`` with the module ``ledger``; every count and place must agree."""
    judge: Judge = import_module(f"oneseek.migrations.ledgers.{ledger}").judge
    blocks: list[BlockJudgement] = []
    read: list[int] = []
    whole = judge(look_at(file), blocks.append, on_bytes=read.append, **asked)
    data = file.read_bytes()
    assert whole.blocks == len(blocks) == sum(whole.counts.values())
    assert sum(read) <= len(data)
    assert SECRET not in repr(whole) + repr(blocks)
    for block in blocks:
        assert 0 <= block.offset < block.offset + block.length <= len(data)
        assert block.reason
        assert block.reason[0] not in "; "
    return Judged(whole, blocks)
