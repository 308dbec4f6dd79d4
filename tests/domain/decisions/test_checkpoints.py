"""Checkpoints of trainings: the names they get, the ones that go, and what can go on."""

from datetime import date, timedelta

import pytest

from builders import completed, digest, failed, indexed, resumed, started
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.checkpoints import (
    NEEDLESS,
    REPLACED,
    Rule,
    drop_needless,
    drop_surplus,
    keep,
    kept_of,
    resumable,
    surplus,
    way_on,
)
from oneseek.domain.errors import Conflict
from oneseek.domain.events import CheckpointDropped, CheckpointKept, Event
from oneseek.domain.state.documents import KeptCheckpoint
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState

FRIDAY = date(2026, 11, 20)


class Story:
    """A ledger in memory that goes on event by event."""

    def __init__(self, *events: Event) -> None:
        self.state = DictState()
        self.size = 0
        self.add(*events)

    def add(self, *events: Event) -> None:
        for index, entry in indexed(events):
            apply(self.state, self.size + index, entry)
        self.size += len(events)

    def keep(self, training: str, step: int, day: date) -> tuple[Event, ...]:
        decided = keep(
            self.state, training, None,
            epoch=step // 10, step=step, digest=digest(f"{training} {step}"), size=7, day=day,
        )  # fmt: skip
        events = tuple(decided.events)
        self.add(*events)
        return events

    def names(self) -> list[tuple[str, str]]:
        return sorted((kept.training, kept.name) for _, kept in self.state.scan(KeptCheckpoint))


def test_the_first_of_a_week_is_kept_under_both_names() -> None:
    daily, weekly = Story(started("t1")).keep("t1", 12, FRIDAY)
    assert isinstance(daily, CheckpointKept)
    assert isinstance(weekly, CheckpointKept)
    assert (daily.period, daily.name) == ("daily", "checkpoint-2026-11-20")
    assert (weekly.period, weekly.name) == ("weekly", "checkpoint-2026-week-47")
    assert daily.state == weekly.state == digest("t1 12")
    assert (daily.epoch, daily.step, daily.size) == (1, 12, 7)


def test_a_newer_one_takes_the_place_of_that_of_the_same_day() -> None:
    story = Story(started("t1"))
    story.keep("t1", 1, FRIDAY)
    gone, new = story.keep("t1", 2, FRIDAY)
    assert gone == CheckpointDropped(
        training="t1", period="daily", name="checkpoint-2026-11-20", state=digest("t1 1"),
        reason=REPLACED,
    )  # fmt: skip
    assert isinstance(new, CheckpointKept)
    assert new.state == digest("t1 2")
    assert [kept.step for kept in kept_of(story.state, "t1")] == [2, 1]


def test_the_same_state_once_more_changes_nothing() -> None:
    story = Story(started("t1"))
    story.keep("t1", 1, FRIDAY)
    assert story.keep("t1", 1, FRIDAY) == ()


def test_the_next_day_and_the_next_week_have_names_of_their_own() -> None:
    story = Story(started("t1"))
    story.keep("t1", 1, FRIDAY)
    assert len(story.keep("t1", 2, FRIDAY + timedelta(days=1))) == 1
    assert len(story.keep("t1", 3, FRIDAY + timedelta(days=3))) == 2
    assert [name for _, name in story.names()] == [
        "checkpoint-2026-11-20", "checkpoint-2026-11-21", "checkpoint-2026-11-23",
        "checkpoint-2026-week-47", "checkpoint-2026-week-48",
    ]  # fmt: skip


def test_nothing_is_kept_of_a_training_that_was_taken_for_dead() -> None:
    story = Story(started("t1"), failed("t1"))
    with pytest.raises(Conflict, match="t1 was recorded as failed by entry 1 while it ran"):
        story.keep("t1", 1, FRIDAY)
    story.add(resumed("t1"))
    with pytest.raises(Conflict, match="was resumed elsewhere by entry 2"):
        story.keep("t1", 1, FRIDAY)


def test_a_state_that_is_daily_and_weekly_is_one_to_go_on_from() -> None:
    story = Story(started("t1"), started("t11"))
    story.keep("t1", 4, FRIDAY)
    story.keep("t11", 9, FRIDAY)
    assert [kept.step for kept in kept_of(story.state, "t1")] == [4]
    assert way_on(story.state, "t1") == "; it can go on from step 4: oneseek train --resume t1"
    assert way_on(story.state, "t2") == ""


def test_what_ended_without_a_result_and_has_a_checkpoint_can_go_on() -> None:
    story = Story(*(started(f"t{n}") for n in (1, 2, 3, 4)))
    for step, name in enumerate(("t1", "t2", "t4"), 1):
        story.keep(name, step, FRIDAY)
    story.add(failed("t1"), completed("t2"), failed("t3"))
    found = resumable(story.state)
    assert [(item.training.training, item.kept[0].step) for item in found] == [("t4", 3), ("t1", 1)]


def test_a_checkpoint_of_an_unknown_training_is_nothing_to_go_on_with() -> None:
    story = Story()
    story.keep("t1", 1, FRIDAY)
    assert resumable(story.state) == []
    assert surplus(story.state, Rule()) == []


def test_the_last_days_and_weeks_stay_of_all_trainings() -> None:
    story = Story(started("t1"), started("t2"))
    for day in range(10):
        story.keep("t1", day + 1, FRIDAY + timedelta(days=day))
    story.keep("t2", 1, FRIDAY + timedelta(days=9))
    story.add(failed("t1"), failed("t2"))
    gone = surplus(story.state, Rule(daily=7, weekly=1))
    assert [(item.kept.training, item.kept.name) for item in gone] == [
        ("t1", "checkpoint-2026-11-20"), ("t1", "checkpoint-2026-11-21"),
        ("t1", "checkpoint-2026-11-22"), ("t1", "checkpoint-2026-week-47"),
    ]  # fmt: skip
    assert gone[0].reason == "not of the last 7 days that have a checkpoint"
    assert gone[3].reason == "not of the last 1 weeks that have a checkpoint"
    dropped = drop_surplus(gone).events
    story.add(*dropped)
    assert surplus(story.state, Rule(daily=7, weekly=1)) == []
    assert drop_surplus([]) == Decision()


def test_what_a_running_training_would_go_on_from_stays() -> None:
    story = Story(started("t1"), started("t2"))
    story.keep("t1", 1, FRIDAY)
    story.keep("t2", 1, FRIDAY + timedelta(days=1))
    assert surplus(story.state, Rule(daily=1, weekly=1)) == []
    story.add(failed("t1"))
    (gone,) = surplus(story.state, Rule(daily=1, weekly=1))
    assert gone.kept.name == "checkpoint-2026-11-20"


def test_what_would_fail_again_is_dropped_whole() -> None:
    story = Story(started("t1"), started("t11"))
    story.keep("t1", 1, FRIDAY)
    story.keep("t11", 1, FRIDAY)
    gone = list(drop_needless(story.state, "t1"))
    assert [(item.training, item.period, item.reason) for item in gone] == [
        ("t1", "daily", NEEDLESS), ("t1", "weekly", NEEDLESS),
    ]  # fmt: skip
