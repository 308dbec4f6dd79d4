"""The SLSA provenance: what it says, and what it leaves out."""

import json
from base64 import b64decode
from dataclasses import replace
from typing import Any

from msgspec.structs import replace as changed

from oneseek.domain.digest import sha256
from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.oms import root_digest
from oneseek.domain.exports.slsa import FORMAT


def statement(dossier: Dossier) -> Any:
    return json.loads(FORMAT.render(dossier))


def materials(dossier: Dossier) -> dict[str, Any]:
    found = statement(dossier)["predicate"]["buildDefinition"]["resolvedDependencies"]
    return {each["name"]: each for each in found}


def test_the_subject_is_named_by_the_root_of_its_files(first_dossier: Dossier) -> None:
    record = first_dossier.subject
    (subject,) = statement(first_dossier)["subject"]
    assert subject == {
        "name": record.version.dna,
        "digest": {"sha256": root_digest(record.manifest)},
    }


def test_every_material_carries_a_digest(eventful_dossier: Dossier) -> None:
    found = materials(eventful_dossier)
    assert list(found) == [
        "tiny", "tiny/config.json", "tiny/model.safetensors", "identity", "held",
        eventful_dossier.versions[1].version.dna, "code", "environment",
    ]  # fmt: skip
    assert all(each["digest"] for each in found.values())
    parent = eventful_dossier.versions[1]
    told = found[parent.version.dna]
    assert told["digest"]["sha256"] == root_digest(parent.manifest)
    assert told["annotations"]["manifest"] == parent.version.manifest
    data = eventful_dossier.subject.dataset.event
    assert found["identity"]["annotations"]["rowRoot"] == data.row_root
    for name in ("code", "environment"):
        content = b64decode(found[name]["content"])
        assert sha256(content) == found[name]["digest"]["sha256"]
    assert b64decode(found["code"]["content"]) == b"oneseek-provenance test"


def test_the_commit_is_the_code_where_it_is_known(first_dossier: Dossier) -> None:
    record = first_dossier.subject
    environment = changed(
        record.started.event.environment, code_commit="ab" * 20, code_changed=True
    )
    started = changed(record.started.event, environment=environment)
    told = replace(record.started, event=started)
    dossier = replace(first_dossier, versions=(replace(record, started=told),))
    assert materials(dossier)["code"] == {
        "name": "code",
        "digest": {"gitCommit": "ab" * 20},
        "annotations": {"role": "code", "uncommittedChanges": True},
    }


def test_code_that_nobody_recorded_is_absent(unmeasured_dossier: Dossier) -> None:
    assert "code" not in materials(unmeasured_dossier)


def test_the_recipe_is_what_a_person_chose(
    first_dossier: Dossier, eventful_dossier: Dossier
) -> None:
    first = statement(first_dossier)["predicate"]["buildDefinition"]["externalParameters"]
    assert first["recipe"]["learning_rate"] == "0.0001"
    assert set(first) == {"recipe", "language", "base", "dataset"}
    later = statement(eventful_dossier)["predicate"]["buildDefinition"]["externalParameters"]
    assert later["evaluation"] == "held"
    assert later["parent"] == eventful_dossier.versions[1].version.dna


def test_the_run_is_the_training_and_its_entries(first_dossier: Dossier) -> None:
    record = first_dossier.subject
    run = statement(first_dossier)["predicate"]["runDetails"]
    assert run["builder"] == {"id": "urn:oneseek:log:oneseek.test/log"}
    assert run["metadata"] == {
        "invocationId": "t1",
        "startedOn": record.started.time,
        "finishedOn": record.completed.time,
    }
    entries = [each for each in run["byproducts"] if each["annotations"]["role"] == "ledger entry"]
    assert [each["annotations"]["entry"] for each in entries] == [4, 5, 8]
    assert entries[2]["digest"]["sha256"] == sha256(record.certified.raw)


def test_what_happened_later_changes_nothing(first_dossier: Dossier) -> None:
    later = replace(first_dossier, size=first_dossier.size + 7)
    assert FORMAT.render(later) == FORMAT.render(first_dossier)
