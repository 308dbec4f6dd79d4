"""``train.json``, ``validation.json``, ``test.json`` of the data preparation: rows with answers."""

from oneseek.domain.findings import Finding
from oneseek.migrations.claims import ONLY_SAID
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import unreadable
from oneseek.migrations.shapes import below
from oneseek.migrations.texts import kind_of
from oneseek.migrations.verdicts import Verdict

_NAMES = frozenset(("train.json", "validation.json", "val.json", "test.json"))


def _matches(look: Look) -> bool:
    return look.name.lower() in _NAMES and (len(look.parts) == 1 or below(look, "prepared", "data"))


def _read(look: Look) -> Reading:
    if look.json.problem:
        return unreadable(look, look.json.problem)
    rows = look.json.value
    if not isinstance(rows, list):
        return unreadable(look, f"it holds {kind_of(rows)}, no list")
    odd = sum(not (isinstance(row, dict) and "question" in row) for row in rows)
    findings: tuple[Finding, ...] = ()
    if odd:
        findings = (Finding("field-missing", look.path, "rows with a question", f"{odd} without"),)
    return Reading(
        verdict=Verdict.ASSERTED,
        reason=ONLY_SAID,
        says=f"{len(rows)} rows",
        findings=findings,
    )


FORMAT = Format(
    name="prepared-split",
    what="prepared rows of a data preparation",
    rank=25,
    matches=_matches,
    read=_read,
    personal=True,
)
