"""``{dna}.{quantisation}.manifest.json``: a GGUF file that somebody was to make by hand.

Its status is ``pending`` or ``manual_required``: that the file was ever made is said nowhere. The
command in it is text and is never run.
"""

import re

from oneseek.migrations.claims import said_claims, summed, time_claim, time_of
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.shapes import below
from oneseek.migrations.texts import shown

_QUANTISED = re.compile(r"\.(q\d_[0k](_[sml])?|f16|gguf)\.manifest")


def _matches(look: Look) -> bool:
    name = look.name.lower()
    placed = below(look, "gguf") or _QUANTISED.search(name) is not None
    return placed and name.endswith(".manifest.json")


def _read(record: Record) -> Reading:
    status = record.text("status", required=True)
    quantisation = record.text("quantization", required=True)
    record.allow("quantizationInfo", "command", "note", "instructions", "path", "error")
    claims = [
        *said_claims(record, ("modelPath", "outputPath", "quantization", "status")),
        *time_claim("created", time_of(record, "exportedAt")),
    ]
    verdict, reason = summed(claims)
    says = f"{shown(quantisation or '?', 40)}, {shown(status or '?', 40)}"
    return Reading(verdict=verdict, reason=reason, says=says, claims=tuple(claims))


FORMAT = Format(
    name="gguf-manifest",
    what="what was to be done to make a GGUF file",
    matches=_matches,
    read=record_reader(_read),
)
