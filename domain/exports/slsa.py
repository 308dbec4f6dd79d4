"""in-toto Statement v1 with SLSA provenance v1: how a version was built, of what, and when.

https://in-toto.io/Statement/v1 and https://slsa.dev/spec/v1.0/provenance. The subject's digest is
that of OpenSSF Model Signing, so that the statement and ``model.sig`` speak of one thing. Every
material carries a digest; what has no bytes of its own (the environment, the name of the code)
carries the record itself as ``content``. The statement never changes: it says nothing of what
happened after certification.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from oneseek.domain.digest import sha256
from oneseek.domain.dossier import Dossier, Told, VersionRecord
from oneseek.domain.events import DatasetRegistered, Event
from oneseek.domain.exports.export import VersionExport
from oneseek.domain.exports.oms import PAYLOAD_TYPE, STATEMENT_TYPE, root_digest
from oneseek.domain.exports.rendering import (
    as_json,
    datasets,
    known,
    licence,
    measured,
    render_json,
    urn,
)
from oneseek.domain.note.encoding import encode_base64

PREDICATE_TYPE = "https://slsa.dev/provenance/v1"
BUILD_TYPE = urn("training", "lora", "v1")
"""What the external parameters mean; described in docs/exports.md."""


def _render(dossier: Dossier) -> bytes:
    record = dossier.subject
    return render_json(
        {
            "_type": STATEMENT_TYPE,
            "subject": [_resource(record.version.dna, root_digest(record.manifest))],
            "predicateType": PREDICATE_TYPE,
            "predicate": {
                "buildDefinition": {
                    "buildType": BUILD_TYPE,
                    "externalParameters": _external(dossier),
                    "internalParameters": as_json(record.started.event.environment),
                    "resolvedDependencies": list(_materials(dossier)),
                },
                "runDetails": {
                    "builder": {"id": urn("log", dossier.origin)},
                    "metadata": {
                        "invocationId": record.certified.event.training,
                        "startedOn": record.started.time,
                        "finishedOn": record.completed.time,
                    },
                    "byproducts": list(_byproducts(dossier)),
                },
            },
        }
    )


def _external(dossier: Dossier) -> dict[str, Any]:
    """Return what a person chose: the recipe, and the materials by name."""
    record = dossier.subject
    return known(
        recipe=as_json(record.started.event.recipe),
        language=record.certified.event.language,
        base=record.base.event.name,
        dataset=record.dataset.event.name,
        evaluation=record.evaluation.event.name if record.evaluation else None,
        parent=dossier.parent.version.dna if dossier.parent else None,
    )


def _materials(dossier: Dossier) -> Iterator[dict[str, Any]]:
    record = dossier.subject
    base = record.base.event
    yield _resource(
        base.name, base.manifest, role="base model", architecture=base.architecture,
        licence=licence(record, record.base), entry=record.base.index,
    )  # fmt: skip
    for file in record.base_files.files:
        yield _resource(f"{base.name}/{file.path}", file.digest, role="base model file")
    for told, role in zip(datasets(record), ("training data", "evaluation data"), strict=False):
        yield _dataset(record, told, role)
    if (parent := dossier.parent) is not None:
        yield _resource(
            parent.version.dna, root_digest(parent.manifest), role="parent version",
            manifest=parent.version.manifest, entry=parent.version.index,
        )  # fmt: skip
    yield from _code(record)
    environment = msgspec.json.encode(as_json(record.started.event.environment))
    yield _record("environment", environment, "application/json", role="environment")


def _code(record: VersionRecord) -> Iterator[dict[str, Any]]:
    """Yield the code that trained: its commit, or else the name that it gave itself."""
    environment, found = record.started.event.environment, measured(record)
    if environment.code_commit is not None:
        yield {
            "name": "code",
            "digest": {"gitCommit": environment.code_commit},
            "annotations": known(role="code", uncommittedChanges=environment.code_changed),
        }
    elif found is not None:
        yield _record("code", found.event.code.encode(), "text/plain", role="code")


def _dataset(record: VersionRecord, told: Told[DatasetRegistered], role: str) -> dict[str, Any]:
    event = told.event
    return _resource(
        event.name, event.dataset, role=role, rows=event.rows, rowRoot=event.row_root,
        language=event.language, licence=licence(record, told), entry=told.index,
    )  # fmt: skip


def _byproducts(dossier: Dossier) -> Iterator[dict[str, Any]]:
    record = dossier.subject
    done = record.completed.event
    yield _resource("losses", done.losses, role="loss of every step")
    yield _resource("row-order", done.row_order, role="order of the rows learned")
    told: tuple[Told[Event], ...] = (record.started, record.completed, record.certified)
    for each in told:
        yield _resource(
            each.event.kind, sha256(each.raw), role="ledger entry",
            origin=dossier.origin, entry=each.index,
        )  # fmt: skip


def _resource(name: str, digest: str, **annotations: Any) -> dict[str, Any]:
    """Return an in-toto ResourceDescriptor."""
    found = {"name": name, "digest": {"sha256": digest}}
    return {**found, "annotations": known(**annotations)} if annotations else found


def _record(name: str, content: bytes, media_type: str, **annotations: Any) -> dict[str, Any]:
    """Return the descriptor of a record that stands in the statement itself."""
    return {
        "name": name,
        "digest": {"sha256": sha256(content)},
        "content": encode_base64(content),
        "mediaType": media_type,
        "annotations": known(**annotations),
    }


FORMAT = VersionExport(
    name="slsa",
    title="in-toto Statement v1 with SLSA provenance v1",
    media_type=PAYLOAD_TYPE,
    suffix=".intoto.json",
    verified_by="in-toto-attestation, securesystemslib (DSSE)",
    render=_render,
    is_statement=True,
)
