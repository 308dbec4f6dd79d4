"""The library ``prov`` reads the document, finds no cycle in it, and refuses broken twins."""

import json
import warnings
from collections.abc import Callable
from typing import Any

import networkx
import pytest
from prov.graph import prov_to_graph
from prov.model import ProvDocument, ProvEntity, ProvInvalidation

from dossiers import SHAPES
from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.prov import FORMAT


def read(text: str) -> ProvDocument:
    """Read strictly: what the library would only warn of and drop is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = ProvDocument.deserialize(content=text, format="json")
    assert isinstance(found, ProvDocument)
    return found


def is_graph_without_cycles(document: ProvDocument) -> bool:
    return bool(networkx.is_directed_acyclic_graph(prov_to_graph(document)))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_document_is_read_whole_and_has_no_cycle(
    shape: str, request: pytest.FixtureRequest
) -> None:
    text = FORMAT.render(request.getfixturevalue(shape)).decode()
    document = read(text)
    assert is_graph_without_cycles(document)
    told = json.loads(text)
    records = sum(len(group) for kind, group in told.items() if kind != "prefix")
    assert len(document.get_records()) == records
    assert read(document.serialize(format="json")) == document


def test_what_ended_is_found_by_the_library(eventful_dossier: Dossier) -> None:
    document = read(FORMAT.render(eventful_dossier).decode())
    ended = {str(record.args[0]) for record in document.get_records(ProvInvalidation)}
    assert f"admission:{eventful_dossier.subject.version.manifest}" in ended
    assert len(ended) == 3
    versions = {str(record.identifier) for record in document.get_records(ProvEntity)}
    assert f"version:{eventful_dossier.subject.version.manifest}" in versions


def unknown_relation(found: Any) -> None:
    found["wasInventedBy"] = found.pop("wasDerivedFrom")


def time_that_is_none(found: Any) -> None:
    next(iter(found["wasGeneratedBy"].values()))["prov:time"] = "yesterday"


def prefix_that_nobody_declared(found: Any) -> None:
    del found["prefix"]["training"]


def entity_that_is_no_object(found: Any) -> None:
    name = next(iter(found["entity"]))
    found["entity"][name] = "a model"


def literal_without_value(found: Any) -> None:
    next(iter(found["entity"].values()))["prov:label"] = {"type": "xsd:string"}


@pytest.mark.parametrize(
    "twin",
    [
        unknown_relation,
        time_that_is_none,
        prefix_that_nobody_declared,
        entity_that_is_no_object,
        literal_without_value,
    ],
)
def test_a_broken_document_is_refused(twin: Callable[[Any], None], first_dossier: Dossier) -> None:
    found = json.loads(FORMAT.render(first_dossier))
    twin(found)
    with pytest.raises(Exception):  # noqa: B017, PT011 - the library has several classes for it
        read(json.dumps(found))


def test_a_version_that_derives_from_itself_is_a_cycle(eventful_dossier: Dossier) -> None:
    found = json.loads(FORMAT.render(eventful_dossier))
    record, parent = eventful_dossier.versions
    found["wasDerivedFrom"]["_:forged"] = {
        "prov:generatedEntity": f"version:{parent.version.manifest}",
        "prov:usedEntity": f"version:{record.version.manifest}",
    }
    assert not is_graph_without_cycles(read(json.dumps(found)))
