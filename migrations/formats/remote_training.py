"""Jobs for a remote machine and its last sign of life, below ``models/``.

A job's file says ``queued`` for ever: its state was kept in memory.
"""

import re

from oneseek.migrations.claims import asserted, said_claims, summed, time_claim, time_of
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.shapes import below
from oneseek.migrations.texts import shown

_JOB = re.compile(r"remote-\d+-[0-9a-z]+\.json", re.IGNORECASE)


def _is_job(look: Look) -> bool:
    if _JOB.fullmatch(look.name):
        return True
    return below(look, ".remote_jobs") and look.name.lower().endswith(".json")


def _is_status(look: Look) -> bool:
    return look.name.lower() == ".remote_status.json"


def _read_job(record: Record) -> Reading:
    identity = record.text("id", required=True)
    bases = record.texts("baseModels", required=True)
    params = record.part("params", required=True)
    params.allow(*params.values)
    claims = [
        *said_claims(record, ("id", "type", "dataset", "runId", "state")),
        *time_claim("created", time_of(record, "submittedAt", required=True)),
        *(asserted("base", base) for base in bases),
    ]
    verdict, reason = summed(claims)
    says = f"job {shown(identity or '?', 80)}; what became of it is recorded nowhere"
    return Reading(verdict=verdict, reason=reason, says=says, claims=tuple(claims))


def _read_status(record: Record) -> Reading:
    record.flag("online")
    record.allow("hostname", "gpuInfo")
    claims = time_claim("last-ping", time_of(record, "lastPing", required=True))
    verdict, reason = summed(claims)
    says = "the last sign of life of a remote machine"
    return Reading(verdict=verdict, reason=reason, says=says, claims=tuple(claims))


FORMATS = (
    Format(
        name="remote-job",
        what="a job for a remote machine",
        matches=_is_job,
        read=record_reader(_read_job),
    ),
    Format(
        name="remote-status",
        what="the last sign of life of a remote machine",
        matches=_is_status,
        read=record_reader(_read_status),
    ),
)
