"""What of a prepared import is new, and under which label each version stands."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

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
from oneseek.domain.many import Group, group
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
    versions: Group[VersionImported] = ()
    others: Group[Other] = ()
    again: bool = False
    """Record the same inventory again where its report is another one."""


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
    relabelled: tuple[Relabelled, ...] = ()
    known: tuple[Digest, ...] = ()
    """Manifests that stand in the ledger already, or earlier in the same import."""


def decide_import(
    state: Reading, wanted: SourceImport, seen: frozenset[Event] = frozenset()
) -> Importing:
    """Decide on an import; ``seen`` are the events that the source's stream holds already.

    A source whose inventory is the one of its last scan is not recorded again, unless it was
    judged anew.

    Raises:
        InvalidInput: a label is no name of a folder.
    """
    scanned = wanted.scanned
    before = state.get(LegacySource, scanned.source)
    reads = frozenset({scanned.stream})
    same = before is not None and before.inventory == scanned.inventory
    if same and not (wanted.again and before and before.report != scanned.report):
        return Importing(Decision(reads=reads))
    scan = structs.replace(scanned, previous=before.inventory if before else None)
    named = _named(state, wanted.versions)

    def others() -> Iterator[Other]:
        return (event for event in wanted.others if event not in seen)

    def events() -> Iterator[Event]:
        yield scan
        for place, version in enumerate(wanted.versions):
            if place not in named.known:
                label = named.relabelled.get(place)
                yield structs.replace(version, dna=label.dna) if label else version
        yield from others()

    count = 1 + len(wanted.versions) - len(named.known) + sum(1 for _ in others())
    decision = Decision(group(count, events), reads | named.lines)
    return Importing(decision, tuple(named.relabelled.values()), tuple(named.known.values()))


@dataclass(slots=True)
class _Named:
    """What is not as wanted of the versions, by their places."""

    relabelled: dict[int, Relabelled] = field(default_factory=dict)
    known: dict[int, Digest] = field(default_factory=dict)
    lines: set[str] = field(default_factory=set)


def _named(state: Reading, versions: Iterable[VersionImported]) -> _Named:
    """Give every version that is new a label that is free."""
    found = _Named()
    labels: set[str] = set()
    manifests: set[bytes] = set()
    for place, version in enumerate(versions):
        manifest = bytes.fromhex(version.manifest)
        if manifest in manifests or state.get(VersionName, version.manifest):
            found.known[place] = version.manifest
            continue
        label = _label(state, version, labels)
        if label != version.dna:
            found.relabelled[place] = Relabelled(version.manifest, version.dna, label)
        labels.add(label)
        manifests.add(manifest)
        if version.language:
            found.lines.add(f"line:{version.language}")
    return found


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
