"""Ledgers of one source compared with each other: copies that were cut, and histories that part.

One file alone cannot show that its end was cut or that another branch exists; a second copy can.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from oneseek.domain.audit.answers import many
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.findings import Finding
from oneseek.migrations.assembly.looking import look_at
from oneseek.migrations.assembly.material import Material
from oneseek.migrations.ledgers.judging import BlockJudgement
from oneseek.migrations.plan import PlannedLedger
from oneseek.migrations.spool import Spool

MOST_BLOCKS = 100_000
"""A longer ledger is not compared: the digests of its blocks would have to be in memory."""
MOST_TOLD = 20

_ONE_HISTORY = "ledgers with one beginning that go on alike"


def compare_ledgers(
    ledgers: Sequence[PlannedLedger],
    judgements: dict[str, Spool[BlockJudgement]],
    material: Material,
    root: Path,
) -> Iterator[Finding]:
    """Yield a finding for every two ledgers that begin alike and are not the same."""
    begins: dict[Digest, list[tuple[str, list[Digest]]]] = {}
    for ledger in ledgers:
        if 1 < ledger.blocks <= MOST_BLOCKS:
            blocks = _blocks(ledger.path, judgements[ledger.path], material, root)
            if blocks:
                begins.setdefault(blocks[0], []).append((ledger.path, blocks))
    told = 0
    for alike in begins.values():
        for (one, first), (other, second) in combinations(alike, 2):
            finding = _compared(one, first, other, second)
            if finding is not None and told < MOST_TOLD:
                told += 1
                yield finding


def _compared(one: str, first: list[Digest], other: str, second: list[Digest]) -> Finding | None:
    if first == second:
        return None
    shared = next(
        (place for place, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )
    where = f"{one} and {other}"
    if shared == min(len(first), len(second)):
        short, long = (one, other) if len(first) < len(second) else (other, one)
        found = (
            f"{short} ends after {many(shared, 'block')}, {long} goes on: an older or a cut copy"
        )
        return Finding("ledger-copy-shorter", where, _ONE_HISTORY, found)
    found = (
        f"the same {many(shared, 'block')}, and then others: a fork, or a copy that was rewritten"
    )
    return Finding("ledgers-part", where, _ONE_HISTORY, found)


def _blocks(
    path: str, judged: Spool[BlockJudgement], material: Material, root: Path
) -> list[Digest]:
    filed = material.get(path)
    assert filed is not None
    blocks = []
    with look_at(root, filed.item).open() as stream:
        for block in judged:
            stream.seek(block.offset)
            # Blanks differ when a copy lies deeper in a document; they are no part of a block.
            blocks.append(sha256(b"".join(stream.read(block.length).split())))
    return blocks
