"""oqt_queries: the shape that old readers know, texts only from the vault, erasure."""

import builders as make
from oneseek.domain.entry import Entry
from oneseek.domain.events import Event, TextErased
from oneseek.domain.projections.collections.collection import Node, Sealed
from oneseek.domain.projections.collections.queries import QUERIES
from oneseek.domain.projections.folding import fold, unit
from oneseek.domain.state.store import DictState
from oneseek.domain.values import parse_time

LATER = "2026-11-21T08:00:00.000001Z"


def shown(events: list[Event], later: Event | None = None) -> dict[str, Node]:
    """Return the document of the query q1; ``later`` happens the day after."""
    entries: list[Entry] = make.entries(events)
    if later:
        entries.append(make.entry(later, 2, LATER))
    state = DictState()
    fold(QUERIES, state, enumerate(entries))
    document = unit(QUERIES, state, "q1")
    assert document is not None
    return dict(QUERIES.render(document).fields)


def test_a_question_has_the_fields_that_old_readers_know_and_nothing_made_up() -> None:
    fields = shown([make.base(), make.certified(), make.answered(version=make.manifest())])
    assert fields["queryId"] == "q1"
    assert fields["question"] == Sealed(make.digest("question q1"))
    assert fields["response"] == Sealed(make.digest("answer q1"))
    assert (fields["model"], fields["version"]) == ("tiny", make.dna())
    assert fields["versionManifest"] == make.manifest()
    assert fields["modelManifest"] == make.digest("tiny")
    assert (fields["confidence"], fields["language"]) == (None, None)
    assert fields["metadata"] == {
        "tokens": 21, "promptTokens": 9, "promptFormat": "question-answer/v1", "latency_ms": 350,
        "temperature": None,
    }  # fmt: skip
    assert fields["createdAt"] == fields["updatedAt"] == parse_time(make.TIME)
    assert (fields["erased"], fields["ledgerIndex"]) == (None, 2)


def test_the_base_model_alone_is_no_version() -> None:
    fields = shown([make.answered()])
    assert (fields["model"], fields["version"], fields["versionManifest"]) == (None, None, None)


def test_an_erased_question_has_no_text_and_says_when_it_lost_it() -> None:
    fields = shown([make.answered(), make.answered("q2")], make.erased())
    assert (fields["question"], fields["response"]) == (None, None)
    assert fields["erased"] == {"timestamp": parse_time(LATER), "ledgerIndex": 2}
    assert fields["createdAt"] == parse_time(make.TIME)
    assert fields["updatedAt"] == parse_time(LATER)
    assert fields["questionObject"] == make.digest("question q1")


def test_a_text_whose_key_was_not_destroyed_stays() -> None:
    half = TextErased(query="q1", objects=(make.digest("answer q1"),), reason="asked to")
    fields = shown([make.answered()], half)
    assert fields["question"] == Sealed(make.digest("question q1"))
    assert fields["response"] is None
    other = TextErased(query="q1", objects=(make.digest("question q1"),), reason="asked to")
    assert shown([make.answered(), half], other)["response"] is None


def test_an_erasure_of_an_unknown_question_makes_no_document() -> None:
    state = DictState()
    assert not fold(QUERIES, state, make.indexed([make.erased()])).names
