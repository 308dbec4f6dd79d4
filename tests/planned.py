"""Plans of imports, made by hand: for tests of what is told about them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from oneseek.domain.digest import sha256
from oneseek.domain.findings import Finding
from oneseek.migrations.item import Item
from oneseek.migrations.plan import (
    Part,
    PlannedGap,
    PlannedItem,
    PlannedLedger,
    PlannedVersion,
    Quarantined,
    Question,
    SourcePlan,
)
from oneseek.migrations.spool import Spool
from oneseek.migrations.verdicts import Claim, Verdict

DNA = "OneSeek-7B-Zero.v1.0.sv.dsoneseek-identity-core.79171dc2.3a95b79b"


def spooled(kind: type[Any], values: Iterable[Any]) -> Any:
    """Return ``values`` as a plan holds them."""
    made = Spool(kind)
    for value in values:
        made.add(value)
    return made


def claim(about: str, verdict: Verdict = Verdict.VERIFIED, says: str = "so") -> Claim:
    return Claim(about=about, says=says, verdict=verdict, reason=f"because of {about}")


def version(
    label: str = DNA, verdict: Verdict = Verdict.ASSERTED, **besides: Any
) -> PlannedVersion:
    told: dict[str, Any] = {
        "label": label,
        "claimed": label,
        "path": f"oneseek-certified/{label}/metadata.json",
        "form": "adapter",
        "form_reason": "",
        "parts": (
            Part(path=f"oneseek-certified/{label}/metadata.json", digest=sha256(b"m"), size=1,
                 role="record"),
        ),
        "chain": ("a-adapter",),
        "language": "sv",
        "major": 1,
        "minor": 0,
        "base_name": "kb-llama",
        "created": "2025-11-20T18:25:38.187329Z",
        "created_zone": "utc",
        "verdict": verdict,
        "reason": "only the record says so",
        "claims": (claim("name", Verdict.RECONSTRUCTED), claim("metric:loss", Verdict.ASSERTED)),
    }  # fmt: skip
    return PlannedVersion(**{**told, **besides})


def finding(check: str = "name-differs", where: str = "a/metadata.json") -> Finding:
    return Finding(check, where, "one name", "another name", "look at both")


def source_plan(root: Path = Path("/srv/civicai"), **besides: Any) -> SourcePlan:
    """Return a plan in which there is one of everything; ``besides`` replaces parts of it."""
    items = [
        Item(path="oneseek-certified", type="folder", kind="folder"),
        Item(path=f"oneseek-certified/{DNA}/metadata.json", type="file", size=900,
             digest=sha256(b"m"), kind="certified-metadata", findings=(finding(),)),
        Item(path="ledger.json", type="file", size=5000, digest=sha256(b"l"), kind="python-ledger"),
        Item(path="odd.txt", type="file", size=3, digest=sha256(b"odd")),
    ]  # fmt: skip
    told: dict[str, Any] = {
        "root": root,
        "path": str(root),
        "source": "0123456789abcdef",
        "entries": 4,
        "files": 3,
        "size": 5903,
        "items": spooled(Item, items),
        "versions": spooled(PlannedVersion, [version()]),
        "judgements": {},
        "ledgers": (
            PlannedLedger(
                path="ledger.json", format="python-ledger", blocks=3,
                counts={Verdict.VERIFIED: 2, Verdict.CONTRADICTED: 1},
                verdict=Verdict.CONTRADICTED, reason="block 2 has another hash than it says",
            ),
        ),
        "told": (
            PlannedItem(path="oneseek-certified/CURRENT", what="pointer", says=f"leads to {DNA}",
                        verdict=Verdict.ASSERTED, reason="nobody says otherwise"),
        ),
        "gaps": (
            PlannedGap(path=".ledger/reset-log.jsonl", what="erased-by-reset",
                       evidence="the log of a reset, and nothing from before it"),
        ),
        "quarantined": (Quarantined(path="old.pth", reason="its pickle would run os.system"),),
        "findings": (finding("pointers-disagree", "oneseek-certified"),),
        "questions": (
            Question(asks="Which version is active?", why="the old pointers name different ones",
                     command=f"oneseek activate {DNA}"),
        ),
    }  # fmt: skip
    return SourcePlan(**{**told, **besides})
