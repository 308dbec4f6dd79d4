"""``CURRENT.txt``: the last merged model, with comments. No old program reads it."""

import re

from oneseek.domain.findings import Finding
from oneseek.migrations.claims import asserted, time_claim
from oneseek.migrations.format import Format, PointerFacts, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.rules.pointers import names_a_model
from oneseek.migrations.rules.times import read_time
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Verdict

_REMARK = re.compile(r"# ?(Last merged|Merge type|Merge hash|Adapters): ?(.*)")
_MAX_BYTES = 16 * 1024


def _matches(look: Look) -> bool:
    return look.name == "CURRENT.txt"


def _read(look: Look) -> Reading:
    lines = look.head.decode("utf-8-sig", "replace").splitlines() if look.size <= _MAX_BYTES else []
    first = lines[0].strip() if lines else ""
    if first.startswith("#") or "\ufffd" in first or not names_a_model(first):
        finding = Finding("pointer-unreadable", look.path, "a name in the first line", "none")
        reason = "it names no model that can be read"
        return Reading(verdict=Verdict.ASSERTED, reason=reason, findings=(finding,))
    claims = [asserted("name", first)]
    odd = 0
    for line in lines[1:]:
        found = _REMARK.fullmatch(line)
        if found is None:
            odd += bool(line.strip())
        elif found[1] == "Last merged":
            claims += time_claim("created", read_time(found[2].strip(), field="Last merged"))
        else:
            claims.append(asserted(found[1].lower().replace(" ", "-"), found[2].strip()))
    findings: tuple[Finding, ...] = ()
    if odd:
        findings = (Finding("field-unknown", look.path, "its four remarks", f"{odd} other lines"),)
    return Reading(
        verdict=Verdict.ASSERTED,
        reason="no old program reads it; it names the model that was merged last",
        says=f"merge-marker: {shown(first, 300)}",
        facts=PointerFacts(pointer="merge-marker", target=first[:1000]),
        claims=tuple(claims),
        findings=findings,
    )


FORMAT = Format(
    name="pointer-merge-marker",
    what="a text that names the model merged last",
    rank=20,
    matches=_matches,
    read=_read,
)
