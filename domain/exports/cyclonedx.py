"""CycloneDX 1.7 ML-BOM: what a version consists of, derives from and was trained on.

https://cyclonedx.org/docs/1.7/json/. The hash of a model is that of its manifest, which lists every
file with its own; the files are components of the model. What was chosen for the training and what
it ran with is the formulation. Only what was measured has a value in the model card. The document
never changes: it says nothing of what happened after certification.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from oneseek.domain.digest import Digest
from oneseek.domain.dossier import Dossier, ImportedRecord, Told, VersionRecord
from oneseek.domain.events import DatasetRegistered
from oneseek.domain.exports.export import VersionExport
from oneseek.domain.exports.licences import spdx_identifier
from oneseek.domain.exports.oms import resources, root_digest
from oneseek.domain.exports.rendering import (
    as_text,
    datasets,
    escaped,
    known,
    licence,
    measured,
    metrics,
    render_json,
    seconds,
    uuid_of,
)

Json = dict[str, Any]


def _render(dossier: Dossier) -> bytes:
    record = dossier.subject
    version = record.certified.event
    subject = _version(record, [*_properties(origin=dossier.origin)])
    return render_json(
        {
            "$schema": "http://cyclonedx.org/schema/bom-1.7.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.7",
            "serialNumber": f"urn:uuid:{uuid_of('cyclonedx', version.manifest)}",
            "version": 1,
            "metadata": {
                "timestamp": seconds(version.certified_at),
                "component": {
                    **subject,
                    "components": _files(version.manifest, resources(record.manifest)),
                    "pedigree": {"ancestors": list(_ancestors(dossier))},
                    "modelCard": _card(record),
                },
            },
            "components": [_dataset(record, told) for told in datasets(record)],
            "dependencies": [{"ref": subject["bom-ref"], "dependsOn": [_ref(version.base)]}],
            "formulation": [_formula(record)],
        }
    )


def _version(record: VersionRecord, properties: list[Json]) -> Json:
    """Return a version; nobody states its licence: its model card declares the base model's."""
    version = record.certified.event
    return {
        **_component("machine-learning-model", version.dna, version.manifest),
        "version": f"{version.major}.{version.minor}",
        **known(licenses=_licences(licence(record, record.base))),
        "properties": [
            *properties,
            *_properties(
                entry=record.certified.index,
                language=version.language,
                weights=version.weights,
                oms_root=root_digest(record.manifest),
            ),
        ],
    }


def _ancestors(dossier: Dossier) -> Iterator[Json]:
    """Yield the versions that it continues from, the nearest first, and the base model."""
    for record in dossier.versions[1:]:
        yield _version(record, [])
    if dossier.ancestor is not None:
        yield _imported(dossier.ancestor)
    told, manifest = dossier.subject.base, dossier.subject.base_files
    base = told.event
    yield known(
        **_component("machine-learning-model", base.name, base.manifest),
        licenses=_licences(licence(dossier.subject, told)),
        components=_files(base.manifest, [(file.path, file.digest) for file in manifest.files]),
        properties=_properties(entry=told.index, architecture=base.architecture),
    )


def _imported(record: ImportedRecord) -> Json:
    """Return a version that was imported: nobody of ours saw how it was made."""
    event = record.imported.event
    return {
        **_component("machine-learning-model", event.dna, event.manifest),
        "properties": _properties(
            entry=record.imported.index,
            weights=event.weights,
            evidence=record.version.evidence,
            reason=event.reason,
        ),
    }


def _card(record: VersionRecord) -> Json:
    """Return the model card: what it is for, and what was measured of it."""
    found = measured(record)
    card: Json = {
        "modelParameters": {
            "approach": {"type": "supervised"},
            "task": "text-generation",
            "modelArchitecture": record.base.event.architecture,
            "datasets": [{"ref": _ref(told.event.dataset)} for told in datasets(record)],
            "inputs": [{"format": "text"}],
            "outputs": [{"format": "text"}],
        }
    }
    if found is not None:
        rows = f"{found.event.after.rows} rows of sha256:{found.event.dataset}"
        card["quantitativeAnalysis"] = {
            "performanceMetrics": [
                {"type": name, "value": value, "slice": rows}
                for name, value in metrics(found).items()
            ]
        }
        card["properties"] = _properties(measured_by=found.event.code, measured=found.index)
    return card


def _formula(record: VersionRecord) -> Json:
    """Return how it was made: the training, what was chosen for it, what it ran with."""
    started, environment = record.started.event, record.started.event.environment
    made_from = [
        _ref(record.certified.event.base),
        *(_ref(told.event.dataset) for told in datasets(record)),
    ]
    if record.version.parent is not None:
        made_from.append(_ref(record.version.parent))
    return {
        "components": [
            {
                "type": "library",
                "bom-ref": f"package:{name}",
                "name": name,
                "version": release,
                "purl": f"pkg:pypi/{escaped(name)}@{escaped(release)}",
            }
            for name, release in sorted(environment.packages.items())
        ],
        "workflows": [
            {
                "bom-ref": f"training:{record.certified.event.training}",
                "uid": record.certified.event.training,
                "taskTypes": ["build"],
                "inputs": [{"resource": {"ref": ref}} for ref in made_from],
                "outputs": [{"resource": {"ref": _ref(record.version.manifest)}}],
                "timeStart": seconds(record.started.time),
                "timeEnd": seconds(record.completed.time),
                "properties": [
                    *_properties(**as_text(started.recipe)),
                    *_properties(**as_text(environment)),
                ],
            }
        ],
    }


def _dataset(record: VersionRecord, told: Told[DatasetRegistered]) -> Json:
    event = told.event
    return known(
        **_component("data", event.name, event.dataset),
        licenses=_licences(licence(record, told)),
        data=[{"type": "dataset", "name": event.name}],
        properties=_properties(
            entry=told.index, rows=event.rows, row_root=event.row_root, language=event.language
        ),
    )


def _component(kind: str, name: str, digest: Digest) -> Json:
    return {"type": kind, "bom-ref": _ref(digest), "name": name, "hashes": _hashes(digest)}


def _files(owner: Digest, files: Iterable[tuple[str, Digest]]) -> list[Json]:
    """Return the files of a model; one path may lie in several models, so its name has an owner."""
    return [
        {
            "type": "file",
            "bom-ref": f"{_ref(owner)}/{path}",
            "name": path,
            "hashes": _hashes(digest),
        }
        for path, digest in files
    ]


def _ref(digest: Digest) -> str:
    return f"sha256:{digest}"


def _hashes(digest: Digest) -> list[Json]:
    return [{"alg": "SHA-256", "content": digest}]


def _licences(stated: str | None) -> list[Json] | None:
    if stated is None:
        return None
    identifier = spdx_identifier(stated)
    return [{"license": {"id": identifier} if identifier else {"name": stated}}]


def _properties(**values: object) -> list[Json]:
    """Return name and value of what CycloneDX has no field for."""
    return [{"name": f"oneseek:{name}", "value": str(value)} for name, value in values.items()]


FORMAT = VersionExport(
    name="cyclonedx",
    title="CycloneDX 1.7 ML-BOM",
    media_type="application/vnd.cyclonedx+json; version=1.7",
    suffix=".cdx.json",
    verified_by="cyclonedx-python-lib JsonStrictValidator",
    render=_render,
)
