"""``adapter_config.json`` of PEFT. Its base model is an absolute path of the machine that trained.

The order of ``target_modules`` differs from run to run: the bytes say nothing about identity.
"""

from oneseek.migrations.claims import asserted, said_claims, summed
from oneseek.migrations.format import AdapterFacts, Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.rules.legacy_paths import last_part
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Claim

_SAID = ("r", "lora_alpha", "lora_dropout", "bias", "task_type")


def _matches(look: Look) -> bool:
    return look.name.lower() == "adapter_config.json"


def _read(record: Record) -> Reading:
    # PEFT's fields differ from release to release: none of them is unknown.
    record.allow(*record.values)
    base = record.text("base_model_name_or_path")
    rank = record.count("r", required=True)
    alpha = record.number("lora_alpha", required=True)
    targets = _targets(record)
    peft_type = record.text("peft_type", required=True)
    claims = [*said_claims(record, ("peft_type", *_SAID)), *_base_claims(base)]
    if targets:
        claims.append(asserted("target_modules", ", ".join(sorted(targets))))
    verdict, reason = summed(claims)
    facts = AdapterFacts(
        base=base,
        rank=rank,
        alpha=None if alpha is None or abs(alpha) > 2**53 else float(alpha),
        targets=targets,
        peft_type=peft_type,
    )
    says = f"{shown(peft_type or '?', 40)}, rank {shown(rank, 40)}, {len(targets)} modules"
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


def _targets(record: Record) -> tuple[str, ...]:
    """A list, or one text: a pattern or ``all-linear``."""
    value = record.get("target_modules")
    return (value,) if isinstance(value, str) else record.texts("target_modules")


def _base_claims(base: str | None) -> list[Claim]:
    if base is None:
        return []
    name = shown(last_part(base) or "?", 120)
    return [asserted("base", base, f"a path of the machine that trained; its last part is {name}")]


FORMAT = Format(
    name="adapter-config",
    what="settings of an adapter",
    rank=30,
    matches=_matches,
    read=record_reader(_read),
)
