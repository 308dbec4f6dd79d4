"""What was imported: sources, versions with and without weights, and the bases they stand on."""

from msgspec.structs import replace

from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    BaseIdentified,
    LegacyTextErased,
    SourceMovedAway,
    SourceMovedBack,
    SourceScanned,
    VersionImported,
)
from oneseek.domain.names import MAX_NUMBER
from oneseek.domain.state import documents as doc
from oneseek.domain.state.imported import Imported, grade
from oneseek.domain.state.steps.step import Steps
from oneseek.domain.state.store import State


def _scanned(state: State, index: int, _: Entry, event: SourceScanned) -> None:
    state.put(
        event.source,
        doc.LegacySource(
            source=event.source,
            path=event.path,
            inventory=event.inventory,
            report=event.report,
            entries=event.entries,
            files=event.files,
            size=event.size,
            index=index,
            moved_to=None,
        ),
    )


def _imported(state: State, index: int, _: Entry, event: VersionImported) -> None:
    facts = Imported(
        claimed=event.claimed,
        verdict=event.verdict,
        reason=event.reason,
        record=event.record,
        adapters=event.adapters,
        created=event.created,
        created_zone=event.created_zone,
        source=event.source,
        path=event.path,
    )
    if event.weights is None:
        recorded = doc.RecordedVersion(
            dna=event.dna,
            manifest=event.manifest,
            language=event.language,
            major=event.major,
            minor=event.minor,
            index=index,
            evidence=grade(event.verdict),
            base_name=event.base_name,
            imported=facts,
        )
        state.put(event.dna, recorded)
    else:
        version = doc.Version(
            dna=event.dna,
            manifest=event.manifest,
            weights=event.weights,
            language=event.language,
            major=event.major,
            minor=event.minor,
            training=None,
            base=event.base,
            dataset=None,
            parent=None,
            certified_at=None,
            index=index,
            standing=index,
            withdrawn=None,
            evidence=grade(event.verdict),
            form=event.form,
            base_name=event.base_name,
            imported=facts,
        )
        state.put(event.dna, version)
    state.put(event.manifest, doc.VersionName(dna=event.dna))
    _raise_line(state, event)


def _raise_line(state: State, event: VersionImported) -> None:
    """Let no version of ours get a number that an imported one has in its language line."""
    if event.language is None or event.major is None or event.minor is None:
        return
    if max(event.major, event.minor) >= MAX_NUMBER:
        return  # no number of ours could follow: an odd record must not end a line
    line = state.get(doc.Line, event.language)
    if line is None or (line.major, line.minor) < (event.major, event.minor):
        state.put(
            event.language,
            doc.Line(language=event.language, major=event.major, minor=event.minor),
        )


def _identified(state: State, _: int, __: Entry, event: BaseIdentified) -> None:
    if version := state.get(doc.Version, event.dna):
        state.put(event.dna, replace(version, base=event.base))


def _moved_away(state: State, _: int, __: Entry, event: SourceMovedAway) -> None:
    if source := state.get(doc.LegacySource, event.source):
        state.put(event.source, replace(source, moved_to=event.to))


def _moved_back(state: State, _: int, __: Entry, event: SourceMovedBack) -> None:
    if source := state.get(doc.LegacySource, event.source):
        state.put(event.source, replace(source, moved_to=None))


def _erased(state: State, index: int, _: Entry, event: LegacyTextErased) -> None:
    erasure = doc.LegacyErasure(source=event.source, path=event.path, index=index)
    state.put(event.object, erasure)


STEPS: Steps = {
    SourceScanned: _scanned,
    VersionImported: _imported,
    BaseIdentified: _identified,
    SourceMovedAway: _moved_away,
    SourceMovedBack: _moved_back,
    LegacyTextErased: _erased,
}
