"""OpenLineage 2.0.2 run events: START and COMPLETE of every training of a lineage.

https://openlineage.io/spec/2-0-2/OpenLineage.json. One event per line, in the order of the ledger,
the oldest training first; only a training that completed can stand behind a version, so that none
here ends with FAIL. The run's identifier follows from the training's. Recipe, environment and
digests have no facets in the specification: they are in facets of ours, described in
docs/exports.md.
"""

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from oneseek.domain.digest import Digest
from oneseek.domain.dossier import Dossier, Told, VersionRecord
from oneseek.domain.events import Event
from oneseek.domain.exports.export import VersionExport
from oneseek.domain.exports.rendering import as_json, datasets, known, measured, metrics, urn

Json = dict[str, Any]

_SPEC = "https://openlineage.io/spec"
_EVENT = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
_DATASET_VERSION = (
    f"{_SPEC}/facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet"
)
_JOB_TYPE = f"{_SPEC}/facets/2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet"
_ENGINE = f"{_SPEC}/facets/1-1-1/ProcessingEngineRunFacet.json#/$defs/ProcessingEngineRunFacet"
_PRODUCER = urn("producer", "oneseek-provenance")


def run_id(training: str) -> str:
    """Return the identifier of a training's run: a UUIDv5 (RFC 9562) of the training's own."""
    return str(uuid5(NAMESPACE_URL, urn("training", training)))


def _render(dossier: Dossier) -> bytes:
    events = [event for record in dossier.versions for event in _run(dossier.origin, record)]
    ordered = [event for _, event in sorted(events, key=lambda found: found[0])]
    return b"".join(msgspec.json.encode(event) + b"\n" for event in ordered)


def _run(origin: str, record: VersionRecord) -> Iterator[tuple[int, Json]]:
    """Yield the two events of a training, with the index of the entry that each is from."""
    started, completed = record.started, record.completed
    yield started.index, _event("START", origin, record, started, [])
    outputs = [_version(origin, record)]
    yield completed.index, _event("COMPLETE", origin, record, completed, outputs)


def _event(
    kind: str, origin: str, record: VersionRecord, told: Told[Event], outputs: list[Json]
) -> Json:
    return {
        "eventType": kind,
        "eventTime": told.time,
        "producer": _PRODUCER,
        "schemaURL": _EVENT,
        "run": {
            "runId": run_id(record.certified.event.training),
            "facets": _run_facets(record, told),
        },
        "job": {
            "namespace": urn("log", origin),
            "name": f"train.{record.certified.event.language}",
            "facets": {
                "jobType": _facet(
                    _JOB_TYPE, processingType="BATCH", integration="ONESEEK", jobType="TRAINING"
                )
            },
        },
        "inputs": _inputs(origin, record),
        "outputs": outputs,
    }


def _run_facets(record: VersionRecord, told: Told[Event]) -> Json:
    started = record.started.event
    torch = started.environment.packages.get("torch")
    return known(
        oneseek_recipe=_ours("recipe", recipe=as_json(started.recipe)),
        oneseek_environment=_ours("environment", environment=as_json(started.environment)),
        oneseek_entry=_ours("entry", training=record.certified.event.training, index=told.index),
        processing_engine=_facet(_ENGINE, name="torch", version=torch) if torch else None,
    )


def _inputs(origin: str, record: VersionRecord) -> list[Json]:
    found = [_dataset(origin, f"base/{record.base.event.name}", record.base.event.manifest)]
    for told in datasets(record):
        found.append(_dataset(origin, f"dataset/{told.event.name}", told.event.dataset))
    if record.version.parent is not None:
        name = f"version/{record.version.parent}"
        found.append(_dataset(origin, name, record.version.parent))
    return found


def _version(origin: str, record: VersionRecord) -> Json:
    """Return the version as an output; its name is its identity, its label a facet."""
    version = record.certified.event
    label = _ours(
        "version", dna=version.dna, weights=version.weights, certifiedAt=version.certified_at
    )
    return _dataset(
        origin, f"version/{version.manifest}", version.manifest, oneseek_version=label,
        **_measured(record),
    )  # fmt: skip


def _measured(record: VersionRecord) -> Json:
    found = measured(record)
    if found is None:
        return {}
    values = metrics(found)
    rows = found.event.after.rows
    return {
        "oneseek_metrics": _ours(
            "metrics", metrics=values, rows=rows, dataset=found.event.dataset, code=found.event.code
        )
    }


def _dataset(origin: str, name: str, digest: Digest, **facets: Json) -> Json:
    return {
        "namespace": urn("log", origin),
        "name": name,
        "facets": {
            "version": _facet(_DATASET_VERSION, datasetVersion=f"sha256:{digest}"),
            "oneseek_digest": _ours("digest", sha256=digest),
            **facets,
        },
    }


def _ours(name: str, **values: object) -> Json:
    return _facet(urn("openlineage", name, "v1"), **values)


def _facet(schema: str, **values: object) -> Json:
    return {"_producer": _PRODUCER, "_schemaURL": schema, **values}


FORMAT = VersionExport(
    name="openlineage",
    title="OpenLineage 2.0.2 run events",
    media_type="application/x-ndjson",
    suffix=".openlineage.jsonl",
    verified_by="openlineage-python RunEvent",
    render=_render,
)
