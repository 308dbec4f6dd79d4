"""Which entry names which object: what is missing or damaged gets a place in the history."""

from collections.abc import Collection, Iterator
from itertools import chain

from msgspec import MsgspecError, Struct, json

from oneseek.domain import events as e
from oneseek.domain.digest import Digest
from oneseek.domain.errors import OneSeekError
from oneseek.domain.events import Event
from oneseek.domain.findings import Finding
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import Ledger, ObjectStore
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import checkpoint_key


def audit_evidence_objects(ledger: Ledger, objects: ObjectStore) -> Iterator[Finding]:
    """Yield a finding for every object that is evidence, is named by an entry, and is not kept.

    Erased texts count: erasing destroys their keys, the ciphertext stays. Versions, datasets and
    checkpoints are looked at by :func:`~oneseek.domain.audit.objects_audit.audit_objects`.
    """
    for index, event in _events(ledger):
        for digest, what in chain(evidence_of(event), imported_objects(event, objects)):
            if not objects.has(digest):
                where = f"{what}, named by entry {index}"
                hint = "restore it from a backup"
                yield Finding("object-missing", digest, where, "not in the content store", hint)


def describe_objects(
    ledger: Ledger, objects: ObjectStore, digests: Collection[Digest]
) -> dict[Digest, str]:
    """Say of each of ``digests`` what it is and which entry names it first, where one does."""
    found: dict[Digest, str] = {}
    for index, event in _events(ledger):
        for digest, what in chain(
            evidence_of(event),
            _materials(event, objects),
            imported_objects(event, objects),
            _state(event),
            ledger_listing(event),
        ):
            if digest in digests:
                found.setdefault(digest, f"{what}, entry {index}")
    return found


def named_objects(ledger: Ledger, objects: ObjectStore) -> Iterator[tuple[Digest, str]]:
    """Yield every object that an entry names, once, with what it is; manifests are read for it.

    What a completed training produced counts: it is needed to certify it. A checkpoint counts for
    as long as it is kept.
    """
    kept: dict[str, tuple[Digest, str]] = {}
    seen: set[Digest] = set()
    for index, event in _events(ledger):
        for digest, what in chain(
            evidence_of(event),
            _produced(event, objects),
            _materials(event, objects),
            imported_objects(event, objects),
        ):
            if digest not in seen:
                seen.add(digest)
                yield digest, f"{what}, entry {index}"
        match event:
            case e.CheckpointKept():
                key = checkpoint_key(event.training, event.period, event.name)
                kept[key] = event.state, _checkpoint(event, index)
            case e.CheckpointDropped():
                kept.pop(checkpoint_key(event.training, event.period, event.name), None)
    yield from dict(kept.values()).items()


def evidence_objects(ledger: Ledger, objects: ObjectStore) -> Iterator[tuple[Digest, str]]:
    """Yield every object that an entry names, once, but no file of a version.

    Those are large, and a backup of the version carries them; its manifest is among these. What no
    backup of a version can carry is among them too: records without weights, trainings that were
    not certified.
    """
    files = set[Digest]()
    produced: dict[str, set[Digest]] = {}
    for _, event in _events(ledger):
        match event:
            case e.TrainingCompleted():
                produced[event.training] = {digest for digest, _ in _produced(event, objects)}
            case e.VersionCertified():
                files |= produced.pop(event.training, set())
                files.update(digest for digest, _ in _version_files(event, objects))
            case e.VersionImported() if event.weights is not None:
                files.update(digest for digest, _ in _version_files(event, objects))
    for digest, what in named_objects(ledger, objects):
        if digest not in files:
            yield digest, what


class _Line(Struct):
    """As much of a line of an inventory as tells which object holds an entry's bytes."""

    path: str
    digest: Digest | None = None
    sealed: Digest | None = None


def inventory_objects(
    inventory: Digest, of: str, objects: ObjectStore
) -> Iterator[tuple[Digest, str]]:
    """Yield every object that an inventory of a legacy source names, with what it is.

    The inventory itself is named by its entry: one that cannot be read names nothing more.
    """
    for line in _lines(inventory, objects):
        if (digest := line.sealed or line.digest) is not None:
            sealed = "sealed " if line.sealed else ""
            yield digest, f"{sealed}{line.path} {of}"


def sealed_imports(ledger: Ledger, objects: ObjectStore) -> dict[Digest, int]:
    """Return every sealed object of an import, with the entry that names it first."""
    found: dict[Digest, int] = {}
    for index, event in _events(ledger):
        match event:
            case e.SourceScanned():
                for line in _lines(event.inventory, objects):
                    if line.sealed is not None:
                        found.setdefault(line.sealed, index)
            case e.LedgerImported(sealed=True):
                found.setdefault(event.ledger, index)
            case e.LegacyItemImported(sealed=True, digest=digest) if digest is not None:
                found.setdefault(digest, index)
    return found


def _lines(inventory: Digest, objects: ObjectStore) -> Iterator[_Line]:
    try:
        with objects.open(inventory) as lines:
            for raw in lines:
                yield json.decode(raw, type=_Line)
    except (OneSeekError, MsgspecError, UnicodeDecodeError, RecursionError):
        return


def _events(ledger: Ledger) -> Iterator[tuple[int, Event]]:
    for record in ledger.records(0, ledger.head().size):
        try:
            yield record.index, REGISTRY.read(record.raw).body
        except OneSeekError:
            continue  # the ledger's own audit says so


def evidence_of(event: Event) -> Iterator[tuple[Digest, str]]:  # noqa: C901 - one case per kind
    """Yield the objects that an entry names as evidence, with what they are: they stay for ever."""
    match event:
        case e.BaseModelRegistered():
            yield event.manifest, f"manifest of base model {event.name}"
            if event.report:
                yield event.report, f"report on base model {event.name}"
        case e.TrainingCompleted():
            yield event.produced, f"produced files of training {event.training}"
            yield event.row_order, f"row order of training {event.training}"
            yield event.losses, f"losses of training {event.training}"
        case e.MetricsMeasured():
            yield event.rows, f"rows measured on after training {event.training}"
        case e.QueryAnswered():
            yield event.question, f"sealed question of query {event.query}"
            yield event.answer, f"sealed answer of query {event.query}"
        case e.RegistryReset():
            yield event.inventory, "inventory of a reset"
        case e.DriftRepaired():
            yield event.findings, f"findings of a repair of {event.projection}"
        case e.LedgerRepaired():
            yield event.repairs, "what was mended in the ledger"
        case e.VersionSigned():
            yield event.signature, f"signature of version {event.dna}"
        case e.ReproductionJudged():
            yield event.report, f"report on a reproduction of {event.dna}"
        case e.AuditRecorded():
            yield event.report, "report of an audit"
        case e.SourceScanned():
            yield event.inventory, f"inventory of legacy source {event.path}"
            yield event.report, f"report on legacy source {event.path}"
        case e.VersionImported():
            yield event.record, f"record of imported version {event.dna}"
        case e.LedgerImported():
            yield event.ledger, f"{_sealed(event.sealed)}legacy ledger {event.path}"
            yield event.judgements, f"judgements on legacy ledger {event.path}"
        case e.LegacyItemImported(digest=digest) if digest is not None:
            yield digest, f"{_sealed(event.sealed)}{event.what} {event.path}"
        case e.FileQuarantined():
            yield event.digest, f"quarantined {event.path}"
        case e.BackupTaken(what="version" | "vault"):
            yield event.listing, f"listing of backup {event.name}"
        case e.LedgerRestored():
            yield event.report, "report on the entries that a lost machine took along"
        case e.ObjectsCollected():
            yield event.inventory, "inventory of a collection of objects"


def ledger_listing(event: Event) -> Iterator[tuple[Digest, str]]:
    """Yield the listing of a backup of the ledger. It lies where the backup lies, and is here too.

    It is no evidence: it is long, nothing is proved with it, and if each backup held those of all
    earlier ones, none of these could ever go.
    """
    if isinstance(event, e.BackupTaken) and event.what == "ledger":
        yield event.listing, f"listing of backup {event.name}"


def _materials(event: Event, objects: ObjectStore) -> Iterator[tuple[Digest, str]]:
    match event:
        case e.DatasetRegistered():
            yield event.dataset, f"dataset {event.name}"
        case e.VersionCertified() | e.VersionImported():
            yield event.manifest, f"manifest of version {event.dna}"
            yield from _version_files(event, objects)


def _version_files(
    event: e.VersionCertified | e.VersionImported, objects: ObjectStore
) -> Iterator[tuple[Digest, str]]:
    yield from manifest_files(event.manifest, f"of version {event.dna}", objects)


def _sealed(sealed: bool) -> str:
    return "sealed " if sealed else ""


def imported_objects(event: Event, objects: ObjectStore) -> Iterator[tuple[Digest, str]]:
    """Yield what an import keeps besides: the bytes of every entry of the source."""
    if isinstance(event, e.SourceScanned):
        of = f"of legacy source {event.path}"
        yield from inventory_objects(event.inventory, of, objects)


def _state(event: Event) -> Iterator[tuple[Digest, str]]:
    if isinstance(event, e.CheckpointKept):
        yield event.state, f"{event.name} of training {event.training}"


def _checkpoint(event: e.CheckpointKept, index: int) -> str:
    return f"{event.name} of training {event.training}, entry {index}"


def _produced(event: Event, objects: ObjectStore) -> Iterator[tuple[Digest, str]]:
    if isinstance(event, e.TrainingCompleted):
        yield from manifest_files(event.produced, f"of training {event.training}", objects)


def manifest_files(manifest: Digest, of: str, objects: ObjectStore) -> Iterator[tuple[Digest, str]]:
    """Yield the files of a manifest, with what they are; nothing where it cannot be read."""
    try:
        files = Manifest.from_bytes(objects.read(manifest)).files
    except OneSeekError:
        return  # the manifest itself has been named
    for file in files:
        yield file.digest, f"{file.path} {of}"
