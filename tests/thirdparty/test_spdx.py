"""spdx-python-model reads the SPDX document and writes it again, and refuses broken twins."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from spdx_python_model import v3_0_1 as spdx

from dossiers import SHAPES
from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.spdx import FORMAT


def read(raw: bytes) -> spdx.SHACLObjectSet:
    """Read a document, and write it: the one checks types, the other what must not be missing."""
    found = spdx.SHACLObjectSet()
    spdx.JSONLDDeserializer().read(BytesIO(raw), found)
    assert not found.missing_ids, f"nothing is {found.missing_ids}"
    spdx.JSONLDSerializer().write(found, BytesIO())
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_the_document_is_read_and_written(shape: str, request: pytest.FixtureRequest) -> None:
    dossier: Dossier = request.getfixturevalue(shape)
    found = read(FORMAT.render(dossier))
    packages = {each.name: each for each in found.foreach_type(spdx.ai_AIPackage)}
    named = {"tiny", *(record.version.dna for record in dossier.versions)}
    assert set(packages) == named | ({dossier.ancestor.version.dna} if dossier.ancestor else set())
    version = dossier.subject.version
    assert packages[version.dna].verifiedUsing[0].hashValue == version.manifest
    (document,) = found.foreach_type(spdx.SpdxDocument)
    assert document.rootElement[0] is packages[version.dna]


def related(found: spdx.SHACLObjectSet, kind: str) -> set[tuple[str, str]]:
    return {
        (each.from_.name, each.to[0].name)
        for each in found.foreach_type(spdx.Relationship)
        if each.relationshipType == getattr(spdx.RelationshipType, kind)
    }


def test_the_library_finds_the_lineage(eventful_dossier: Dossier) -> None:
    found = read(FORMAT.render(eventful_dossier))
    own, parent = (record.version.dna for record in eventful_dossier.versions)
    assert related(found, "descendantOf") == {(own, parent), (own, "tiny"), (parent, "tiny")}
    assert related(found, "trainedOn") == {(own, "identity"), (parent, "identity")}
    assert related(found, "testedOn") == {(own, "held"), (parent, "identity")}


def package(found: Any) -> Any:
    return next(each for each in found["@graph"] if each["type"] == "ai_AIPackage")


def relationship(found: Any) -> Any:
    return next(each for each in found["@graph"] if each["type"] == "Relationship")


def unknown_field(found: Any) -> None:
    package(found)["ai_fairness"] = "good"


def unknown_type(found: Any) -> None:
    package(found)["type"] = "ai_Model"


def hash_of_no_algorithm(found: Any) -> None:
    package(found)["verifiedUsing"][0]["algorithm"] = "sha257"


def hash_without_its_value(found: Any) -> None:
    del package(found)["verifiedUsing"][0]["hashValue"]


def hash_that_is_a_number(found: Any) -> None:
    package(found)["verifiedUsing"][0]["hashValue"] = 7


def relationship_of_no_kind(found: Any) -> None:
    relationship(found)["relationshipType"] = "paintedOn"


def relationship_from_nothing(found: Any) -> None:
    del relationship(found)["from"]


def relationship_to_nothing_known(found: Any) -> None:
    relationship(found)["to"] = ["urn:oneseek:sha256:gone"]


def size_that_is_text(found: Any) -> None:
    dataset = next(each for each in found["@graph"] if each["type"] == "dataset_DatasetPackage")
    dataset["dataset_datasetSize"] = "large"


def time_with_microseconds(found: Any) -> None:
    package(found)["releaseTime"] = "2026-11-20T18:25:38.187329Z"


def element_without_a_name(found: Any) -> None:
    del package(found)["spdxId"]


@pytest.mark.parametrize(
    "twin",
    [
        unknown_field,
        unknown_type,
        hash_of_no_algorithm,
        hash_without_its_value,
        hash_that_is_a_number,
        relationship_of_no_kind,
        relationship_from_nothing,
        relationship_to_nothing_known,
        size_that_is_text,
        time_with_microseconds,
        element_without_a_name,
    ],
)
def test_a_broken_document_is_refused(twin: Callable[[Any], None], first_dossier: Dossier) -> None:
    found = json.loads(FORMAT.render(first_dossier))
    twin(found)
    with pytest.raises((ValueError, TypeError, KeyError, AssertionError)):
        read(json.dumps(found).encode())
