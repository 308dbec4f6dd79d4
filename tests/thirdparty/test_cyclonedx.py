"""The strict validator of cyclonedx-python-lib accepts the ML-BOM, and refuses broken twins."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from msgspec.structs import replace as changed

from dossiers import SHAPES
from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.cyclonedx import FORMAT

VALIDATOR = JsonStrictValidator(SchemaVersion.V1_7)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_document_is_valid(shape: str, request: pytest.FixtureRequest) -> None:
    assert VALIDATOR.validate_str(FORMAT.render(request.getfixturevalue(shape)).decode()) is None


def base(found: Any) -> Any:
    return found["metadata"]["component"]["pedigree"]["ancestors"][-1]


def hash_that_is_cut(found: Any) -> None:
    base(found)["hashes"][0]["content"] = base(found)["hashes"][0]["content"][:-1]


def hash_of_no_algorithm(found: Any) -> None:
    base(found)["hashes"][0]["alg"] = "SHA-257"


def dataset_without_a_name(found: Any) -> None:
    del found["components"][0]["name"]


def metric_that_is_a_number(found: Any) -> None:
    metrics = found["metadata"]["component"]["modelCard"]["quantitativeAnalysis"]
    metrics["performanceMetrics"][0]["value"] = 0.5


def unknown_field(found: Any) -> None:
    found["metadata"]["component"]["modelCard"]["fairness"] = "good"


def serial_number_of_another_form(found: Any) -> None:
    found["serialNumber"] = found["serialNumber"].upper()


def licence_that_spdx_does_not_know(found: Any) -> None:
    base(found)["licenses"] = [{"license": {"id": "apache-2.0"}}]


def time_that_is_none(found: Any) -> None:
    found["metadata"]["timestamp"] = "yesterday"


@pytest.mark.parametrize(
    "twin",
    [
        hash_that_is_cut,
        hash_of_no_algorithm,
        dataset_without_a_name,
        metric_that_is_a_number,
        unknown_field,
        serial_number_of_another_form,
        licence_that_spdx_does_not_know,
        time_that_is_none,
    ],
)
def test_a_broken_document_is_refused(twin: Callable[[Any], None], first_dossier: Dossier) -> None:
    found = json.loads(FORMAT.render(first_dossier))
    twin(found)
    assert VALIDATOR.validate_str(json.dumps(found)) is not None


@pytest.mark.parametrize(
    "licence",
    ["mit", "CC0-1.0", "our own: see LICENSE", "\n", "å" * 300, 'a "b" \\ c', "NONE", "\t"],
)
def test_any_licence_makes_a_valid_document(licence: str, first_dossier: Dossier) -> None:
    record = first_dossier.subject
    base = replace(record.base, event=changed(record.base.event, licence=licence))
    dossier = replace(first_dossier, versions=(replace(record, base=base),))
    assert VALIDATOR.validate_str(FORMAT.render(dossier).decode()) is None
