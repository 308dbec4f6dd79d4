"""The fold: what each event leaves behind, and how all of it agrees with a naive model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import strategies
from builders import (
    METRICS,
    activated,
    answered,
    base,
    certified,
    completed,
    dataset,
    digest,
    dna,
    entries,
    erased,
    failed,
    manifest,
    measured,
    numbered,
    opened,
    registry_reset,
    repaired,
    restored,
    started,
    withdrawn,
)  # fmt: skip
from oneseek.domain.events import (
    Event,
    RegistryReset,
    TrainingFailed,
    TrainingStarted,
    VersionActivated,
    VersionCertified,
    VersionNumbered,
    VersionWithdrawn,
)  # fmt: skip
from oneseek.domain.state import documents as doc
from oneseek.domain.state.fold import FOLD_VERSION, apply
from oneseek.domain.state.registry import registry_state
from oneseek.domain.state.store import DictState, Document, index_key


def folded(*events: Event) -> DictState:
    state = DictState()
    for index, item in enumerate(entries(events)):
        apply(state, index, item)
    return state


def registry(*events: Event) -> doc.RegistryState:
    return registry_state(folded(*events))


def test_an_empty_ledger_has_nothing_active() -> None:
    assert registry() == doc.RegistryState(active=None, since=None, last_reset=-1, resets=0)


def test_an_event_that_no_decision_asks_about_leaves_no_document() -> None:
    state = folded(repaired())
    assert not any(list(state.scan(kind)) for kind in KINDS)


def test_the_opening_says_which_fold_made_the_documents() -> None:
    assert folded(opened()).get(doc.Fold, doc.FOLD_KEY) == doc.Fold(version=FOLD_VERSION)


KINDS: tuple[type[Document], ...] = tuple(
    kind
    for kind in vars(doc).values()
    if isinstance(kind, type) and kind.__module__ == doc.__name__
)


def test_every_kind_of_document_has_a_table_of_its_own() -> None:
    tables = [kind.table for kind in KINDS]
    assert len(tables) == len(set(tables)) == 25
    assert all(tables)


def test_materials_are_found_by_digest_and_by_their_newest_name() -> None:
    state = folded(base("tiny"), dataset("identity"))
    found = state.get(doc.BaseModel, digest("tiny"))
    assert found is not None
    assert (found.name, found.index, found.licence) == ("tiny", 0, "apache-2.0")
    assert state.get(doc.BaseName, "tiny") == doc.BaseName(digest=digest("tiny"))
    rows = state.get(doc.Dataset, digest("identity"))
    assert rows is not None
    assert (rows.rows, rows.categories, rows.index) == (50, ("Identity",), 1)
    assert state.get(doc.DatasetName, "identity") == doc.DatasetName(digest=digest("identity"))


def test_the_same_bytes_under_another_name_keep_their_first_name_entry_and_licence() -> None:
    first = base("tiny", licence="apache-2.0")
    again = replace(base("other", licence=None), manifest=first.manifest, path="elsewhere")
    data = dataset("identity")
    renamed = replace(dataset("renamed"), dataset=data.dataset, licence=None)
    state = folded(first, data, again, renamed)
    model = state.get(doc.BaseModel, first.manifest)
    assert model is not None
    assert (model.name, model.index, model.licence) == ("tiny", 0, "apache-2.0")
    assert model.path == "elsewhere"
    rows = state.get(doc.Dataset, data.dataset)
    assert rows is not None
    assert (rows.name, rows.index, rows.licence) == ("identity", 1, "cc0-1.0")
    assert state.get(doc.BaseName, "other") == doc.BaseName(digest=first.manifest)
    assert state.get(doc.DatasetName, "renamed") == doc.DatasetName(digest=data.dataset)


def test_a_training_is_open_until_it_failed_or_was_certified() -> None:
    history: list[Event] = [started()]
    assert folded(*history).get(doc.OpenTraining, "t1")
    ended = folded(*history, failed(reason="stopped"))
    assert ended.get(doc.OpenTraining, "t1") is None
    training = ended.get(doc.Training, "t1")
    assert training is not None
    assert (training.status, training.reason, training.ended) == ("failed", "stopped", 1)

    history += [completed(), measured()]
    state = folded(*history)
    training = state.get(doc.Training, "t1")
    assert training is not None
    assert (training.status, training.started, training.ended) == ("completed", 0, 1)
    assert (training.produced, training.metrics) == (digest("files of t1"), METRICS)
    assert state.get(doc.OpenTraining, "t1")

    state = folded(*history, certified())
    assert state.get(doc.OpenTraining, "t1") is None
    training = state.get(doc.Training, "t1")
    assert training is not None
    assert training.status == "certified"


def test_a_version_continues_from_what_its_training_continued_from() -> None:
    state = folded(started(parent=manifest(3)), completed(), certified())
    version = state.get(doc.Version, dna())
    assert version is not None
    assert version.parent == manifest(3)
    assert (version.index, version.standing, version.withdrawn) == (2, 2, None)
    assert state.get(doc.VersionName, manifest()) == doc.VersionName(dna=dna())


def test_a_line_keeps_the_highest_number_ever_given() -> None:
    state = folded(numbered(1, 0), numbered(3, 2), numbered(2, 9), numbered(9, 9, "en"))
    assert state.get(doc.Line, "sv") == doc.Line(language="sv", major=3, minor=2)
    assert state.get(doc.Line, "en") == doc.Line(language="en", major=9, minor=9)
    assert folded(numbered(1, 1), numbered(1, 2)).get(doc.Line, "sv") == doc.Line(
        language="sv", major=1, minor=2
    )


def test_the_registry_follows_activation_withdrawal_and_reset() -> None:
    history: list[Event] = [certified(1), certified(2), activated(1)]
    assert registry(*history) == doc.RegistryState(active=dna(1), since=2, last_reset=-1, resets=0)
    assert registry(*history, withdrawn(2)).active == dna(1)
    assert registry(*history, withdrawn(1, was_active=True)) == doc.RegistryState(
        active=None, since=3, last_reset=-1, resets=0
    )
    assert registry(*history, registry_reset()) == doc.RegistryState(
        active=None, since=3, last_reset=3, resets=1
    )
    assert registry(*history, registry_reset(), registry_reset()) == doc.RegistryState(
        active=None, since=3, last_reset=4, resets=2
    )


def test_a_version_stands_from_its_certification_or_restore_until_the_next_reset() -> None:
    def standing(*events: Event) -> bool:
        state = folded(certified(1), *events)
        version = state.get(doc.Version, dna(1))
        assert version is not None
        return doc.stands(version, registry_state(state))

    assert standing()
    assert standing(withdrawn(1))
    assert not standing(registry_reset())
    assert standing(registry_reset(), restored(1))
    assert not standing(registry_reset(), restored(1), registry_reset())
    assert not standing(registry_reset(), activated(2))


def test_a_question_is_known_and_its_erasure_too() -> None:
    query = folded(answered(version=manifest())).get(doc.Query, "q1")
    assert query is not None
    assert (query.index, query.version, query.erased) == (0, manifest(), None)
    query = folded(answered(), erased()).get(doc.Query, "q1")
    assert query is not None
    assert query.erased == 1


@pytest.mark.parametrize(
    "event", [failed(), completed(), measured(), withdrawn(), restored(), erased()],
    ids=lambda event: str(event.kind),
)  # fmt: skip
def test_an_event_about_something_unknown_makes_nothing_up(event: Event) -> None:
    """An imported history may have gaps; the fold must not break on them."""
    state = folded(event)
    assert not any(list(state.scan(kind)) for kind in KINDS)


@given(strategies.HISTORIES)
def test_the_fold_agrees_with_a_naive_model(history: list[Event]) -> None:
    state = folded(*history)
    active: str | None = None
    timeline: list[tuple[int, str | None]] = []
    running: set[str] = set()
    lines: dict[str, tuple[int, int]] = {}
    for index, event in enumerate(history):
        before = active
        match event:
            case VersionActivated(dna=name):
                active = name
                timeline.append((index, name))
            case VersionWithdrawn(was_active=True):
                active = None
                timeline.append((index, None))
            case RegistryReset():
                active = None
                if before is not None:
                    timeline.append((index, None))
            case TrainingStarted(training=training):
                running.add(training)
            case TrainingFailed(training=training) | VersionCertified(training=training):
                running.discard(training)
            case VersionNumbered(language=language, major=major, minor=minor):
                lines[language] = max(lines.get(language, (0, 0)), (major, minor))
    assert registry_state(state).active == active
    assert [(change.index, change.active) for _, change in state.scan(doc.Activity)] == timeline
    assert {key for key, _ in state.scan(doc.OpenTraining)} == running
    assert {key: (line.major, line.minor) for key, line in state.scan(doc.Line)} == lines


@given(strategies.HISTORIES, st.data())
def test_what_was_active_then_is_what_the_shorter_ledger_says(
    history: list[Event], data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, len(history)))
    then = list(folded(*history).scan(doc.Activity, stop=index_key(size), descending=True))
    assert (then[0][1].active if then else None) == registry(*history[:size]).active


@given(strategies.HISTORIES)
def test_no_document_outlives_what_it_is_about(history: list[Event]) -> None:
    state = folded(*history)
    for key, _ in state.scan(doc.OpenTraining):
        assert state.get(doc.Training, key) is not None
    for key, version in state.scan(doc.Version):
        name = state.get(doc.VersionName, version.manifest)
        assert name is not None
        assert name.dna == key
