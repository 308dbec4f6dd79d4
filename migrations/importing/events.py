"""The events of an import, out of its plan and the objects that were kept for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from oneseek.domain import events as e
from oneseek.domain.digest import Digest
from oneseek.domain.many import Group, group
from oneseek.migrations.importing.folders import Made
from oneseek.migrations.plan import PlannedVersion, SourcePlan

_SHOWN = 1000
"""Characters of a text of the old system in an event; its object has the rest."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The object that holds a file's bytes; ``digest`` is None for what is no file."""

    digest: Digest | None = None
    sealed: bool = False
    size: int = 0


Told = e.LedgerImported | e.LegacyItemImported | e.HistoryGap | e.FileQuarantined

Bytes = Callable[[str], Kept]
"""Path → where its bytes are."""


def version_event(
    plan: SourcePlan, version: PlannedVersion, made: Made, record: Digest
) -> e.VersionImported:
    """Return the event of one version."""
    return e.VersionImported(
        manifest=made.manifest,
        dna=version.label,
        claimed=_short(version.claimed),
        weights=made.weights,
        form=made.form,
        adapters=len(version.chain),
        language=_short(version.language),
        major=version.major,
        minor=version.minor,
        base=None,
        base_name=_short(version.base_name),
        created=_short(version.created),
        created_zone=version.created_zone,
        verdict=version.verdict.value,
        reason=version.reason,
        record=record,
        source=plan.source,
        path=_short(version.path) or "",
    )


def other_events(plan: SourcePlan, bytes_of: Bytes, judged: dict[str, Digest]) -> Group[Told]:
    """Return the events of ledgers, of what else was told, of gaps, and of quarantined files."""
    count = len(plan.ledgers) + len(plan.told) + len(plan.gaps) + len(plan.quarantined)
    return group(count, lambda: _others(plan, bytes_of, judged))


def _others(plan: SourcePlan, bytes_of: Bytes, judged: dict[str, Digest]) -> Iterator[Told]:
    for ledger in plan.ledgers:
        kept = bytes_of(ledger.path)
        assert kept.digest is not None
        verified, rebuilt, asserted, against = ledger.counts.values()
        yield e.LedgerImported(
            source=plan.source, path=_cut(ledger.path), format=ledger.format, ledger=kept.digest,
            sealed=kept.sealed, blocks=ledger.blocks, verified=verified, reconstructed=rebuilt,
            asserted=asserted, contradicted=against, judgements=judged[ledger.path],
            verdict=ledger.verdict.value, reason=_cut(ledger.reason),
        )  # fmt: skip
    for told in plan.told:
        kept = bytes_of(told.path)
        yield e.LegacyItemImported(
            source=plan.source, path=_cut(told.path), what=told.what, digest=kept.digest,
            sealed=kept.sealed, says=_cut(told.says), verdict=told.verdict.value,
            reason=_cut(told.reason),
        )  # fmt: skip
    for gap in plan.gaps:
        yield e.HistoryGap(
            source=plan.source, path=_cut(gap.path), what=gap.what, evidence=_cut(gap.evidence)
        )
    for hostile in plan.quarantined:
        kept = bytes_of(hostile.path)
        assert kept.digest is not None
        yield e.FileQuarantined(
            source=plan.source, path=_cut(hostile.path), digest=kept.digest,
            size=kept.size,
            reason=_cut(hostile.reason),
        )  # fmt: skip


def _short(text: str | None) -> str | None:
    return None if text is None else _cut(text)


def _cut(text: str) -> str:
    # A lone surrogate cannot stand in an entry.
    return text[:_SHOWN].encode(errors="replace").decode()
