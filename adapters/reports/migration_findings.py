"""Findings as people read them: equal ones together, and what no old record of a kind could prove.

An old tree may hold a thousand ledgers with one and the same weakness. Told a thousand times, it
hides the single block that somebody changed; told beside that block, it looks like a forgery too.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LIMITS = frozenset(
    {
        "dataset-elsewhere",
        "history-hash-missing",
        "input-hash-short",
        "ledger-end-unproven",
        "ledger-hash-as-stored",
        "ledger-not-covered",
        "ledger-unchained",
        "query-unchained",
        "time-false-z",
        "training-unchained",
    }
)
"""Checks that every record of its kind fails, because the program that wrote it did too little."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Findings of one check that differ in nothing but their place."""

    expected: str
    found: str
    hint: str
    places: tuple[str, ...]


def alike(rows: Iterable[Mapping[str, Any]]) -> Iterator[Alike]:
    """Yield findings of one check with equal ones as one, in the order of their first."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        said = (row["expected"], row["found"], row["hint"] or "")
        places.setdefault(said, []).append(row["where"])
    for said, where in places.items():
        yield Alike(*said, tuple(where))


def parted(
    checks: Iterable[Mapping[str, Any]],
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Return the groups of findings that say something is amiss, and those that are limits."""
    listed = list(checks)
    amiss = [group for group in listed if group["check"] not in LIMITS]
    return amiss, [group for group in listed if group["check"] in LIMITS]


def number_of(checks: Iterable[Mapping[str, Any]]) -> int:
    """Return how many findings are in groups, those that are not listed too."""
    return sum(int(group["count"]) for group in checks)
