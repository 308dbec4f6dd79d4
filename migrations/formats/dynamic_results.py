"""``training_results.json`` of the dynamic trainer: shares of base models, simulated losses.

It repeats the signed entry that lies in ``ledger_proof.json`` beside it.
"""

from oneseek.migrations.claims import (
    agreement,
    asserted,
    said_claims,
    summed,
    time_claim,
    time_of,
)
from oneseek.migrations.format import Format, Reading, VersionFacts
from oneseek.migrations.formats.training_results import NAMES
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.rules.name_hashes import entry_immutable_hash, weights8
from oneseek.migrations.shapes import has
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Claim

_SIMULATED = "the dynamic trainer makes its losses up with a formula and chance"


def _matches(look: Look) -> bool:
    return look.name.lower() in NAMES and has(look, "training_history")


def _read(record: Record) -> Reading:
    dna = record.text("dna", required=True)
    shares = record.numbers("final_weights")
    history = record.items("training_history", required=True)
    record.allow("output_path")
    entry = record.part("ledger_entry")
    entry.allow(*entry.values)
    time = time_of(entry, "timestamp")
    claims = [
        *said_claims(record, ("dna",)),
        *(asserted("base", name) for name in shares),
        *time_claim("created", time),
        *shares_claims(dna, shares),
        *said_claims(record, ("immutable_hash",), "hash:"),
        *_entry_claims(entry),
        *_loss_claims(history),
    ]
    verdict, reason = summed(claims, simulated=bool(history))
    facts = VersionFacts(
        name=dna,
        version=entry.text("version"),
        base_models=tuple(shares),
        created=time.text or None,
        created_zone=time.zone,
        simulated=bool(history),
        values={"final_weights": shares, "timestamp": time.text or None},
    )
    says = f"{shown(dna or '?', 160)}, {len(history)} epochs"
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


def shares_claims(dna: str | None, shares: dict[str, int | float]) -> list[Claim]:
    """The last but one hash of a name of the second generation is of the shares."""
    parts = (dna or "").split(".")
    if not shares or len(parts) < 2:
        return []
    digits = weights8(shares)
    yes = "recomputed from the shares of the base models; no byte of weights is covered"
    no = f"the shares of the base models in the record hash to {digits}"
    # The first generation had the hash of its categories between this one and the last.
    return [agreement("hash:weights", parts[-2], digits in parts[-3:-1], yes=yes, no=no)]


def _entry_claims(entry: Record) -> list[Claim]:
    wanted = entry.text("immutable_hash")
    if wanted is None:
        return []
    holds = entry_immutable_hash(entry.values) == wanted
    yes = "recomputed over the entry without its signature"
    no = "the entry in this record does not hash to it"
    return [agreement("hash:ledger_entry", wanted, holds, yes=yes, no=no)]


def _loss_claims(history: tuple[object, ...]) -> list[Claim]:
    last = history[-1] if history else None
    loss = last.get("total_loss") if isinstance(last, dict) else None
    return [] if loss is None else [asserted("metric:total_loss", loss, _SIMULATED)]


FORMAT = Format(
    name="dynamic-results",
    what="results of the dynamic trainer",
    rank=48,
    matches=_matches,
    read=record_reader(_read),
)
