"""The ML-BOM: what it says, and that it refers to nothing that is not in it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as changed

from dossiers import SHAPES
from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.cyclonedx import FORMAT
from oneseek.domain.exports.oms import root_digest


def document(dossier: Dossier) -> Any:
    return json.loads(FORMAT.render(dossier))


def found_under(value: Any, name: str) -> Iterator[Any]:
    """Yield everything that has the name ``name`` anywhere in a document."""
    if isinstance(value, dict):
        if name in value:
            yield value[name]
        for inner in value.values():
            yield from found_under(inner, name)
    if isinstance(value, list):
        for inner in value:
            yield from found_under(inner, name)


def properties(component: Any) -> dict[str, str]:
    return {found["name"].removeprefix("oneseek:"): found["value"] for found in
            component["properties"]}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_every_reference_is_to_something_in_it(shape: str, request: pytest.FixtureRequest) -> None:
    found = document(request.getfixturevalue(shape))
    names = list(found_under(found, "bom-ref"))
    assert len(names) == len(set(names))
    referred = {*found_under(found, "ref"), *(each for some in found_under(found, "dependsOn")
                for each in some)}  # fmt: skip
    assert referred <= set(names)


def test_it_names_the_version_its_files_and_what_it_derives_from(eventful_dossier: Dossier) -> None:
    record, parent = eventful_dossier.versions
    component = document(eventful_dossier)["metadata"]["component"]
    assert component["name"] == record.version.dna
    assert component["version"] == "3.0"
    assert component["hashes"] == [{"alg": "SHA-256", "content": record.version.manifest}]
    files = {each["name"]: each["hashes"][0]["content"] for each in component["components"]}
    assert files.pop("manifest.json") == record.version.manifest
    assert files == {file.path: file.digest for file in record.manifest.files}
    told = properties(component)
    assert told["origin"] == "oneseek.test/log"
    assert told["entry"] == str(record.version.index)
    assert told["weights"] == record.version.weights
    assert told["oms_root"] == root_digest(record.manifest)
    above, base = component["pedigree"]["ancestors"]
    assert above["name"] == parent.version.dna
    assert base["name"] == "tiny"
    assert base["hashes"] == [{"alg": "SHA-256", "content": record.version.base}]
    assert base["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert [each["name"] for each in base["components"]] == ["config.json", "model.safetensors"]


def test_only_what_was_measured_has_a_value(
    first_dossier: Dossier, unmeasured_dossier: Dossier
) -> None:
    card = document(first_dossier)["metadata"]["component"]["modelCard"]
    metrics = card["quantitativeAnalysis"]["performanceMetrics"]
    assert {each["type"]: each["value"] for each in metrics} == {
        "loss": "1.25", "perplexity": "3.49", "token_accuracy": "0.75",
    }  # fmt: skip
    data = first_dossier.subject.dataset.event
    assert {each["slice"] for each in metrics} == {f"5 rows of sha256:{data.dataset}"}
    assert properties(card) == {"measured_by": "oneseek-provenance test", "measured": "6"}
    nothing = document(unmeasured_dossier)["metadata"]["component"]["modelCard"]
    assert set(nothing) == {"modelParameters"}


def test_datasets_have_hashes_and_their_licence_where_it_is_known(
    eventful_dossier: Dossier,
) -> None:
    record = eventful_dossier.subject
    identity, held = document(eventful_dossier)["components"]
    assert identity["hashes"][0]["content"] == record.version.dataset
    assert properties(identity)["row_root"] == record.dataset.event.row_root
    assert "licenses" not in identity
    assert held["name"] == "held"
    event = changed(record.dataset.event, licence="our own")
    told = replace(record.dataset, event=event)
    licensed = replace(eventful_dossier, versions=(replace(record, dataset=told),))
    ours = document(licensed)["components"][0]
    assert ours["licenses"] == [{"license": {"name": "our own"}}]
    again = replace(record, again=(replace(told, index=record.version.index - 1),))
    later = document(replace(eventful_dossier, versions=(again,)))["components"][0]
    assert later["licenses"] == [{"license": {"name": "our own"}}]


def test_a_dataset_that_serves_for_both_is_named_once(first_dossier: Dossier) -> None:
    record = first_dossier.subject
    both = replace(record, evaluation=record.dataset)
    found = document(replace(first_dossier, versions=(both,)))
    assert [each["name"] for each in found["components"]] == ["identity"]


def test_the_version_of_a_library_is_escaped_in_its_address(first_dossier: Dossier) -> None:
    record = first_dossier.subject
    environment = changed(record.started.event.environment, packages={"torch": "2.13.0+cpu"})
    started = replace(record.started, event=changed(record.started.event, environment=environment))
    found = document(replace(first_dossier, versions=(replace(record, started=started),)))
    (library,) = found["formulation"][0]["components"]
    assert library["version"] == "2.13.0+cpu"
    assert library["purl"] == "pkg:pypi/torch@2.13.0%2Bcpu"


def test_the_formulation_is_the_training(eventful_dossier: Dossier) -> None:
    record, parent = eventful_dossier.versions
    (formula,) = document(eventful_dossier)["formulation"]
    assert formula["components"][0]["purl"] == "pkg:pypi/torch@2.13.0"
    (workflow,) = formula["workflows"]
    assert workflow["uid"] == record.version.training
    assert {"resource": {"ref": f"sha256:{parent.version.manifest}"}} in workflow["inputs"]
    told = properties(workflow)
    assert told["target_modules"] == "q_proj,v_proj"
    assert told["deterministic"] == "true"
    assert "packages" not in told
    assert "accelerator" not in told
