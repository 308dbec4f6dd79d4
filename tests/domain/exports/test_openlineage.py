"""OpenLineage events: which runs they tell of, with which materials and facets."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from msgspec.structs import replace as changed

from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.openlineage import FORMAT, run_id


def events(dossier: Dossier) -> list[Any]:
    return [json.loads(line) for line in FORMAT.render(dossier).splitlines()]


def test_every_training_starts_and_completes_in_the_order_of_the_ledger(
    eventful_dossier: Dossier,
) -> None:
    record, parent = eventful_dossier.versions
    found = events(eventful_dossier)
    assert [event["eventType"] for event in found] == ["START", "COMPLETE"] * 2
    assert [event["run"]["runId"] for event in found] == [
        run_id(parent.version.training), run_id(parent.version.training),
        run_id(record.version.training), run_id(record.version.training),
    ]  # fmt: skip
    assert [event["eventTime"] for event in found] == [
        parent.started.time, parent.completed.time, record.started.time, record.completed.time,
    ]  # fmt: skip
    assert [event["run"]["facets"]["oneseek_entry"]["index"] for event in found] == [
        parent.started.index, parent.completed.index,
        record.started.index, record.completed.index,
    ]  # fmt: skip


def test_the_run_is_named_after_the_training_alone() -> None:
    assert run_id("t1") == run_id("t1") != run_id("t2")
    assert UUID(run_id("t1")).version == 5


def test_inputs_are_all_materials_by_digest(eventful_dossier: Dossier) -> None:
    record, parent = eventful_dossier.versions
    for event in events(eventful_dossier)[2:]:
        told = {each["name"]: each["facets"] for each in event["inputs"]}
        assert {name: facets["oneseek_digest"]["sha256"] for name, facets in told.items()} == {
            "base/tiny": record.version.base,
            "dataset/identity": record.version.dataset,
            "dataset/held": record.evaluation.event.dataset if record.evaluation else None,
            f"version/{parent.version.manifest}": parent.version.manifest,
        }
        for facets in told.values():
            digest = facets["oneseek_digest"]["sha256"]
            assert facets["version"]["datasetVersion"] == f"sha256:{digest}"


def test_the_output_is_the_version_with_what_was_measured(
    first_dossier: Dossier, unmeasured_dossier: Dossier
) -> None:
    start, complete = events(first_dossier)
    assert start["outputs"] == []
    (output,) = complete["outputs"]
    version = first_dossier.subject.version
    assert output["name"] == f"version/{version.manifest}"
    assert output["facets"]["oneseek_version"]["dna"] == version.dna
    assert output["facets"]["oneseek_metrics"]["metrics"]["loss"] == "1.25"
    (output,) = events(unmeasured_dossier)[1]["outputs"]
    assert "oneseek_metrics" not in output["facets"]


def test_recipe_and_environment_are_facets_of_ours(first_dossier: Dossier) -> None:
    facets = events(first_dossier)[0]["run"]["facets"]
    assert facets["oneseek_recipe"]["recipe"]["lora_rank"] == 8
    assert facets["oneseek_recipe"]["recipe"]["learning_rate"] == "0.0001"
    assert facets["oneseek_recipe"]["_schemaURL"] == "urn:oneseek:openlineage:recipe:v1"
    assert facets["oneseek_environment"]["environment"]["packages"] == {"torch": "2.13.0"}
    assert facets["processing_engine"]["version"] == "2.13.0"


def test_an_engine_that_was_not_recorded_is_absent(first_dossier: Dossier) -> None:
    record = first_dossier.subject
    environment = changed(record.started.event.environment, packages={})
    started = replace(record.started, event=changed(record.started.event, environment=environment))
    without = replace(first_dossier, versions=(replace(record, started=started),))
    assert "processing_engine" not in events(without)[0]["run"]["facets"]
