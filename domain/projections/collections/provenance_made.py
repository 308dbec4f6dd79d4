"""The documents of ``oqt_provenance`` as the entry that begins them makes them."""

from msgspec.structs import replace

from oneseek.domain import events as ev
from oneseek.domain.projections.collections.labels import label
from oneseek.domain.projections.collections.provenance_units import (
    Begun,
    ImportedLedger,
    Material,
    QueryOrigin,
    Source,
    VersionOrigin,
)
from oneseek.domain.projections.collections.values import Mark
from oneseek.domain.state.store import State


def query(state: State, mark: Mark, event: ev.QueryAnswered) -> QueryOrigin:
    return QueryOrigin(
        mark=mark,
        query=event.query,
        model=label(state, event.base),
        base=event.base,
        version=label(state, event.version),
        manifest=event.version,
        input=event.question,
        output=event.answer,
        prompt_format=event.prompt_format,
        duration_ms=event.duration_ms,
    )


def certified(state: State, mark: Mark, event: ev.VersionCertified) -> VersionOrigin:
    begun = state.get(Begun, event.training) or Begun()
    return VersionOrigin(
        mark=mark,
        evidence="observed",
        dna=event.dna,
        manifest=event.manifest,
        weights=event.weights,
        training=event.training,
        base=event.base,
        base_name=label(state, event.base),
        dataset=event.dataset,
        dataset_name=label(state, event.dataset),
        parent=begun.parent,
        parent_name=begun.parent_name,
    )


def imported(mark: Mark, event: ev.VersionImported) -> VersionOrigin:
    return VersionOrigin(
        mark=mark,
        evidence=event.verdict,
        dna=event.dna,
        manifest=event.manifest,
        weights=event.weights,
        base=event.base,
        base_name=event.base_name,
        claimed=event.claimed,
        record=event.record,
        source=event.source,
    )


def material(mark: Mark, event: ev.BaseModelRegistered | ev.DatasetRegistered) -> Material:
    if isinstance(event, ev.BaseModelRegistered):
        return Material(
            mark=mark,
            type="base",
            name=event.name,
            digest=event.manifest,
            size=event.size,
            licence=event.licence,
            files=event.files,
            architecture=event.architecture,
        )
    return Material(
        mark=mark,
        type="dataset",
        name=event.name,
        digest=event.dataset,
        size=event.size,
        licence=event.licence,
        rows=event.rows,
        row_root=event.row_root,
        language=event.language,
        categories=event.categories,
    )


def ledger(mark: Mark, event: ev.LedgerImported) -> ImportedLedger:
    return ImportedLedger(
        mark=mark,
        source=event.source,
        path=event.path,
        format=event.format,
        ledger=event.ledger,
        judgements=event.judgements,
        blocks=event.blocks,
        verified=event.verified,
        reconstructed=event.reconstructed,
        asserted=event.asserted,
        contradicted=event.contradicted,
        verdict=event.verdict,
        reason=event.reason,
    )


def scanned(known: Source | None, mark: Mark, event: ev.SourceScanned) -> Source:
    """Return the document of a source as it was scanned last; what was counted in it stays."""
    scanned = Source(
        mark=mark,
        source=event.source,
        path=event.path,
        inventory=event.inventory,
        report=event.report,
        entries=event.entries,
        files=event.files,
        size=event.size,
    )
    if known is None:
        return scanned
    return replace(
        scanned,
        items=known.items,
        gaps=known.gaps,
        quarantined=known.quarantined,
        erased=known.erased,
    )
