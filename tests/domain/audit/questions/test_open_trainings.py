"""A training that was cut off and went on is one training to every question."""

import pytest

from builders import checkpoint_kept, failed, measured, resumed
from oneseek.domain.audit.questions.open_trainings import OpenTrainings
from oneseek.domain.events import Event


def known_after(*events: Event) -> str | None:
    trainings: OpenTrainings[str] = OpenTrainings()
    trainings.put("t1", "its beginning")
    for event in events:
        trainings.follow(event)
    return trainings.get("t1")


@pytest.mark.parametrize(
    ("events", "known"),
    [
        ((), "its beginning"),
        ((checkpoint_kept(), measured()), "its beginning"),
        ((failed(),), None),
        ((failed(), resumed()), None),
        ((checkpoint_kept(), failed()), None),
        ((checkpoint_kept(), failed(), resumed()), "its beginning"),
        ((checkpoint_kept(), failed(), resumed(), failed(), resumed()), "its beginning"),
        ((checkpoint_kept(), failed("t2"), resumed("t2")), "its beginning"),
        ((checkpoint_kept("t2"), failed(), resumed()), None),
    ],
)
def test_a_training_is_open_until_it_fails_and_again_when_it_is_resumed(
    events: tuple[Event, ...], known: str | None
) -> None:
    assert known_after(*events) == known


def test_what_has_its_version_is_forgotten() -> None:
    trainings: OpenTrainings[str] = OpenTrainings()
    trainings.put("t1", "its beginning")
    trainings.follow(checkpoint_kept())
    assert trainings.take("t1") == "its beginning"
    assert trainings.take("t1") is None
    trainings.put("t1", "another")
    trainings.follow(failed())
    trainings.follow(resumed())
    assert trainings.get("t1") is None
