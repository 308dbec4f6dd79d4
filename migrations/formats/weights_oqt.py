"""Shape (f) of weights metadata: OQT-1.0 as its readme describes it, by ``checksum``.

The readme shows the checksum cut. Bias is on a scale from 0 to 10 here, from 0 to 1 elsewhere.
"""

import re

from oneseek.migrations.claims import (
    asserted,
    figure_claims,
    figures,
    said_claims,
    summed,
    time_claim,
    time_of,
)
from oneseek.migrations.format import Format, Reading, VersionFacts
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.shapes import has, is_version_file, json_object
from oneseek.migrations.texts import shown

_CHECKSUM = re.compile(r"sha256:[0-9a-f]{64}")
_COMPARE = "to be compared with the weights"
_CUT = "it is no whole SHA-256, so that it cannot be compared with anything"


def _matches(look: Look) -> bool:
    if not is_version_file(look):
        return False
    version = (json_object(look) or {}).get("version")
    named = isinstance(version, str) and version.upper().startswith("OQT-")
    return has(look, "checksum") or (named and has(look, "created_at"))


def _read(record: Record) -> Reading:
    version = record.text("version", required=True)
    created = time_of(record, "created_at", required=True)
    bases = record.texts("base_models", required=True)
    training = record.part("training")
    counts = figures(training, "samples_processed", "microtraining_events")
    last = time_of(training, "last_major_training")
    measured = figures(
        record.part("performance"), "average_confidence", "bias_score", "fairness_index"
    )
    checksum = record.text("checksum")
    size = record.count("file_size_bytes")
    claims = [
        *said_claims(record, ("version",)),
        *time_claim("created", created),
        *time_claim("last-major-training", last),
        *(asserted("base", base) for base in bases),
        *figure_claims(measured),
        *(asserted(f"training:{key}", value) for key, value in counts.items()),
    ]
    if checksum is not None:
        whole = _CHECKSUM.fullmatch(checksum) is not None
        if not whole:
            expected = "sha256: and 64 hex digits"
            record.note("checksum-malformed", "checksum", expected, shown(checksum, 100))
        reason = (
            "to be compared with the weights" if whole else "too short to compare with anything"
        )
        claims.append(asserted("promised:checksum", checksum, reason))
    if size is not None:
        claims.append(asserted("promised:size", size, "to be compared with the weights"))
    verdict, reason = summed(claims)
    facts = VersionFacts(
        name=version,
        base_models=bases,
        created=created.text or None,
        created_zone=created.zone,
        checksum=checksum,
        weights_size=size,
        values={**counts, **measured},
    )
    says = shown(version or "?", 80) + (", no checksum" if checksum is None else "")
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


FORMAT = Format(
    name="weights-metadata-oqt",
    what="metadata of OQT-1.0 weights, as the readme describes it",
    rank=44,
    matches=_matches,
    read=record_reader(_read),
)
