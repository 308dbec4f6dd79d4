"""PROV-JSON: what came from what, without a cycle, and what put an end to what."""

import json
from collections.abc import Iterator
from dataclasses import replace
from graphlib import TopologicalSorter
from typing import Any

import pytest

from dossiers import SHAPES
from oneseek.domain.dossier import Dossier
from oneseek.domain.events import RegistryReset
from oneseek.domain.exports.prov import FORMAT

ELEMENTS = ("entity", "activity", "agent")


def document(dossier: Dossier) -> Any:
    return json.loads(FORMAT.render(dossier))


def relations(found: Any) -> Iterator[tuple[str, Any]]:
    for kind, group in found.items():
        if kind not in (*ELEMENTS, "prefix"):
            for record in group.values():
                yield kind, record


ENDS = {
    "actedOnBehalfOf": ("delegate", "responsible"),
    "specializationOf": ("specificEntity", "generalEntity"),
    "used": ("activity", "entity"),
    "wasAssociatedWith": ("activity", "agent"),
    "wasAttributedTo": ("entity", "agent"),
    "wasDerivedFrom": ("generatedEntity", "usedEntity"),
    "wasGeneratedBy": ("entity", "activity"),
    "wasInvalidatedBy": ("entity", "activity"),
}


def edges(found: Any) -> list[tuple[str, str]]:
    """Return every relation as (from, to)."""
    return [(record[f"prov:{ENDS[kind][0]}"], record[f"prov:{ENDS[kind][1]}"])
            for kind, record in relations(found)]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_a_directed_acyclic_graph_of_what_is_in_it(
    shape: str, request: pytest.FixtureRequest
) -> None:
    found = document(request.getfixturevalue(shape))
    named = {name for group in ELEMENTS for name in found[group]}
    graph: dict[str, set[str]] = {}
    for begin, end in edges(found):
        assert {begin, end} <= named
        graph.setdefault(begin, set()).add(end)
    assert list(TopologicalSorter(graph).static_order())
    assert {name.partition(":")[0] for name in named} <= found["prefix"].keys()


def test_a_version_derives_from_everything_that_its_training_used(
    eventful_dossier: Dossier,
) -> None:
    record, parent = eventful_dossier.versions
    found = document(eventful_dossier)
    own, training = f"version:{record.version.manifest}", f"training:{record.version.training}"
    result = f"result:{record.version.training}"
    materials = {
        f"base:{record.version.base}",
        f"dataset:{record.version.dataset}",
        f"version:{parent.version.manifest}",
    }
    held = record.evaluation
    assert held is not None
    derived: dict[str, set[str]] = {}
    for kind, each in relations(found):
        if kind == "wasDerivedFrom":
            derived.setdefault(each["prov:generatedEntity"], set()).add(each["prov:usedEntity"])
    used = {end for begin, end in edges(found) if begin == training} - {"agent:software"}
    assert (derived[result], derived[own]) == (materials, materials | {result})
    assert used == materials | {f"dataset:{held.event.dataset}"}
    told = found["activity"][training]
    assert told["prov:startTime"] == record.started.time
    assert told["prov:endTime"] == record.completed.time
    assert told["oneseek:learning_rate"] == "0.0001"


def test_a_training_makes_a_result_and_its_certification_the_version(
    first_dossier: Dossier,
) -> None:
    record = first_dossier.subject
    found = document(first_dossier)
    made = {each["prov:entity"]: (each["prov:activity"], each["prov:time"])
            for kind, each in relations(found) if kind == "wasGeneratedBy"}  # fmt: skip
    result, training = (f"{kind}:{record.version.training}" for kind in ("result", "training"))
    certification = f"certification:{record.certified.index}"
    assert made[result] == (training, record.completed.time)
    assert made[f"version:{record.version.manifest}"] == (certification, record.certified.time)
    assert (certification, result) in edges(found)
    assert found["entity"][result]["oneseek:weights"] == record.version.weights


def ended(found: Any) -> list[tuple[str, str]]:
    return [(each["prov:entity"], each["prov:activity"]) for kind, each in relations(found)
            if kind == "wasInvalidatedBy"]  # fmt: skip


def test_a_reset_ends_a_standing_and_a_withdrawal_the_admission(
    eventful_dossier: Dossier,
) -> None:
    record, parent = eventful_dossier.versions
    found = document(eventful_dossier)
    _, withdrawn, reset, restored = record.registry
    assert ended(found) == [
        (f"admission:{record.version.manifest}", f"withdrawal:{withdrawn.index}"),
        (f"standing:{record.version.index}", f"reset:{reset.index}"),
        (f"standing:{parent.version.index}", f"reset:{reset.index}"),
    ]
    # It stands again, as another entity; the reset is one activity for both versions.
    again = f"standing:{restored.index}"
    assert (again, f"restoration:{restored.index}") in edges(found)
    assert (again, f"version:{record.version.manifest}") in edges(found)
    software = [begin for begin, end in edges(found) if end == "agent:software"]
    assert software.count(f"reset:{reset.index}") == 1


def test_a_second_reset_ends_nothing_more(eventful_dossier: Dossier) -> None:
    record = eventful_dossier.subject
    reset = next(told for told in record.registry if isinstance(told.event, RegistryReset))
    later = replace(reset, index=999)
    twice = replace(record, registry=(reset, later))
    found = document(replace(eventful_dossier, versions=(twice,)))
    assert [activity for _, activity in ended(found)] == [f"reset:{reset.index}"]
    assert "reset:999" in found["activity"]


def test_nothing_ends_where_nothing_happened(first_dossier: Dossier) -> None:
    assert ended(document(first_dossier)) == []
