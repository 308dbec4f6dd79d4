"""Which objects belong to a version: what it takes to restore it and to go on from it.

Its files and its manifest; its signatures; what its training left (order of the rows, losses,
produced files, the rows it was measured on); the datasets; reports. Of the versions that it
continues from only manifests and signatures, which its bundle is made of: an adapter is complete,
so that nothing of theirs is needed to apply it. The base model is named, and not copied.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from oneseek.domain.digest import Digest
from oneseek.domain.dossier import Dossier, Read, VersionRecord
from oneseek.domain.errors import NotFound
from oneseek.domain.events import VersionImported, VersionSigned
from oneseek.domain.manifest import MANIFEST_FILE, SIGNATURE_FILE, Manifest
from oneseek.domain.state.documents import Signature, Version


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object that a backup is to hold."""

    digest: Digest
    what: str
    vital: bool = False
    """Without it the version cannot be restored: a backup that lacks it is none."""


def certified_contents(dossier: Dossier, read: Read) -> tuple[Wanted, ...]:
    """Return the objects of the subject of ``dossier``, each once, the vital ones first.

    ``read`` is asked for the list of produced files alone; where that is gone, it is absent.
    """
    subject = dossier.subject
    return _once([*_folder(subject.version, subject.manifest), *_history(dossier, read)])


def imported_contents(
    version: Version, manifest: Manifest, imported: VersionImported, signature: Signature | None
) -> tuple[Wanted, ...]:
    """Return the objects of an imported version, each once, the vital ones first."""
    wanted = [*_folder(version, manifest), Wanted(imported.record, "claims of its older records")]
    if signature is not None:
        wanted.append(Wanted(signature.signature, SIGNATURE_FILE))
    return _once(wanted)


def _folder(version: Version, manifest: Manifest) -> Iterator[Wanted]:
    yield Wanted(version.manifest, MANIFEST_FILE, vital=True)
    for file in manifest.files:
        yield Wanted(file.digest, file.path, vital=True)


def _history(dossier: Dossier, read: Read) -> Iterator[Wanted]:
    subject = dossier.subject
    for signed in reversed(subject.signed):  # the newest first: it is the one in the folder
        yield Wanted(signed.event.signature, SIGNATURE_FILE)
    yield from _training(subject, read)
    for judged in subject.reproduced:
        yield Wanted(judged.event.report, "report on a reproduction")
    yield from _materials(dossier)
    yield from _ancestors(dossier)


def _materials(dossier: Dossier) -> Iterator[Wanted]:
    subject = dossier.subject
    yield Wanted(subject.dataset.event.dataset, f"dataset {subject.dataset.event.name}")
    if (held := subject.evaluation) is not None:
        yield Wanted(held.event.dataset, f"dataset {held.event.name}, for evaluation")
    for record in dossier.versions:
        base = record.base.event
        yield Wanted(base.manifest, f"manifest of base model {base.name}")
        if base.report is not None:
            yield Wanted(base.report, f"report on base model {base.name}")


def _ancestors(dossier: Dossier) -> Iterator[Wanted]:
    for record in dossier.versions[1:]:
        yield Wanted(record.version.manifest, f"manifest of {record.version.dna}")
        for signed in record.signed:
            yield Wanted(signed.event.signature, f"signature of {record.version.dna}")
    if (old := dossier.ancestor) is not None:
        yield Wanted(old.version.manifest, f"manifest of {old.version.dna}")
        yield Wanted(old.imported.event.record, f"claims of older records of {old.version.dna}")
        for told in old.about:
            if isinstance(told.event, VersionSigned):
                yield Wanted(told.event.signature, f"signature of {old.version.dna}")


def _training(subject: VersionRecord, read: Read) -> Iterator[Wanted]:
    done = subject.completed.event
    yield Wanted(done.row_order, "order of the rows in its training")
    yield Wanted(done.losses, "losses of its training")
    yield Wanted(done.produced, "list of the files that its training produced")
    for measured in subject.measured:
        yield Wanted(measured.event.rows, "rows that it was measured on")
    try:
        produced = Manifest.from_bytes(read(done.produced)).files
    except NotFound:
        return
    for file in produced:
        yield Wanted(file.digest, f"{file.path}, as its training produced it")


def _once(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    found: dict[Digest, Wanted] = {}
    for item in wanted:
        found.setdefault(item.digest, item)
    return tuple(found.values())
