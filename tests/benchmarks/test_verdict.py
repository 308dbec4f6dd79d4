import pytest
from report import as_markdown, limits
from rows import FULL, QUICK, TINY, Job, Kind, Row, Sizes, rows
from verdict import Verdict, judge

OURS, OTHER = Job("a.ours", 2_000_000), Job("a.yardstick", 1_000_000)
RUN = {"rounds": 3, "seconds": 1, "date": "2026-11-21", "sizes": "full", "machine": {"cores": "2"}}


def verdict(kind: Kind, goal: float, ours: float, other: float, name: str = "append") -> Verdict:
    row = Row(name, "this | that", OURS, OTHER, kind, goal, "peak_mb", "MB")
    figures = {"cpu": 1.0, "wall": 2.0}
    around = (ours * 0.9, ours, ours * 1.5)
    return judge(
        row,
        {
            OURS: [figures | {"peak_mb": value} for value in around],
            OTHER: [figures | {"peak_mb": other}],
        },
    )


@pytest.mark.parametrize(
    ("kind", "goal", "ours", "other", "ratio", "met"),
    [
        ("less", 2, 10, 20, 2, True),
        ("less", 2, 10, 19, 1.9, False),
        ("no more", 1.2, 12, 10, 1.2, True),
        ("no more", 1.2, 13, 10, 1.3, False),
        ("limit", 5, 5, 100, 20, True),
        ("limit", 5, 6, 100, 100 / 6, False),
        ("limit", 0, 0, 100, None, True),
        ("growth", 1, 30.9, 30, 0.9 * 2**20 / 1_000_000, True),
        ("growth", 1, 31, 30, 2**20 / 1_000_000, False),
        ("none", 0, 10, 20, 2, None),
    ],
)
def test_a_goal_is_judged_by_medians(
    kind: Kind, goal: float, ours: float, other: float, ratio: float | None, met: bool | None
) -> None:
    found = verdict(kind, goal, ours, other)
    assert found.ratio == (pytest.approx(ratio) if ratio is not None else None)
    assert found.met is met
    assert (found.ours.least, found.ours.most) == pytest.approx((ours * 0.9, ours * 1.5))


def test_a_missed_goal_is_explained_and_a_met_one_is_not() -> None:
    reason = limits()["postgres-append"]
    missed = as_markdown(RUN, [verdict("less", 3, 10, 20, "postgres-append")])
    assert "**missed**" in missed
    assert reason in missed
    met = as_markdown(RUN, [verdict("less", 1, 10, 20, "postgres-append")])
    assert "missed**" not in met
    assert reason not in met
    assert "not explained yet" in as_markdown(RUN, [verdict("less", 3, 10, 20, "unheard of")])


def test_every_explanation_is_that_of_a_row() -> None:
    assert limits().keys() <= {row.name for row in rows(FULL)}


@pytest.mark.parametrize("sizes", [FULL, QUICK, TINY], ids=lambda sizes: sizes.name)
def test_no_two_rows_have_one_name(sizes: Sizes) -> None:
    names = [row.name for row in rows(sizes)]
    assert len(set(names)) == len(names)
