"""The way back: which files of an imported version lay where in its source.

The manifest of an imported version holds its old files below ``legacy/``, without the folders that
they have in common, and what was made of them above. The record of the import holds their whole
paths; together they give every old file back, byte for byte.
"""

import os

import msgspec

from oneseek.domain.digest import Digest
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import ObjectStore
from oneseek.migrations.importing.folders import legacy_paths
from oneseek.migrations.paths import raw_path
from oneseek.migrations.running import VersionRecord

_DECODER = msgspec.json.Decoder(VersionRecord)


def old_files(objects: ObjectStore, manifest: Digest, record: Digest) -> dict[str, Digest]:
    """Return the old files of the version ``manifest``: path below its source → object.

    ``record`` is the object that its version-imported entry names. A path that is no UTF-8 has
    surrogates, as :func:`os.fsdecode` writes them.

    Raises:
        NotFound: an object is not kept.
        LedgerBroken: the record does not speak of this version, or of files that it lacks.
    """
    files = {file.path: file.digest for file in Manifest.from_bytes(objects.read(manifest)).files}
    paths = _recorded(objects, manifest, record)
    found: dict[str, Digest] = {}
    for path, kept in zip(paths, legacy_paths(paths), strict=True):
        native = os.fsdecode(raw_path(path))
        if kept not in files or native.startswith("/") or ".." in native.split("/"):
            raise LedgerBroken(
                f"the record {record} names {path!r}, which is no file of {manifest}"
            )
        found[native] = files[kept]
    return found


def _recorded(objects: ObjectStore, manifest: Digest, record: Digest) -> tuple[str, ...]:
    with objects.open(record) as lines:
        for line in lines:
            told = _DECODER.decode(line)
            if told.manifest == manifest:
                return told.files
    raise LedgerBroken(f"the record {record} does not speak of the version {manifest}")
