"""The history that a bundle tells: streams without gaps, and a lineage down to its beginning.

That is the base model, or an imported version: what that one was made from is not recorded.

An entry under the root was written; here its meaning is checked against the others. What has no
place in the lineage of the version is refused: a bundle tells of one version and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from oneseek.domain import events as e
from oneseek.domain.bundle.verdict import Verdict
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.dossier import Told
from oneseek.domain.entry import FORMAT
from oneseek.domain.errors import InvalidInput
from oneseek.domain.events import Event
from oneseek.domain.names import DnaName

E = TypeVar("E", bound=Event)
_TOLD_IN_PART = ("registry", "line:")
"""Streams that also tell of other versions: what concerns those is not in the bundle."""

_NAMED_BY: dict[type[Event], str] = {
    e.VersionCertified: "manifest",
    e.TrainingCompleted: "training",
    e.VersionNumbered: "training",
    e.TrainingStarted: "training",
    e.BaseModelRegistered: "manifest",
    e.DatasetRegistered: "dataset",
    e.VersionImported: "manifest",
    e.BaseIdentified: "manifest",
}
"""The field by which a lineage finds an entry of the kind."""


@dataclass(slots=True)
class Lineage:
    """The version, those that it continues from (the nearest first), and what they are made of."""

    versions: list[Told[e.VersionCertified]] = field(default_factory=list)
    bases: dict[Digest, e.BaseModelRegistered] = field(default_factory=dict)
    datasets: dict[Digest, tuple[e.DatasetRegistered, ...]] = field(default_factory=dict)
    """Every registration of a dataset: the first, and the same bytes under further names."""
    used: set[int] = field(default_factory=set)
    """Indices of the entries that have their place in it."""

    certified: dict[Digest, Told[e.VersionCertified]] = field(default_factory=dict)
    """The same versions by their manifests."""

    imported: Told[e.VersionImported] | None = None
    """The imported version that the last of them continues from."""

    def label_of(self, manifest: Digest) -> str | None:
        """Return the label of a version of this lineage; None for any other manifest."""
        if self.imported is not None and self.imported.event.manifest == manifest:
            return self.imported.event.dna
        version = self.certified.get(manifest)
        return version.event.dna if version is not None else None


def check_opening(told: Sequence[Told[Event]], origin: str, verdict: Verdict) -> None:
    """Check that the first entry opens this log."""
    first = told[0] if told else None
    if first is None or first.index != 0 or not isinstance(first.event, e.LedgerOpened):
        verdict.expect("opening", "entry 0", "the opening of the ledger", "something else")
        return
    verdict.expect("opening", "entry 0", origin, first.event.origin)
    verdict.expect("opening", "entry 0", FORMAT, first.event.format)


def check_streams(told: Sequence[Told[Event]], verdict: Verdict) -> None:
    """Check that the versions of each stream rise, and have no gap where all of it is told."""
    newest: dict[str, int] = {}
    for item in told:
        stream, version = item.entry.stream, item.entry.stream_version
        before = newest.get(stream, 0)
        newest[stream] = version
        where = f"entry {item.index}"
        if not stream.startswith(_TOLD_IN_PART):
            verdict.expect("stream", where, f"{stream} {before + 1}", f"{stream} {version}")
        elif version <= before:
            verdict.expect("stream", where, f"{stream} after {before}", f"{stream} {version}")


def follow_lineage(
    told: Sequence[Told[Event]], manifest: Digest, dna: str, verdict: Verdict
) -> Lineage | None:
    """Return the lineage of the version with this manifest; None after noting what is missing."""
    index = _Index(told, verdict)
    lineage = Lineage()
    following: Digest | None = manifest
    before = told[-1].index + 1
    while following is not None:
        version = index.one(e.VersionCertified, following, before)
        if version is None:
            return None
        lineage.versions.append(version)
        lineage.certified[following] = version
        started = _version(index, lineage, version, verdict)
        if started is None:
            return None
        # Each parent was certified before: no version is among its own ancestors.
        following, before = started.event.parent, started.index
        if following is not None and index.tells_of(e.VersionImported, following):
            if not _imported(index, lineage, following, started, verdict):
                return None
            break
    verdict.expect("subject", "bundle.json", lineage.versions[0].event.dna, dna)
    return lineage


def _version(
    index: "_Index", lineage: Lineage, version: Told[e.VersionCertified], verdict: Verdict
) -> Told[e.TrainingStarted] | None:
    """Check one version against its training and its materials; return how the training began."""
    event = version.event
    completed = index.one(e.TrainingCompleted, event.training, version.index)
    numbered = index.one(e.VersionNumbered, event.training, version.index)
    before = completed.index if completed else version.index
    started = index.one(e.TrainingStarted, event.training, before)
    if completed is None or numbered is None or started is None:
        return None
    where = f"entry {version.index}"
    begun, number = started.event, numbered.event
    verdict.expect("weights", where, completed.event.weights, event.weights)
    verdict.expect("base", where, begun.base, event.base)
    verdict.expect("dataset", where, begun.dataset, event.dataset)
    verdict.expect("language", where, begun.language, event.language)
    given = (number.language, number.major, number.minor)
    verdict.expect("number", where, given, (event.language, event.major, event.minor))
    _check_name(event, where, verdict)
    lineage.used.update(part.index for part in (version, completed, numbered, started))
    _materials(index, lineage, started, verdict)
    return started


def _imported(
    index: "_Index",
    lineage: Lineage,
    manifest: Digest,
    started: Told[e.TrainingStarted],
    verdict: Verdict,
) -> bool:
    """Check the imported version that a training went on from; say whether there is just one."""
    imported = index.one(e.VersionImported, manifest, started.index)
    if imported is None:
        return False
    lineage.imported = imported
    lineage.used.add(imported.index)
    verdict.expect("form", f"entry {imported.index}", "adapter", imported.event.form)
    base = imported.event.base
    for identified in index.known(e.BaseIdentified, manifest):
        lineage.used.add(identified.index)
        where = f"entry {identified.index}"
        verdict.expect("dna-name", where, imported.event.dna, identified.event.dna)
        if identified.index < started.index:
            base = identified.event.base
    verdict.expect("base", f"entry {started.index}", started.event.base, base)
    return True


def _materials(
    index: "_Index", lineage: Lineage, started: Told[e.TrainingStarted], verdict: Verdict
) -> None:
    """Find the base model and the datasets of a training: registered before, and maybe again."""
    begun = started.event
    bases = index.all(e.BaseModelRegistered, begun.base, started.index)
    if bases:
        lineage.bases[begun.base] = bases[0].event
    for again in bases:
        lineage.used.add(again.index)
        first = (bases[0].event.files, bases[0].event.size)
        where = f"entry {again.index}"
        verdict.expect("base", where, first, (again.event.files, again.event.size))
    for digest in (begun.dataset, begun.evaluation):
        found = index.all(e.DatasetRegistered, digest, started.index) if digest else []
        if digest and found:
            lineage.datasets[digest] = tuple(told.event for told in found)
        for told in found:
            lineage.used.add(told.index)
            sizes = (found[0].event.size, found[0].event.rows)
            where = f"entry {told.index}"
            verdict.expect("dataset", where, sizes, (told.event.size, told.event.rows))


def _check_name(event: e.VersionCertified, where: str, verdict: Verdict) -> None:
    try:
        name = DnaName.parse(event.dna)
    except InvalidInput as error:
        verdict.refuse("dna-name", where, error)
        return
    time8 = sha256(event.certified_at.encode())[:8]
    expected = (event.major, event.minor, event.language, event.weights[:8], time8)
    found = (name.major, name.minor, name.language, name.weights8, name.time8)
    verdict.expect("dna-name", where, expected, found)


class _Index:
    """Finds the one entry of a kind that speaks of something."""

    def __init__(self, told: Sequence[Told[Event]], verdict: Verdict) -> None:
        self._verdict = verdict
        self._found: dict[tuple[str, str], list[Told[Event]]] = {}
        for item in told:
            if (name := _NAMED_BY.get(type(item.event))) is not None:
                key = item.event.kind, getattr(item.event, name)
                self._found.setdefault(key, []).append(item)

    def one(self, kind: type[E], value: str, before: int) -> Told[E] | None:
        """Return the entry; None after noting that there is none, are several, or came later."""
        found = self.all(kind, value, before)
        if len(found) > 1:
            self._verdict.expect("lineage", f"{kind.kind} {value}", "one entry", len(found))
        return found[0] if len(found) == 1 else None

    def tells_of(self, kind: type[Event], value: str) -> bool:
        """Say whether there is such an entry."""
        return (kind.kind, value) in self._found

    def known(self, kind: type[E], value: str) -> list[Told[E]]:
        """Return the entries in order, maybe none."""
        return [
            Told(item.index, item.raw, item.entry, item.event)
            for item in self._found.get((kind.kind, value), [])
            if isinstance(item.event, kind)
        ]

    def all(self, kind: type[E], value: str, before: int) -> list[Told[E]]:
        """Return the entries, the first of which must have come before; none: it is noted."""
        found = self.known(kind, value)
        first = found[0].index if found else None
        if first is None or first >= before:
            wanted = f"an entry before {before}"
            self._verdict.expect("lineage", f"{kind.kind} {value}", wanted, first)
            return []
        return found
