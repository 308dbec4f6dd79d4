"""What of a prepared import is new, and under which label each version stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec import structs

from oneseek.domain.decisions import Decision
from oneseek.domain.digest import Digest
from oneseek.domain.errors import Conflict, InvalidInput, NotFound
from oneseek.domain.events import (
    BaseIdentified,
    Event,
    FileQuarantined,
    HistoryGap,
    LedgerImported,
    LegacyItemImported,
    SourceMovedAway,
    SourceMovedBack,
    SourceScanned,
    VersionImported,
)
from oneseek.domain.names import CURRENT_NAME
from oneseek.domain.state.documents import (
    BaseModel,
    LegacySource,
    RecordedVersion,
    Version,
    VersionName,
)
from oneseek.domain.state.store import Reading

Other = LedgerImported | LegacyItemImported | HistoryGap | FileQuarantined
"""Events of a source besides its versions."""

_SHOWN = 8
_UNFIT = re.compile(r"[/\\\x00-\x1f\x7f-\x9f]")
_MAX_LABEL_BYTES = 200
"""Of a folder's name; most file systems hold 255, and side-cars have endings of their own."""
_TAKEN = frozenset({CURRENT_NAME, "README.md"})
"""What else stands beside the folders of versions."""


@dataclass(frozen=True, slots=True)
class SourceImport:
    """All that an import of one source is to record; the objects that it names are kept.

    ``previous`` of the scan is filled in here.
    """

    scanned: SourceScanned
    versions: Sequence[VersionImported] = ()
    others: Sequence[Other] = ()


@dataclass(frozen=True, slots=True)
class Relabelled:
    """A version that stands under another label than asked for, because that one is taken."""

    manifest: Digest
    asked: str
    dna: str


@dataclass(frozen=True, slots=True)
class Importing:
    """The decision on an import, with what was decided about its versions."""

    decision: Decision
    versions: tuple[VersionImported, ...] = ()
    """As they are recorded."""
    relabelled: tuple[Relabelled, ...] = ()
    known: tuple[Digest, ...] = ()
    """Manifests that stand in the ledger already, or earlier in the same import."""


def decide_import(
    state: Reading, wanted: SourceImport, seen: frozenset[Event] = frozenset()
) -> Importing:
    """Decide on an import; ``seen`` are the events that the source's stream holds already.

    A source whose inventory is the one of its last scan is not recorded again.

    Raises:
        InvalidInput: a label is no name of a folder.
    """
    scanned = wanted.scanned
    before = state.get(LegacySource, scanned.source)
    reads = frozenset({scanned.stream})
    if before is not None and before.inventory == scanned.inventory:
        return Importing(Decision(reads=reads))
    scan = structs.replace(scanned, previous=before.inventory if before else None)
    others = [event for event in wanted.others if event not in seen]
    versions, relabelled, known = [], [], []
    labels: set[str] = set()
    manifests: set[Digest] = set()
    for version in wanted.versions:
        if version.manifest in manifests or state.get(VersionName, version.manifest):
            known.append(version.manifest)
            continue
        label = _label(state, version, labels)
        if label != version.dna:
            relabelled.append(Relabelled(version.manifest, version.dna, label))
            version = structs.replace(version, dna=label)
        labels.add(label)
        manifests.add(version.manifest)
        versions.append(version)
    lines = {f"line:{version.language}" for version in versions if version.language}
    decision = Decision((scan, *versions, *others), reads | lines)
    return Importing(decision, tuple(versions), tuple(relabelled), tuple(known))


def _label(state: Reading, version: VersionImported, labels: set[str]) -> str:
    """Return the first free one of the label, the label with 8 digits, with 16 and so on."""
    _require_folder_name(version.dna)
    for label in _candidates(version):
        if (
            label not in _TAKEN
            and label not in labels
            and state.get(Version, label) is None
            and state.get(RecordedVersion, label) is None
        ):
            return label
    raise Conflict(f"every label of {version.dna} is taken")


def _candidates(version: VersionImported) -> Iterator[str]:
    yield version.dna
    for digits in range(_SHOWN, len(version.manifest) + 1, _SHOWN):
        yield f"{version.dna}~{version.manifest[:digits]}"


def _require_folder_name(label: str) -> None:
    plain = label not in ("", ".", "..") and _UNFIT.search(label) is None
    if not plain or len(label.encode(errors="replace")) > _MAX_LABEL_BYTES:
        raise InvalidInput(f"a version cannot stand under the label {label!r}: no folder's name")


def identify_base(version: Version, base: BaseModel, how: str) -> Decision:
    """Say on which registered base model an imported version stands; nothing where it is known.

    Raises:
        Conflict: the version is ours: its training says on what it stands.
    """
    if version.imported is None:
        raise Conflict(f"{version.dna} was trained here: its base model is recorded")
    reads = frozenset({f"version:{version.manifest}"})
    if version.base == base.manifest:
        return Decision(reads=reads)
    event = BaseIdentified(manifest=version.manifest, dna=version.dna, base=base.manifest, how=how)
    return Decision((event,), reads)


def move_away(state: Reading, source: str, to: str) -> Decision:
    """Record that an imported source lies at ``to`` now; nothing where it is recorded.

    Raises:
        NotFound: no such source was imported.
        Conflict: it was moved elsewhere.
    """
    found = _source(state, source)
    if found.moved_to not in (None, to):
        raise Conflict(f"{found.path} was moved to {found.moved_to} already")
    if found.moved_to == to:
        return Decision(reads=_stream(found))
    event = SourceMovedAway(source=source, path=found.path, to=to, inventory=found.inventory)
    return Decision((event,), _stream(found))


def move_back(state: Reading, source: str) -> Decision:
    """Record that a source lies where it was; nothing where it was never moved.

    Raises:
        NotFound: no such source was imported.
    """
    found = _source(state, source)
    if found.moved_to is None:
        return Decision(reads=_stream(found))
    event = SourceMovedBack(source=source, path=found.path, inventory=found.inventory)
    return Decision((event,), _stream(found))


def _source(state: Reading, source: str) -> LegacySource:
    found = state.get(LegacySource, source)
    if found is None:
        raise NotFound(f"no source {source!r} was imported", hint="see: oneseek migrate report")
    return found


def _stream(source: LegacySource) -> frozenset[str]:
    return frozenset({f"legacy:{source.source}"})
