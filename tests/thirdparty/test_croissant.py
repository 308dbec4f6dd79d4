"""``mlcroissant validate`` and ``load`` accept the document, and each refuses its broken twins."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import mlcroissant
import pytest
from msgspec.structs import replace as changed

from dossiers import dataset_dossier_of
from oneseek.domain.exports.croissant import FORMAT, data_file
from oneseek.domain.exports.dataset_dossier import DatasetDossier
from oneseek.domain.usecases.register_dataset import register_dataset
from workbench import ROWS, Workbench

TOOL = Path(sys.executable).parent / "mlcroissant"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("it reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def written(dataset_dossier: DatasetDossier, tmp_path: Path) -> Path:
    """The document, with its file of rows beside it."""
    return write(dataset_dossier, ROWS, tmp_path / "croissant")


def write(dossier: DatasetDossier, rows: bytes, folder: Path) -> Path:
    folder.mkdir()
    (folder / data_file(dossier)).write_bytes(rows)
    path = folder / "identity.croissant.json"
    path.write_bytes(FORMAT.render(dossier))
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    """Load every row as the library does, named without the record set."""
    dataset = mlcroissant.Dataset(jsonld=path)
    return [
        {name.partition("/")[2]: value.decode() for name, value in row.items()}
        for row in dataset.records("rows")
    ]


def test_its_commands_accept_it(written: Path) -> None:
    for words in (("validate",), ("load", "--record_set", "rows", "--num_records", "-1")):
        done = subprocess.run(
            [TOOL, *words, "--jsonld", written], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "error" not in done.stderr.lower()


def test_what_it_loads_is_what_the_file_says(written: Path) -> None:
    assert rows_of(written) == [json.loads(line) for line in ROWS.splitlines()]


def test_rows_without_an_input_are_loaded_too(stocked: Workbench, tmp_path: Path) -> None:
    rows = b'{"instruction":"Annat?","output":"Ja."}\n'
    register_dataset(stocked.ports, name="plain", data=rows)
    path = write(dataset_dossier_of(stocked, "plain"), rows, tmp_path / "plain")
    assert rows_of(path) == [{"instruction": "Annat?", "output": "Ja."}]


@pytest.mark.parametrize(
    ("licence", "shown"), [("cc0-1.0", "https://spdx.org/licenses/CC0-1.0"), ("our own", "our own")]
)
def test_licence_languages_and_digest_are_understood(
    dataset_dossier: DatasetDossier, tmp_path: Path, licence: str, shown: str
) -> None:
    told = dataset_dossier.registered
    event = changed(told.event, licence=licence, language="ensv")
    licensed = replace(dataset_dossier, registered=replace(told, event=event))
    metadata = mlcroissant.Dataset(jsonld=write(licensed, ROWS, tmp_path / "licensed")).metadata
    assert (metadata.license, metadata.in_language) == ([shown], ["en", "sv"])
    assert metadata.name == told.event.name
    assert metadata.distribution[0].sha256 == told.event.dataset


@pytest.mark.parametrize("place", [0, 20, -2])
def test_a_row_file_with_one_byte_changed_is_refused_by_load(written: Path, place: int) -> None:
    path = written.parent / "identity.jsonl"
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    mlcroissant.Dataset(jsonld=written)  # validate looks at the document alone
    with pytest.raises(mlcroissant.GenerationError) as caught:
        rows_of(written)
    assert "not identical with the reference" in str(caught.value.__cause__)


def test_its_load_command_refuses_a_changed_file_too(written: Path) -> None:
    path = written.parent / "identity.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Svar 3", b"Svar 4"))
    done = subprocess.run(
        [TOOL, "load", "--record_set", "rows", "--jsonld", written],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "not identical with the reference" in done.stderr


def field_from_no_file(found: Any) -> None:
    found["recordSet"][0]["field"][0]["source"]["fileObject"]["@id"] = "elsewhere"


def file_without_a_digest(found: Any) -> None:
    del found["distribution"][0]["sha256"]


def file_without_an_address(found: Any) -> None:
    del found["distribution"][0]["contentUrl"]


def field_without_a_type(found: Any) -> None:
    del found["recordSet"][0]["field"][0]["dataType"]


@pytest.mark.parametrize(
    "twin",
    [
        field_from_no_file,
        file_without_a_digest,
        file_without_an_address,
        field_without_a_type,
    ],
)
def test_a_broken_document_is_refused_by_validate(
    written: Path, twin: Callable[[Any], None]
) -> None:
    found = json.loads(written.read_bytes())
    twin(found)
    written.write_text(json.dumps(found), "utf-8")
    with pytest.raises(mlcroissant.ValidationError):
        mlcroissant.Dataset(jsonld=written)


def test_its_validate_command_refuses_a_wrong_field_too(written: Path) -> None:
    found = json.loads(written.read_bytes())
    field_from_no_file(found)
    written.write_text(json.dumps(found), "utf-8")
    done = subprocess.run(
        [TOOL, "validate", "--jsonld", written], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
