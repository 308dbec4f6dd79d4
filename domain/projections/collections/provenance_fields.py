"""The documents of ``oqt_provenance`` as fields, one function per type."""

from oneseek.domain.documents import Value
from oneseek.domain.projections.collections.collection import Node, Rendered
from oneseek.domain.projections.collections.provenance_units import (
    ImportedLedger,
    Material,
    QueryOrigin,
    Source,
    VersionOrigin,
)
from oneseek.domain.projections.collections.values import Mark, mark_fields, moment

Unit = QueryOrigin | VersionOrigin | Material | Source | ImportedLedger


def render(unit: Unit) -> Rendered:
    """Return the fields of a document; all types share when it was recorded, and where."""
    match unit:
        case QueryOrigin():
            fields = _query(unit)
        case VersionOrigin():
            fields = _version(unit)
        case Material():
            fields = _material(unit)
        case Source():
            fields = _source(unit)
        case _:
            fields = _ledger(unit)
    return Rendered(fields | _recorded(unit.mark))


def _recorded(mark: Mark) -> dict[str, Node]:
    time, index = mark
    # The original wrote both: the text and the timestamp.
    return {"timestamp": time, "createdAt": moment(time), "ledgerIndex": index}


def _query(unit: QueryOrigin) -> dict[str, Node]:
    # One step, for one was timed. The original listed three with times made up afterwards.
    step: dict[str, Value] = {
        "step": "inference",
        "timestamp": unit.mark[0],
        "duration_ms": unit.duration_ms,
        "promptFormat": unit.prompt_format,
    }
    return {
        "type": "query",
        "queryId": unit.query,
        "model": unit.model,
        "modelManifest": unit.base,
        "version": unit.version,
        "versionManifest": unit.manifest,
        "inputHash": unit.input,
        "outputHash": unit.output,
        "processingSteps": [step],
        "erased": mark_fields(unit.erased),
    }


def _version(unit: VersionOrigin) -> dict[str, Node]:
    return {
        "type": "version",
        "version": unit.dna,
        "versionManifest": unit.manifest,
        "evidence": unit.evidence,
        "weights": unit.weights,
        "trainingId": unit.training,
        "model": unit.base_name,
        "modelManifest": unit.base,
        "dataSource": unit.dataset_name,
        "dataset": unit.dataset,
        "previousVersion": unit.parent_name,
        "previousManifest": unit.parent,
        "claimedVersion": unit.claimed,
        "record": unit.record,
        "source": unit.source,
        "signed": mark_fields(unit.signed),
        "signature": unit.signature,
        "signatureKey": unit.key,
        "activated": mark_fields(unit.activated),
        "withdrawn": mark_fields(unit.withdrawn),
        "reproduced": mark_fields(unit.reproduced),
        "reproduction": unit.verdict,
        "reproductionReport": unit.report,
        "held": unit.held,
    }


def _material(unit: Material) -> dict[str, Node]:
    return {
        "type": unit.type,
        "name": unit.name,
        "digest": unit.digest,
        "size": unit.size,
        "licence": unit.licence,
        "files": unit.files,
        "architecture": unit.architecture,
        "rows": unit.rows,
        "rowRoot": unit.row_root,
        "language": unit.language,
        "categories": None if unit.categories is None else list(unit.categories),
    }


def _source(unit: Source) -> dict[str, Node]:
    return {
        "type": "source",
        "source": unit.source,
        "path": unit.path,
        "inventory": unit.inventory,
        "report": unit.report,
        "entries": unit.entries,
        "files": unit.files,
        "size": unit.size,
        "items": unit.items,
        "gaps": unit.gaps,
        "quarantined": unit.quarantined,
        "erasedFiles": unit.erased,
        "movedTo": unit.moved_to,
    }


def _ledger(unit: ImportedLedger) -> dict[str, Node]:
    return {
        "type": "ledger",
        "source": unit.source,
        "path": unit.path,
        "format": unit.format,
        "ledger": unit.ledger,
        "judgements": unit.judgements,
        "blocks": unit.blocks,
        "verified": unit.verified,
        "reconstructed": unit.reconstructed,
        "asserted": unit.asserted,
        "contradicted": unit.contradicted,
        "verdict": unit.verdict,
        "reason": unit.reason,
    }
