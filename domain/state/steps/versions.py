"""Versions: numbered, certified, signed, repeated; what is active, and resets."""

from msgspec.structs import replace

from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    RegistryReset,
    ReproductionJudged,
    VersionActivated,
    VersionCertified,
    VersionNumbered,
    VersionRestored,
    VersionSigned,
    VersionWithdrawn,
)
from oneseek.domain.state import documents as doc
from oneseek.domain.state.registry import registry_state
from oneseek.domain.state.steps.step import Steps
from oneseek.domain.state.store import State, index_key


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


STEPS: Steps = {
    VersionNumbered: _numbered,
    VersionCertified: _certified,
    VersionSigned: _signed,
    ReproductionJudged: _reproduced,
    VersionActivated: _activated,
    VersionWithdrawn: _withdrawn,
    RegistryReset: _reset,
    VersionRestored: _restored,
}
