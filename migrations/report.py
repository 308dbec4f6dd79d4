"""The report of an import: what came out of a source, as one document for text, JSON and HTML.

It is made from the plan alone: before a run it says what would be made, and the run keeps the same
bytes as the report object of the source. Lists are cut where nobody would read on; every one says
how many there are, and the inventory and the records of the versions have the rest.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from msgspec import to_builtins

from oneseek.domain.findings import Finding
from oneseek.domain.many import Group
from oneseek.migrations.discovery import all_formats
from oneseek.migrations.item import (
    FOLDER,
    LINK,
    QUARANTINED,
    SPECIAL,
    UNCLASSIFIED,
    UNREADABLE,
    Item,
)
from oneseek.migrations.plan import PlannedItem, PlannedLedger, PlannedVersion, SourcePlan
from oneseek.migrations.seen import Seen
from oneseek.migrations.verdicts import Claim, Verdict

REPORT_FORMAT = "oneseek-migration-report/v1"

MOST_ROWS = 1000
"""Of versions, ledgers and other lists."""
MOST_FINDINGS = 100
"""Of one check."""
MOST_CLAIMS = 40
"""Of one version; those that are contradicted come first."""
MOST_CLAIMED = 300
"""Versions that are listed with their claims."""

_NO_FORMATS = {
    FOLDER: "folder",
    LINK: "link",
    SPECIAL: "device, pipe or socket",
    UNREADABLE: "cannot be read",
    UNCLASSIFIED: "nothing that the old programs are known to write; kept as it is",
    QUARANTINED: "kept, and never opened",
}
"""What the classes are that no format gives."""

_WORST_FIRST = {verdict: rank for rank, verdict in enumerate(reversed(Verdict))}


def report_of(plan: SourcePlan) -> dict[str, Any]:
    """Return the report document of one source; the same plan gives the same document."""
    classes, items, against = _Classes(), _Findings(), _Contradictions()
    personal = 0
    for item in plan.items:
        classes.add(item)
        personal += item.personal
        items.add(item.findings)
    tally: Counter[str] = Counter()
    claims: Counter[str] = Counter()
    for version in plan.versions:
        tally[version.verdict] += 1
        claims.update(claim.verdict for claim in version.claims)
        against.add(version)
        items.add(version.findings)
    items.add(plan.findings)
    return {
        "format": REPORT_FORMAT,
        "source": plan.source,
        "path": plan.path,
        "entries": plan.entries,
        "files": plan.files,
        "size": plan.size,
        "personal": personal,
        "totals": [
            _total("versions", tally),
            _total("claims of their records", claims),
            _total("old ledgers", Counter(ledger.verdict for ledger in plan.ledgers)),
            _total("blocks of old ledgers", _blocks(plan)),
            _total("other records", Counter(told.verdict for told in plan.told)),
        ],
        "questions": _listed(to_builtins(plan.questions), len(plan.questions)),
        "versions": _listed(list(_versions(plan)), tally.total()),
        "ledgers": _worst_first(plan.ledgers),
        "gaps": _listed(to_builtins(plan.gaps), len(plan.gaps)),
        "quarantined": _listed(to_builtins(plan.quarantined), len(plan.quarantined)),
        "told": _worst_first(plan.told),
        "contradictions": against.document(),
        "findings": items.document(),
        "classes": classes.document(),
    }


def _blocks(plan: SourcePlan) -> Counter[str]:
    found: Counter[str] = Counter()
    for ledger in plan.ledgers:
        found.update(ledger.counts)
    return found


def _total(of: str, tally: Counter[str]) -> dict[str, Any]:
    return {"of": of, "counts": {verdict.value: tally[verdict] for verdict in Verdict}}


def _listed(rows: list[Any], count: int) -> dict[str, Any]:
    return {"count": count, "rows": list(rows[:MOST_ROWS])}


def _worst_first(judged: Group[PlannedLedger] | Group[PlannedItem]) -> dict[str, Any]:
    rows = heapq.nsmallest(MOST_ROWS, judged, key=lambda each: _WORST_FIRST[each.verdict])
    return _listed(to_builtins(rows), len(judged))


def _versions(plan: SourcePlan) -> Iterator[dict[str, Any]]:
    """Yield the worst versions first, as far as they are listed; equal ones as they were found."""
    worst = heapq.nsmallest(MOST_ROWS, plan.versions, key=lambda each: _WORST_FIRST[each.verdict])
    for number, version in enumerate(worst):
        yield _version(version, MOST_CLAIMS if number < MOST_CLAIMED else 0)


def _version(version: PlannedVersion, claims: int) -> dict[str, Any]:
    listed = sorted(version.claims, key=lambda claim: _WORST_FIRST[claim.verdict])[:claims]
    return {
        "label": version.label,
        "claimed": version.claimed,
        "path": version.path,
        "form": version.form,
        "form_reason": version.form_reason,
        "files": len(version.parts),
        "adapters": len(version.chain),
        "language": version.language,
        "base_name": version.base_name,
        "created": version.created,
        "created_zone": version.created_zone,
        "verdict": version.verdict.value,
        "reason": version.reason,
        "claims": {"count": len(version.claims), "rows": list(map(_claim, listed))},
    }


def _claim(claim: Claim) -> dict[str, Any]:
    found: dict[str, Any] = to_builtins(claim)
    return found


def what(kind: str) -> str:
    """Return what a class of an inventory is, for people."""
    named = {form.name: form.what for form in all_formats()}
    return named.get(kind) or _NO_FORMATS.get(kind, kind)


class _Classes:
    """Entries by class, with their number and their bytes."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()
        self._size: Counter[str] = Counter()

    def add(self, item: Item) -> None:
        self._count[item.kind] += 1
        self._size[item.kind] += item.size

    def document(self) -> list[dict[str, Any]]:
        return [
            {"kind": kind, "what": what(kind), "count": count, "size": self._size[kind]}
            for kind, count in sorted(self._count.items())
        ]


class _Contradictions:
    """What records of versions claim, beside what was found instead."""

    def __init__(self) -> None:
        self._count = 0
        self._rows: list[dict[str, str]] = []

    def add(self, version: PlannedVersion) -> None:
        for claim in version.claims:
            if claim.verdict is Verdict.CONTRADICTED:
                self._count += 1
                if len(self._rows) < MOST_ROWS:
                    self._rows.append(
                        {
                            "version": version.label,
                            "path": version.path,
                            "about": claim.about,
                            "says": claim.says,
                            "found": claim.reason,
                        }
                    )

    def document(self) -> dict[str, Any]:
        return {"count": self._count, "rows": self._rows}


class _Findings:
    """Findings by check: a thousand of one kind must not hide the only one of another."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._seen = Seen()

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings; one of a file and of the version that it makes is the same one."""
        for finding in findings:
            if not self._seen.add(finding):
                continue
            self._count[finding.check] += 1
            rows = self._rows.setdefault(finding.check, [])
            if len(rows) < MOST_FINDINGS:
                rows.append(asdict(finding))

    def document(self) -> dict[str, Any]:
        return {
            "count": self._count.total(),
            "checks": [
                {"check": check, "count": self._count[check], "rows": self._rows[check]}
                for check in sorted(self._rows)
            ],
        }
