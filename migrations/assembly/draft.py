"""Making one version out of its records, weights and adapters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from oneseek.domain.findings import Finding
from oneseek.migrations.assembly.adapters import Adapter, nested_in
from oneseek.migrations.assembly.claims import (
    chain_claims,
    checksum_claims,
    name_claims,
    name_findings,
    nested_claims,
    record_claims,
)
from oneseek.migrations.assembly.material import Filed
from oneseek.migrations.assembly.overall import overall
from oneseek.migrations.assembly.parts import form_of, parts_of, used_paths, weights_claims
from oneseek.migrations.assembly.recomputed import RESULTS_DNA
from oneseek.migrations.assembly.weighing import Weighing
from oneseek.migrations.format import VersionFacts
from oneseek.migrations.plan import PlannedVersion
from oneseek.migrations.rules.labels import folder_label
from oneseek.migrations.rules.legacy_name import LegacyName
from oneseek.migrations.rules.names import read_name
from oneseek.migrations.verdicts import Claim

_REASON = 430
"""Characters, so that what is added to a reason still stands in its 500."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """What belongs to a version, before it is judged."""

    name: str
    """Of its folder, or of its files without their endings."""
    path: str
    """What makes it a version: its first record, or its weights."""
    records: list[Filed] = field(default_factory=list)
    """The one that counts first."""
    weights: list[Filed] = field(default_factory=list)
    chain: list[Adapter] = field(default_factory=list)
    others: list[Filed] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Adapters that a record lists and nobody finds."""
    claims: list[Claim] = field(default_factory=list)
    """From outside: ledgers, proofs, backups."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def facts(self) -> VersionFacts:
        """What the records say, the first one that says it; empty where there is no record."""
        found = [facts_of(filed) for filed in self.records]
        return _merged([facts for facts in found if facts is not None])


def facts_of(filed: Filed) -> VersionFacts | None:
    """Return the version facts of a record."""
    facts = filed.reading.facts if filed.reading else None
    return facts if isinstance(facts, VersionFacts) else None


def plan_version(draft: Draft, weighing: Weighing) -> PlannedVersion:
    """Judge a draft and return the version as it will be imported."""
    facts, chain, weights = draft.facts, tuple(draft.chain), tuple(draft.weights)
    form = form_of(chain, weights, weighing)
    names = name_claims(draft.name, facts)
    claims = [
        *names,
        *weights_claims(weights, chain, weighing),
        *checksum_claims(facts, weights),
        *chain_claims(chain, draft.missing),
        *nested_claims(nested_in(chain, weighing)),
        *record_claims(draft.records, settled=names),
        *draft.claims,
    ]
    verdict, reason = overall(
        claims,
        has_weights=form.form != "none",
        used=used_paths(form, weights, chain),
        without=form.reason or "there are no weights",
    )
    if facts.simulated:
        reason = f"{reason[:_REASON]}; figures of it are constants of the old code, and unmeasured"
    parsed = read_name(draft.name)
    said = parsed if isinstance(parsed, LegacyName) else None
    inside = read_name(facts.name or facts.version or "")
    number = next(
        (one for one in (said, inside) if isinstance(one, LegacyName) and one.major is not None),
        None,
    )
    return PlannedVersion(
        label=folder_label(draft.name),
        claimed=facts.name or facts.version or draft.name,
        path=draft.path,
        form=form.form,
        form_reason=form.reason,
        parts=parts_of(draft.records, weights, chain, draft.others, weighing),
        chain=tuple(adapter.place for adapter in chain),
        language=facts.language or (said.language if said else None),
        major=number.major if number else None,
        minor=number.minor if number else None,
        base_name=_base_name(facts, chain),
        created=facts.created,
        created_zone=facts.created_zone,
        verdict=verdict,
        reason=reason,
        claims=tuple(claims),
        findings=(
            *draft.findings,
            *name_findings(draft.path, draft.name),
            *_own_findings(draft.records),
        ),
    )


def _base_name(facts: VersionFacts, chain: Sequence[Adapter]) -> str | None:
    if facts.base_models:
        return facts.base_models[0]
    named = next((adapter.base for adapter in reversed(chain) if adapter.base), None)
    # The last part of a path of the old machine, with either slash.
    return named.replace("\\", "/").rstrip("/").rpartition("/")[2] or None if named else None


def _own_findings(records: Sequence[Filed]) -> list[Finding]:
    return [found for filed in records if filed.reading for found in filed.reading.findings]


def _merged(found: Sequence[VersionFacts]) -> VersionFacts:
    values: dict[str, object] = {}
    for facts in reversed(found):
        values.update(facts.values)
        if "final_loss" in facts.values and facts.name:
            values[RESULTS_DNA] = facts.name

    def first(name: str) -> Any:
        return next((value for facts in found if (value := getattr(facts, name))), None)

    timed = next((facts for facts in found if facts.created), None)
    return VersionFacts(
        name=first("name"),
        version=first("version"),
        language=first("language"),
        base_models=first("base_models") or (),
        adapters=first("adapters") or (),
        created=timed.created if timed else None,
        created_zone=timed.created_zone if timed else None,
        checksum=first("checksum"),
        weights_size=first("weights_size"),
        ledger_block=first("ledger_block"),
        simulated=any(facts.simulated for facts in found),
        current=any(facts.current for facts in found),
        values=values,
    )
