"""What was active at every moment?"""

import builders as make
from asking import ask, figure, rows, seen
from oneseek.domain.audit.questions.activity import Activity

V1, V2 = make.manifest(1), make.manifest(2)


def test_periods_follow_one_another_from_the_first_entry_on() -> None:
    answer = ask(
        Activity(), make.opened(), make.activated(1), make.activated(2, V1),
        make.withdrawn(1), make.withdrawn(2, was_active=True), make.activated(1),
        make.registry_reset(active=V1), make.registry_reset(),
    )  # fmt: skip
    assert answer.verdict == "yes"
    periods = [(r["from_entry"], r["until_entry"], r["active"]) for r in rows(answer, "activity")]
    assert periods == [
        (0, 1, None), (1, 2, make.dna(1)), (2, 4, make.dna(2)), (4, 5, None),
        (5, 6, make.dna(1)), (6, None, None),
    ]  # fmt: skip
    assert "nothing was active in 2 periods" in answer.because
    assert figure(answer, "active at the end") == "nothing"


def test_without_a_gap_none_is_named() -> None:
    answer = ask(Activity(), make.opened(), make.activated(1))
    assert answer.because == "2 periods without a gap from the first entry to the last"
    assert rows(answer, "activity")[1]["cause"] == "version-activated/v1"
    assert figure(answer, "active at the end") == make.dna(1)


def test_an_entry_that_contradicts_the_state_before_it_is_found() -> None:
    answer = ask(
        Activity(), make.opened(), make.activated(1, V2), make.withdrawn(1),
        make.registry_reset(active=V2),
    )  # fmt: skip
    assert answer.verdict == "no"
    assert seen(answer) == [
        ("activity-contradicted", "entry 1", "it replaced nothing", f"it replaced {V2}"),
        ("activity-contradicted", "entry 2", f"{make.dna(1)} was active",
         f"{make.dna(1)} was not active"),
        ("activity-contradicted", "entry 3", "it ended nothing", f"it ended {V2}"),
    ]  # fmt: skip


def test_times_that_go_back_are_found_where_they_matter() -> None:
    answer = ask(
        Activity(), make.opened(), ("01:00", make.activated(1)), ("00:56", make.activated(2, V1)),
        ("00:30", make.activated(1, V2)),
    )  # fmt: skip
    assert seen(answer) == [
        ("activity-order", "entry 3", "not more than 5 s before 2026-11-20T18:01:00.000000Z",
         "2026-11-20T18:00:30.000000Z"),
    ]  # fmt: skip


def test_without_any_entry_there_is_no_timeline() -> None:
    assert ask(Activity()).verdict == "unchecked"
