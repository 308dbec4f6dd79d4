"""oqt_metrics: one document per measurement, which learns what its training came to."""

from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace

import builders as make
from oneseek.domain.events import Event
from oneseek.domain.projections.collections.metrics import METRICS
from oneseek.domain.projections.folding import fold, units
from oneseek.domain.state.store import DictState
from oneseek.domain.values import parse_time


def shown(*events: Event) -> dict[str, dict[str, Any]]:
    state = DictState()
    fold(METRICS, state, make.indexed(events))
    return {id: dict(METRICS.render(document).fields) for id, document in units(METRICS, state)}


def test_a_measurement_says_what_was_measured_and_leaves_the_rest_null() -> None:
    fields = shown(make.dataset(), make.measured())["1"]
    assert fields["metrics"]["accuracy"] == 0.75
    assert fields["metrics"]["consensus"] is None
    assert fields["before"] is None
    assert fields["version"] is None
    assert fields["training"] == {"totalSamples": None, "weeklyBatch": None, "microBatch": None}
    assert fields["timestamp"] == parse_time(make.TIME)
    assert (fields["dataset"], fields["datasetDigest"]) == ("identity", make.digest("identity"))
    assert (fields["trainingId"], fields["code"]) == ("t1", "oneseek-provenance test")
    assert fields["ledgerIndex"] == 1


def test_what_was_measured_before_is_shown_as_well() -> None:
    event = replace(make.measured(), before=replace(make.METRICS, loss="2.5"))
    assert shown(event)["0"]["before"]["loss"] == 2.5


@pytest.mark.parametrize(
    "events", list(permutations([make.completed(), make.measured(), make.certified()]))
)
def test_version_and_samples_are_told_in_whatever_order_they_come(events: tuple[Event]) -> None:
    (fields,) = shown(*events).values()
    assert fields["version"] == make.dna()
    assert fields["training"]["totalSamples"] == 45


def test_every_measurement_of_a_training_has_its_own_document() -> None:
    found = shown(make.measured(), make.measured("t2"), make.measured(), make.certified())
    assert {id: fields["version"] for id, fields in found.items()} == {
        "0": make.dna(), "1": None, "2": make.dna()
    }  # fmt: skip
