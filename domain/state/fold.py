"""The fold that keeps the state documents: one function per kind of event, all pure.

The head of the ledger calls :func:`apply` for every entry, in order, inside the transaction that
stores it. Folding the whole ledger into an empty state gives the same documents.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    BaseModelRegistered,
    DatasetRegistered,
    Event,
    IndexLogged,
    KeyAdded,
    KeyRetired,
    LedgerOpened,
    MetricsMeasured,
    ModelKeyAdded,
    ModelKeyRetired,
    QueryAnswered,
    RegistryReset,
    ReproductionJudged,
    TextErased,
    TrainingCompleted,
    TrainingFailed,
    TrainingStarted,
    VersionActivated,
    VersionCertified,
    VersionNumbered,
    VersionRestored,
    VersionSigned,
    VersionWithdrawn,
)
from oneseek.domain.state import documents as doc
from oneseek.domain.state.store import Reading, State, index_key

FOLD_VERSION = 3
"""Raised whenever this module makes other documents of the same entries. A writer that finds
documents of an older fold folds them again first; one that finds newer ones writes nothing.

1: no documents for keys, and none for this number.
2: none for model keys, signatures, reproductions and the logged index."""


def registry_state(state: Reading) -> doc.RegistryState:
    """Return the registry document, or the one of an empty ledger."""
    found = state.get(doc.RegistryState, doc.REGISTRY_KEY)
    return found or doc.RegistryState(active=None, since=None, last_reset=-1, resets=0)


def apply(state: State, index: int, entry: Entry) -> None:
    """Update the documents that ``entry`` at leaf ``index`` changes; other kinds change none."""
    step = _BY_KIND.get(entry.body.kind)
    if step is not None:
        step(state, index, entry, entry.body)


def _opened(state: State, _: int, __: Entry, ___: LedgerOpened) -> None:
    state.put(doc.FOLD_KEY, doc.Fold(version=FOLD_VERSION))


def _key_added(state: State, index: int, _: Entry, event: KeyAdded) -> None:
    name = doc.key_of(event.purpose, event.verifier)
    # Announced once: a second announcement neither moves the first nor undoes a retirement.
    if state.get(doc.Key, name) is None:
        state.put(
            name,
            doc.Key(
                purpose=event.purpose,
                verifier=event.verifier,
                added=index,
                retired=None,
                reason=None,
            ),
        )


def _key_retired(state: State, index: int, _: Entry, event: KeyRetired) -> None:
    name = doc.key_of(event.purpose, event.verifier)
    key = state.get(doc.Key, name)
    if key is not None and key.retired is None:
        state.put(name, replace(key, retired=index, reason=event.reason))


def _model_key_added(state: State, index: int, _: Entry, event: ModelKeyAdded) -> None:
    # As with every key: a second announcement does not undo a retirement.
    if state.get(doc.ModelKey, event.key) is None:
        state.put(
            event.key,
            doc.ModelKey(
                key=event.key,
                algorithm=event.algorithm,
                public_key=event.public_key,
                added=index,
                retired=None,
                reason=None,
            ),
        )


def _model_key_retired(state: State, index: int, _: Entry, event: ModelKeyRetired) -> None:
    key = state.get(doc.ModelKey, event.key)
    if key is not None and key.retired is None:
        state.put(event.key, replace(key, retired=index, reason=event.reason))


def _index_logged(state: State, index: int, _: Entry, event: IndexLogged) -> None:
    logged = doc.LoggedIndex(index=index, size=event.size, root=event.root)
    state.put(doc.LOGGED_INDEX_KEY, logged)


def _base(state: State, index: int, _: Entry, event: BaseModelRegistered) -> None:
    known = state.get(doc.BaseModel, event.manifest)
    # The same bytes under another name are the same base model: it keeps its first name and
    # entry, and what was stated of its licence; the new name finds it, and the new place holds.
    state.put(
        event.manifest,
        doc.BaseModel(
            manifest=event.manifest,
            name=known.name if known else event.name,
            architecture=event.architecture,
            files=event.files,
            size=event.size,
            licence=event.licence or (known.licence if known else None),
            source=known.source if known else event.source,
            path=event.path,
            index=known.index if known else index,
        ),
    )
    state.put(event.name, doc.BaseName(digest=event.manifest))


def _dataset(state: State, index: int, _: Entry, event: DatasetRegistered) -> None:
    known = state.get(doc.Dataset, event.dataset)
    state.put(
        event.dataset,
        doc.Dataset(
            dataset=event.dataset,
            name=known.name if known else event.name,
            size=event.size,
            rows=event.rows,
            row_root=event.row_root,
            language=event.language,
            categories=event.categories,
            licence=event.licence or (known.licence if known else None),
            index=known.index if known else index,
        ),
    )
    state.put(event.name, doc.DatasetName(digest=event.dataset))


def _started(state: State, index: int, _: Entry, event: TrainingStarted) -> None:
    state.put(
        event.training,
        doc.Training(
            training=event.training,
            status="started",
            base=event.base,
            dataset=event.dataset,
            parent=event.parent,
            language=event.language,
            started=index,
            ended=None,
            produced=None,
            weights=None,
            metrics=None,
            reason=None,
        ),
    )
    state.put(event.training, doc.OpenTraining(training=event.training))


def _failed(state: State, index: int, _: Entry, event: TrainingFailed) -> None:
    if training := state.get(doc.Training, event.training):
        ended = replace(training, status="failed", ended=index, reason=event.reason)
        state.put(event.training, ended)
    state.delete(doc.OpenTraining, event.training)


def _completed(state: State, index: int, _: Entry, event: TrainingCompleted) -> None:
    if training := state.get(doc.Training, event.training):
        ended = replace(
            training,
            status="completed",
            ended=index,
            produced=event.produced,
            weights=event.weights,
        )
        state.put(event.training, ended)


def _measured(state: State, _: int, __: Entry, event: MetricsMeasured) -> None:
    if training := state.get(doc.Training, event.training):
        state.put(event.training, replace(training, metrics=event.after))


def _numbered(state: State, _: int, __: Entry, event: VersionNumbered) -> None:
    line = state.get(doc.Line, event.language)
    if line is None or (line.major, line.minor) < (event.major, event.minor):
        state.put(
            event.language,
            doc.Line(language=event.language, major=event.major, minor=event.minor),
        )


def _certified(state: State, index: int, _: Entry, event: VersionCertified) -> None:
    training = state.get(doc.Training, event.training)
    state.put(
        event.dna,
        doc.Version(
            dna=event.dna,
            manifest=event.manifest,
            weights=event.weights,
            language=event.language,
            major=event.major,
            minor=event.minor,
            training=event.training,
            base=event.base,
            dataset=event.dataset,
            parent=training.parent if training else None,
            certified_at=event.certified_at,
            index=index,
            standing=index,
            withdrawn=None,
        ),
    )
    state.put(event.manifest, doc.VersionName(dna=event.dna))
    if training:
        state.put(event.training, replace(training, status="certified"))
    state.delete(doc.OpenTraining, event.training)


def _signed(state: State, index: int, _: Entry, event: VersionSigned) -> None:
    state.put(
        event.manifest,
        doc.Signature(
            manifest=event.manifest,
            method=event.method,
            key=event.key,
            signature=event.signature,
            index=index,
        ),
    )


def _reproduced(state: State, index: int, _: Entry, event: ReproductionJudged) -> None:
    state.put(
        event.manifest,
        doc.Reproduction(
            manifest=event.manifest, verdict=event.verdict, report=event.report, index=index
        ),
    )


def _set_active(state: State, index: int, entry: Entry, active: str | None) -> None:
    registry = registry_state(state)
    state.put(doc.REGISTRY_KEY, replace(registry, active=active, since=index))
    state.put(
        index_key(index),
        doc.Activity(index=index, time=entry.time, active=active, cause=entry.kind),
    )


def _activated(state: State, index: int, entry: Entry, event: VersionActivated) -> None:
    _set_active(state, index, entry, event.dna)


def _withdrawn(state: State, index: int, entry: Entry, event: VersionWithdrawn) -> None:
    if version := state.get(doc.Version, event.dna):
        state.put(event.dna, replace(version, withdrawn=index))
    if event.was_active:
        _set_active(state, index, entry, None)


def _reset(state: State, index: int, entry: Entry, _: RegistryReset) -> None:
    registry = registry_state(state)
    if registry.active is not None:
        _set_active(state, index, entry, None)
        registry = registry_state(state)
    state.put(doc.REGISTRY_KEY, replace(registry, last_reset=index, resets=registry.resets + 1))


def _restored(state: State, index: int, _: Entry, event: VersionRestored) -> None:
    if version := state.get(doc.Version, event.dna):
        state.put(event.dna, replace(version, standing=index))


def _answered(state: State, index: int, _: Entry, event: QueryAnswered) -> None:
    state.put(
        event.query,
        doc.Query(
            query=event.query,
            index=index,
            version=event.version,
            base=event.base,
            question=event.question,
            answer=event.answer,
            erased=None,
        ),
    )


def _erased(state: State, index: int, _: Entry, event: TextErased) -> None:
    if query := state.get(doc.Query, event.query):
        state.put(event.query, replace(query, erased=index))


_STEPS: dict[type[Event], Callable[[State, int, Entry, Any], None]] = {
    LedgerOpened: _opened,
    KeyAdded: _key_added,
    KeyRetired: _key_retired,
    ModelKeyAdded: _model_key_added,
    ModelKeyRetired: _model_key_retired,
    IndexLogged: _index_logged,
    BaseModelRegistered: _base,
    DatasetRegistered: _dataset,
    TrainingStarted: _started,
    TrainingFailed: _failed,
    TrainingCompleted: _completed,
    MetricsMeasured: _measured,
    VersionNumbered: _numbered,
    VersionCertified: _certified,
    VersionSigned: _signed,
    ReproductionJudged: _reproduced,
    VersionActivated: _activated,
    VersionWithdrawn: _withdrawn,
    RegistryReset: _reset,
    VersionRestored: _restored,
    QueryAnswered: _answered,
    TextErased: _erased,
}

_BY_KIND = {event.kind: step for event, step in _STEPS.items()}
