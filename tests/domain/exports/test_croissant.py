"""The Croissant document: what it says of a dataset, and of how its rows are read."""

import json
from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as changed

from oneseek.domain.exports.croissant import FORMAT, data_file
from oneseek.domain.exports.dataset_dossier import DatasetDossier


def document(dossier: DatasetDossier, **fields: Any) -> Any:
    event = changed(dossier.registered.event, **fields)
    told = replace(dossier.registered, event=event)
    return json.loads(FORMAT.render(replace(dossier, registered=told)))


def test_the_file_has_its_digest_and_lies_beside_the_document(
    dataset_dossier: DatasetDossier,
) -> None:
    event = dataset_dossier.registered.event
    (file,) = document(dataset_dossier)["distribution"]
    assert file["sha256"] == event.dataset
    assert file["contentSize"] == f"{event.size} B"
    assert file["contentUrl"] == data_file(dataset_dossier) == "identity.jsonl"
    assert file["encodingFormat"] == "application/jsonlines"


def test_the_rows_have_the_fields_that_are_in_the_file(dataset_dossier: DatasetDossier) -> None:
    (rows,) = document(dataset_dossier)["recordSet"]
    assert [field["name"] for field in rows["field"]] == ["instruction", "input", "output"]
    assert {field["source"]["extract"]["column"] for field in rows["field"]} == {
        "instruction", "input", "output",
    }  # fmt: skip
    plain = replace(dataset_dossier, fields=("instruction", "output"))
    (rows,) = document(plain)["recordSet"]
    assert [field["@id"] for field in rows["field"]] == ["rows/instruction", "rows/output"]


def test_what_commits_to_the_rows_is_told(dataset_dossier: DatasetDossier) -> None:
    found = document(dataset_dossier)
    event = dataset_dossier.registered.event
    assert found["identifier"] == f"sha256:{event.dataset}"
    assert {each["name"]: each["value"] for each in found["additionalProperty"]} == {
        "row-root": event.row_root,
        "rows": "10",
        "log": "oneseek.test/log",
        "entry": "3",
    }


@pytest.mark.parametrize(
    ("licence", "shown"),
    [
        ("cc0-1.0", "https://spdx.org/licenses/CC0-1.0"),
        ("our own", "our own"),
        (None, None),
    ],
)
def test_the_licence_is_that_of_the_record(
    dataset_dossier: DatasetDossier, licence: str | None, shown: str | None
) -> None:
    assert document(dataset_dossier, licence=licence).get("license") == shown


@pytest.mark.parametrize(("line", "languages"), [("sv", ["sv"]), ("ensv", ["en", "sv"])])
def test_a_line_of_two_languages_is_two_languages(
    dataset_dossier: DatasetDossier, line: str, languages: list[str]
) -> None:
    assert document(dataset_dossier, language=line)["inLanguage"] == languages
