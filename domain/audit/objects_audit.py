"""The audit of what is needed: every object that a version, dataset or checkpoint names is kept."""

from collections.abc import Container, Iterator
from typing import Protocol

from oneseek.domain.collected import CollectedAfter, collected_objects
from oneseek.domain.digest import Digest
from oneseek.domain.errors import OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import ObjectStore, View
from oneseek.domain.state.documents import (
    Dataset,
    KeptCheckpoint,
    RecordedVersion,
    Version,
    stands,
)
from oneseek.domain.state.registry import registry_state
from oneseek.domain.state.versions import how_it_came


class NamesFiles(Protocol):
    """A version, as whoever asks has it."""

    @property
    def dna(self) -> str: ...
    @property
    def manifest(self) -> Digest: ...
    @property
    def index(self) -> int:
        """Leaf index of its certification or import."""
        ...


def audit_objects(view: View, objects: ObjectStore) -> Iterator[Finding]:
    """Yield a finding for every object that is absent or has another size than its manifest says.

    The bytes themselves are read by the deep check of the store.
    """
    collected = collected_objects(view, objects)
    registry = registry_state(view)
    for _, version in view.scan(Version):
        # Nothing collects the files of a version that stands: that they were is no excuse.
        gone = None if stands(version, registry) else version.standing
        excused = () if gone is None else CollectedAfter(collected, gone)
        yield from version_objects(version, objects, how_it_came(version), excused)
    for _, recorded in view.scan(RecordedVersion):
        yield from version_objects(recorded, objects, "imported")
    for digest, dataset in view.scan(Dataset):
        if not objects.has(digest):
            yield _missing(digest, f"dataset {dataset.name}, registered by entry {dataset.index}")
    for _, kept in view.scan(KeptCheckpoint):
        if not objects.has(kept.state):
            what = f"{kept.period} {kept.name} of training {kept.training}"
            yield Finding(
                "object-missing",
                kept.state,
                f"{what}, kept by entry {kept.index}",
                "not in the content store",
                "its training goes on from an older one, until the policy lets this one go",
            )


def version_objects(
    version: NamesFiles,
    objects: ObjectStore,
    came: str = "certified",
    collected: Container[Digest] = (),
) -> Iterator[Finding]:
    """Yield a finding for every object of one version that is absent or has another size.

    Files in ``collected`` may be absent: a recorded collection took them. A manifest may not.
    """
    about = f"version {version.dna}, {came} by entry {version.index}"
    if not objects.has(version.manifest):
        yield _missing(version.manifest, f"manifest of {about}")
        return
    try:
        manifest = Manifest.from_bytes(objects.read(version.manifest))
    except OneSeekError as error:
        yield Finding("object-damaged", version.manifest, f"the manifest of {about}", error.message)
        return
    for file in manifest.files:
        if not objects.has(file.digest):
            if file.digest in collected:
                continue
            yield _missing(file.digest, f"{file.path} of {about}")
        elif (size := objects.size(file.digest)) != file.size:
            yield Finding(
                "object-size", file.digest, f"{file.size} bytes: {file.path} of {about}", str(size)
            )


def _missing(digest: Digest, about: str) -> Finding:
    return Finding(
        "object-missing", digest, about, "not in the content store", "restore it from a backup"
    )
