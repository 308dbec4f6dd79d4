"""The SPDX document: what it says of a version and its lineage."""

import json
from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as changed

from dossiers import SHAPES
from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.oms import root_digest
from oneseek.domain.exports.spdx import FORMAT

NO_ASSERTION = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"


def graph(dossier: Dossier) -> list[Any]:
    found: list[Any] = json.loads(FORMAT.render(dossier))["@graph"]
    return found


def named(dossier: Dossier, name: str) -> Any:
    return next(each for each in graph(dossier) if each.get("name") == name)


def related(dossier: Dossier, thing: str, kind: str) -> list[str]:
    return [
        target
        for each in graph(dossier)
        if each["type"] == "Relationship"
        and (each["from"], each["relationshipType"]) == (f"urn:oneseek:sha256:{thing}", kind)
        for target in each["to"]
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_element_is_there_once_and_every_ai_package_has_two_licences(
    shape: str, request: pytest.FixtureRequest
) -> None:
    dossier: Dossier = request.getfixturevalue(shape)
    creation, document, *elements = graph(dossier)
    assert creation["type"] == "CreationInfo"
    names = [each["spdxId"] for each in elements]
    assert len(names) == len(set(names))
    assert document["element"] == names
    for each in elements:
        if each["type"] == "ai_AIPackage":
            digest = each["verifiedUsing"][0]["hashValue"]
            assert len(related(dossier, digest, "hasDeclaredLicense")) == 1
            assert related(dossier, digest, "hasConcludedLicense") == [NO_ASSERTION]


def test_a_version_is_told_with_hashes_recipe_and_metrics(first_dossier: Dossier) -> None:
    record = first_dossier.subject
    version = named(first_dossier, record.version.dna)
    assert [each["hashValue"] for each in version["verifiedUsing"]] == [
        record.version.manifest,
        root_digest(record.manifest),
    ]
    assert version["software_packageVersion"] == "1.0"
    assert version["ai_typeOfModel"] == ["LoRA adapter", "mistral"]
    recipe = {each["key"]: each["value"] for each in version["ai_hyperparameter"]}
    assert recipe["learning_rate"] == "0.0001"
    measured = {each["key"]: each["value"] for each in version["ai_metric"]}
    assert measured == {"loss": "1.25", "perplexity": "3.49", "token_accuracy": "0.75"}
    files = related(first_dossier, record.version.manifest, "contains")
    assert len(files) == len(record.manifest.files) + 1
    base = related(first_dossier, record.version.base, "contains")
    assert [each.rpartition(":")[2] for each in base] == ["config.json", "model.safetensors"]


def test_what_was_not_measured_is_absent(unmeasured_dossier: Dossier) -> None:
    version = unmeasured_dossier.subject.version
    assert "ai_metric" not in named(unmeasured_dossier, version.dna)
    assert related(unmeasured_dossier, version.manifest, "testedOn") == []


def test_the_lineage_goes_back_to_the_base_model(eventful_dossier: Dossier) -> None:
    own, parent = (record.version for record in eventful_dossier.versions)
    assert related(eventful_dossier, own.manifest, "descendantOf") == [
        f"urn:oneseek:sha256:{parent.manifest}",
        f"urn:oneseek:sha256:{own.base}",
    ]
    (trained,) = related(eventful_dossier, own.manifest, "trainedOn")
    assert trained == f"urn:oneseek:sha256:{own.dataset}"
    (tested,) = related(eventful_dossier, own.manifest, "testedOn")
    assert tested == named(eventful_dossier, "held")["spdxId"]


def test_licences_are_declared_where_somebody_stated_one(first_dossier: Dossier) -> None:
    record = first_dossier.subject
    declared = "urn:oneseek:licence:Apache-2.0"
    assert related(first_dossier, record.version.base, "hasDeclaredLicense") == [declared]
    assert related(first_dossier, record.version.dataset, "hasDeclaredLicense") == [NO_ASSERTION]
    base = replace(record.base, event=changed(record.base.event, licence=None))
    silent = replace(first_dossier, versions=(replace(record, base=base),))
    assert related(silent, record.version.base, "hasDeclaredLicense") == [NO_ASSERTION]


def test_a_licence_stated_between_two_versions_is_declared_once(eventful_dossier: Dossier) -> None:
    own, parent = eventful_dossier.versions
    between = parent.version.index + 1
    base = changed(own.base.event, name="again", licence="mit")
    data = changed(own.dataset.event, name="again", licence="mit")
    told = (
        replace(own.base, index=between, event=base),
        replace(own.dataset, index=between, event=data),
    )
    versions = tuple(replace(record, again=told) for record in (own, parent))
    dossier = replace(eventful_dossier, versions=versions)
    mit, apache = "urn:oneseek:licence:MIT", "urn:oneseek:licence:Apache-2.0"
    assert related(dossier, own.version.base, "hasDeclaredLicense") == [mit]
    assert related(dossier, own.version.dataset, "hasDeclaredLicense") == [mit]
    assert related(dossier, own.version.manifest, "hasDeclaredLicense") == [mit]
    assert related(dossier, parent.version.manifest, "hasDeclaredLicense") == [apache]
