"""oqt_training_events: one document per training, from its start to its version."""

from typing import Any

import pytest

import builders as make
from oneseek.domain.events import Event
from oneseek.domain.projections.collections.training_events import TRAINING_EVENTS
from oneseek.domain.projections.folding import fold, unit
from oneseek.domain.state.store import DictState
from oneseek.domain.values import parse_time


def shown(*events: Event, id: str = "t1") -> dict[str, Any] | None:
    state = DictState()
    fold(TRAINING_EVENTS, state, make.indexed(events))
    document = unit(TRAINING_EVENTS, state, id)
    return None if document is None else dict(TRAINING_EVENTS.render(document).fields)


BEGINNING = (make.base(), make.dataset(), make.certified(2), make.started(parent=make.manifest(2)))


def test_a_training_is_listed_from_its_start() -> None:
    fields = shown(*BEGINNING)
    assert fields is not None
    assert (fields["trainingId"], fields["type"], fields["status"]) == ("t1", "training", "started")
    assert fields["timestamp"] == parse_time(make.TIME)
    assert (fields["model"], fields["dataSource"], fields["language"]) == ("tiny", "identity", "sv")
    assert (fields["previousVersion"], fields["newVersion"]) == (make.dna(2), None)
    assert fields["previousManifest"] == make.manifest(2)
    assert (fields["samplesProcessed"], fields["epochs"], fields["duration_ms"]) == (None,) * 3
    assert fields["metrics"] == {
        "accuracy": None, "fairness": None, "bias": None, "consensus": None
    }  # fmt: skip
    assert (fields["ledgerIndex"], fields["endedAt"], fields["endedIndex"]) == (3, None, None)


def test_it_tells_what_was_counted_measured_and_certified() -> None:
    fields = shown(*BEGINNING, make.completed(), make.measured(), make.certified())
    assert fields is not None
    assert (fields["samplesProcessed"], fields["epochs"], fields["steps"]) == (45, 3, 18)
    assert (fields["duration_ms"], fields["rowsCut"], fields["stoppedEarly"]) == (61500, 0, False)
    assert fields["metrics"]["accuracy"] == 0.75
    assert fields["metrics"]["fairness"] is None
    assert (fields["status"], fields["newVersion"], fields["modelVersion"]) == (
        "certified", make.dna(), make.dna()
    )  # fmt: skip
    assert fields["manifest"] == make.manifest()
    assert (fields["endedAt"], fields["endedIndex"]) == (parse_time(make.TIME), 4)


def test_a_failure_has_its_reason_until_the_training_goes_on() -> None:
    failed = shown(*BEGINNING, make.failed())
    assert failed is not None
    assert (failed["status"], failed["reason"], failed["endedIndex"]) == (
        "failed", "out of memory", 4
    )  # fmt: skip
    fields = shown(*BEGINNING, make.failed(), make.resumed())
    assert fields is not None
    assert (fields["status"], fields["reason"], fields["endedIndex"]) == ("started", None, None)
    assert fields["resumed"] == 1


def test_kept_checkpoints_are_counted() -> None:
    kept = (make.checkpoint_kept(), make.checkpoint_kept(day=21))
    fields = shown(*BEGINNING, *kept, make.checkpoint_dropped())
    assert fields is not None
    assert (fields["checkpoints"], fields["lastCheckpoint"]) == (1, "checkpoint-2026-11-21")


@pytest.mark.parametrize("event", [make.completed(), make.checkpoint_dropped(), make.certified()])
def test_what_never_began_has_no_document(event: Event) -> None:
    assert shown(event) is None


def test_an_imported_version_is_listed_with_its_verdict_and_without_figures() -> None:
    event = make.imported()
    fields = shown(event, id=f"version:{event.manifest}")
    assert fields is not None
    assert (fields["type"], fields["newVersion"]) == ("imported", make.OLD_DNA)
    assert (fields["verdict"], fields["claimedTime"]) == ("asserted", "2025-11-18T10:00:00Z")
    assert fields["model"] == "KB-Llama-3.1-8B-Swedish"
    assert set(fields["metrics"].values()) == {None}
