"""SPDX 3.0.1 with the AI and dataset profiles, as JSON-LD.

https://spdx.github.io/spdx-spec/v3.0.1/. Every version of the lineage is an AI package: what it is
a descendant of, what it was trained and tested on. The hash of a model is that of its manifest; the
files of the version and of its base model are elements with their own. Every AI package has a
declared and a concluded licence, as the profile demands; that nobody concluded one is said as such.
The document never changes: it says nothing of what happened after certification.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from oneseek.domain.digest import Digest
from oneseek.domain.dossier import Dossier, ImportedRecord, Told, VersionRecord
from oneseek.domain.events import DatasetRegistered
from oneseek.domain.exports.export import VersionExport
from oneseek.domain.exports.licences import spdx_expression
from oneseek.domain.exports.oms import resources, root_digest
from oneseek.domain.exports.rendering import (
    as_text,
    datasets,
    known,
    licence,
    measured,
    metrics,
    render_json,
    seconds,
    urn,
    uuid_of,
)

Json = dict[str, Any]

_CREATION = "_:creation"
_NO_ASSERTION = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"


def _render(dossier: Dossier) -> bytes:
    subject = dossier.subject.version
    agent = urn("log", dossier.origin)
    # Two versions have one base model, two trainings one dataset: an element is written once.
    elements = {each["spdxId"]: each for each in _elements(dossier, agent)}
    creation = {
        "type": "CreationInfo",
        "@id": _CREATION,
        "specVersion": "3.0.1",
        "created": seconds(dossier.subject.certified.event.certified_at),
        "createdBy": [agent],
    }
    document = _element(
        "SpdxDocument",
        f"urn:uuid:{uuid_of('spdx', subject.manifest)}",
        profileConformance=["core", "software", "simpleLicensing", "ai", "dataset"],
        rootElement=[_id(subject.manifest)],
        element=list(elements),
    )
    return render_json(
        {
            "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
            "@graph": [creation, document, *elements.values()],
        }
    )


def _elements(dossier: Dossier, agent: str) -> Iterator[Json]:
    subject = dossier.subject
    yield _element("SoftwareAgent", agent, name=dossier.origin)
    for record in dossier.versions:
        yield _version(record, agent)
        yield _base(record)
        yield from (_dataset(told) for told in datasets(record))
        yield from _licences(record, subject.version.index)
        yield from _lineage(record)
    if dossier.ancestor is not None:
        yield from _imported(dossier.ancestor)
    version, base = subject.version.manifest, subject.base.event.manifest
    yield from _files(version, resources(subject.manifest))
    yield from _files(base, [(file.path, file.digest) for file in subject.base_files.files])


def _version(record: VersionRecord, agent: str) -> Json:
    version, done = record.certified.event, record.completed.event
    found = measured(record)
    return _element(
        "ai_AIPackage",
        _id(version.manifest),
        name=version.dna,
        comment=(
            f"Entry {record.certified.index} of the log. SHA-256 of the weights: {version.weights}."
        ),
        verifiedUsing=[
            _hash(version.manifest, "of manifest.json, which lists every file"),
            _hash(
                root_digest(record.manifest), "of all files, as OpenSSF Model Signing counts them"
            ),
        ],
        releaseTime=seconds(version.certified_at),
        suppliedBy=agent,
        software_packageVersion=f"{version.major}.{version.minor}",
        software_primaryPurpose="model",
        ai_typeOfModel=["LoRA adapter", record.base.event.architecture],
        ai_informationAboutTraining=(
            f"Training {version.training}: {done.rows_trained} of {record.dataset.event.rows} rows,"
            f" {done.epochs} epochs, {done.steps} steps, {done.trainable_parameters} trainable"
            " parameters."
        ),
        ai_hyperparameter=_dictionary(as_text(record.started.event.recipe)),
        ai_metric=_dictionary(metrics(found)) if found else None,
    )


def _imported(record: ImportedRecord) -> Iterator[Json]:
    """Return a version that was imported: nobody of ours saw how it was made."""
    event = record.imported.event
    yield _element(
        "ai_AIPackage",
        _id(event.manifest),
        name=event.dna,
        comment=(
            f"Imported by entry {record.imported.index} of the log, {event.verdict}: "
            f"{event.reason} SHA-256 of the weights: {event.weights}."
        ),
        verifiedUsing=[_hash(event.manifest, "of manifest.json, which lists every file")],
        software_primaryPurpose="model",
        ai_typeOfModel=["LoRA adapter"],
    )
    for kind in ("hasDeclaredLicense", "hasConcludedLicense"):
        yield _relationship(event.manifest, kind, _NO_ASSERTION)


def _base(record: VersionRecord) -> Json:
    base = record.base.event
    return _element(
        "ai_AIPackage",
        _id(base.manifest),
        name=base.name,
        comment=f"Entry {record.base.index} of the log.",
        verifiedUsing=[_hash(base.manifest, "of its manifest, which lists every file")],
        software_primaryPurpose="model",
        ai_typeOfModel=[base.architecture],
    )


def _dataset(told: Told[DatasetRegistered]) -> Json:
    event = told.event
    return _element(
        "dataset_DatasetPackage",
        _id(event.dataset),
        name=event.name,
        comment=f"Entry {told.index} of the log. {event.rows} rows with the root {event.row_root}.",
        verifiedUsing=[_hash(event.dataset, None)],
        software_primaryPurpose="data",
        dataset_datasetType=["text"],
        dataset_datasetSize=event.size,
    )


def _lineage(record: VersionRecord) -> Iterator[Json]:
    version, found = record.certified.event, measured(record)
    for ancestor in filter(None, (record.version.parent, version.base)):
        yield _relationship(version.manifest, "descendantOf", _id(ancestor))
    yield _relationship(version.manifest, "trainedOn", _id(version.dataset), complete=True)
    if found is not None:
        rows = f"{found.event.after.rows} rows that were not trained on; entry {found.index}."
        dataset = _id(found.event.dataset)
        yield _relationship(version.manifest, "testedOn", dataset, comment=rows)


def _licences(record: VersionRecord, before: int) -> Iterator[Json]:
    """Yield the licences of a version and its materials, as stated before the entry ``before``.

    Nobody states one for an adapter: its model card declares that of the base model.
    """
    stated = {
        record.version.manifest: licence(record, record.base),
        record.base.event.manifest: licence(record, record.base, before),
        **{told.event.dataset: licence(record, told, before) for told in datasets(record)},
    }
    for thing, name in stated.items():
        declared = _NO_ASSERTION
        if name is not None:
            expression = spdx_expression(name)
            declared = urn("licence", expression)
            yield _element(
                "simplelicensing_LicenseExpression",
                declared,
                simplelicensing_licenseExpression=expression,
            )
        yield _relationship(thing, "hasDeclaredLicense", declared)
        yield _relationship(thing, "hasConcludedLicense", _NO_ASSERTION)


def _files(owner: Digest, files: Iterable[tuple[str, Digest]]) -> Iterator[Json]:
    names = []
    for path, digest in files:
        names.append(urn("sha256", owner, path))
        yield _element("software_File", names[-1], name=path, verifiedUsing=[_hash(digest, None)])
    yield _relationship(owner, "contains", *names, complete=True)


def _relationship(
    thing: Digest, kind: str, *to: str, complete: bool = False, comment: str | None = None
) -> Json:
    return _element(
        "Relationship",
        f"urn:uuid:{uuid_of(':'.join((kind, *to)), thing)}",
        comment=comment,
        **{"from": _id(thing)},
        relationshipType=kind,
        to=list(to),
        completeness="complete" if complete else None,
    )


def _element(kind: str, identifier: str, /, **fields: Any) -> Json:
    return known(type=kind, spdxId=identifier, creationInfo=_CREATION, **fields)


def _hash(digest: Digest, comment: str | None) -> Json:
    return known(type="Hash", comment=comment, algorithm="sha256", hashValue=digest)


def _dictionary(values: dict[str, str]) -> list[Json]:
    return [
        {"type": "DictionaryEntry", "key": key, "value": value} for key, value in values.items()
    ]


def _id(digest: Digest) -> str:
    return urn("sha256", digest)


FORMAT = VersionExport(
    name="spdx",
    title="SPDX 3.0.1 with AI and dataset profiles",
    media_type="application/spdx+json",
    suffix=".spdx.json",
    verified_by="spdx-python-model",
    render=_render,
)
