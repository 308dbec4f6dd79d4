"""``oqt_provenance``: where an answer, a version, a material and an imported record come from.

The original had a document per query. There is one here as well, under the id of the query, and
besides one for everything that such a document names: versions, base models, datasets, and the
older sources and ledgers that were imported. The id says which: ``version:DIGEST``.
"""

from msgspec.structs import replace

from oneseek.domain import events as ev
from oneseek.domain.entry import Entry
from oneseek.domain.events import Event
from oneseek.domain.projections.collections import provenance_made as make
from oneseek.domain.projections.collections.collection import Collection
from oneseek.domain.projections.collections.ids import document_id
from oneseek.domain.projections.collections.labels import LABELLING, label, learn
from oneseek.domain.projections.collections.provenance_fields import render
from oneseek.domain.projections.collections.provenance_units import (
    Begun,
    ImportedLedger,
    Material,
    QueryOrigin,
    Source,
    VersionOrigin,
)
from oneseek.domain.projections.collections.values import Mark
from oneseek.domain.projections.versions import COLLECTION_VERSIONS
from oneseek.domain.state.store import State

NAME = "oqt_provenance"

_OfVersion = (
    ev.VersionSigned
    | ev.VersionActivated
    | ev.VersionWithdrawn
    | ev.BaseIdentified
    | ev.ReproductionJudged
    | ev.HoldPlaced
    | ev.HoldReleased
)
_OfSource = (
    ev.LegacyItemImported
    | ev.HistoryGap
    | ev.FileQuarantined
    | ev.SourceMovedAway
    | ev.SourceMovedBack
    | ev.LegacyTextErased
)


def _step(state: State, index: int, entry: Entry) -> None:
    body, mark = entry.body, (entry.time, index)
    learn(state, body)
    match body:
        case ev.QueryAnswered():
            state.put(document_id(body.query), make.query(state, mark, body))
        case ev.TextErased(query=query):
            key = document_id(query)
            if known := state.get(QueryOrigin, key):
                state.put(key, replace(known, erased=mark))
        case ev.TrainingStarted(training=training, parent=parent):
            state.put(training, Begun(parent=parent, parent_name=label(state, parent)))
        case ev.VersionCertified():
            state.put(f"version:{body.manifest}", make.certified(state, mark, body))
        case ev.VersionImported():
            state.put(f"version:{body.manifest}", make.imported(mark, body))
        case ev.BaseModelRegistered() | ev.DatasetRegistered():
            material = make.material(mark, body)
            state.put(f"{material.type}:{material.digest}", material)
        case ev.LedgerImported():
            state.put(f"ledger:{index}", make.ledger(mark, body))
        case ev.SourceScanned(source=source):
            key = f"source:{document_id(source)}"
            state.put(key, make.scanned(state.get(Source, key), mark, body))
        case _:
            _later(state, mark, body)


def _later(state: State, mark: Mark, event: Event) -> None:
    """Tell in the document of a version or a source what became of it, where there is one."""
    if isinstance(event, _OfVersion):
        key = f"version:{event.manifest}"
        if version := state.get(VersionOrigin, key):
            state.put(key, _version_after(state, version, mark, event))
    else:
        assert isinstance(event, _OfSource)
        key = f"source:{document_id(event.source)}"
        if source := state.get(Source, key):
            state.put(key, _source_after(source, event))


def _version_after(
    state: State, version: VersionOrigin, mark: Mark, event: _OfVersion
) -> VersionOrigin:
    match event:
        case ev.VersionSigned(signature=signature, key=key):
            return replace(version, signed=mark, signature=signature, key=key)
        case ev.VersionActivated():
            return replace(version, activated=mark)
        case ev.VersionWithdrawn():
            return replace(version, withdrawn=mark)
        case ev.BaseIdentified(base=base):
            return replace(version, base=base, base_name=label(state, base) or version.base_name)
        case ev.ReproductionJudged(verdict=verdict, report=report):
            return replace(version, reproduced=mark, verdict=verdict, report=report)
        case _:
            return replace(version, held=isinstance(event, ev.HoldPlaced))


def _source_after(source: Source, event: _OfSource) -> Source:
    match event:
        case ev.LegacyItemImported():
            return replace(source, items=source.items + 1)
        case ev.HistoryGap():
            return replace(source, gaps=source.gaps + 1)
        case ev.FileQuarantined():
            return replace(source, quarantined=source.quarantined + 1)
        case ev.SourceMovedAway(to=to):
            return replace(source, moved_to=to)
        case ev.SourceMovedBack():
            return replace(source, moved_to=None)
        case _:
            return replace(source, erased=source.erased + 1)


PROVENANCE = Collection(
    name=NAME,
    version=COLLECTION_VERSIONS[NAME],
    events=LABELLING
    | {
        ev.QueryAnswered,
        ev.TextErased,
        ev.TrainingStarted,
        ev.SourceScanned,
        ev.LedgerImported,
        *_OfVersion.__args__,
        *_OfSource.__args__,
    },
    units=(QueryOrigin, VersionOrigin, Material, Source, ImportedLedger),
    step=_step,
    render=render,
)
