"""The ``mergeHash`` of a merged model: which of its two makers it came from, recomputed."""

from datetime import datetime

from oneseek.migrations.claims import asserted, claim
from oneseek.migrations.record import Record
from oneseek.migrations.rules.name_hashes import node_merge_time
from oneseek.migrations.verdicts import Claim, Verdict

_DEFAULT_BASE = "llama-2-7b-swedish"
"""What Node writes down when a request names no base model; the hash then covers none."""


def merge_hash_claim(
    record: Record, adapters: tuple[str, ...], after: datetime | None
) -> list[Claim]:
    """Judge ``mergeHash`` of a record of Node; ``after`` is the time of the record, in UTC.

    Python's hash covers its own manifest, which lies elsewhere, and is only repeated here.
    """
    wanted = record.text("mergeHash")
    if wanted is None:
        return []
    version, base = record.text("version"), record.text("baseModel")
    if after is None or version is None or record.text("mergeType") is None:
        reason = "it covers the manifest that Python wrote, which is not this record"
        return [asserted("hash:merge", wanted, reason)]
    # Node wrote the record some milliseconds after it had taken the time for the hash.
    bases = (base, None) if base == _DEFAULT_BASE else (base,)
    found = node_merge_time(wanted, list(adapters), bases, version, after)
    if found is None:
        reason = "no time shortly before the record gives this hash"
        return [asserted("hash:merge", wanted, reason)]
    stamp = found.isoformat(timespec="milliseconds")
    reason = f"recomputed with the time of hashing put back: {stamp}"
    return [claim("hash:merge", wanted, Verdict.RECONSTRUCTED, reason)]
