"""Where the boxes and lines of the lineage stand."""

from itertools import pairwise
from typing import Any

from oneseek.adapters.reports.lineage import MOST_FIGURES, PER_FIGURE, Figure, figures, short_name

BASES = [{"name": "tiny", "digest": "b", "entry": 2}]
DATASETS = [{"name": "identity", "digest": "d", "entry": 3, "rows": 5000}]


def version(number: int, parent: int | None = None) -> dict[str, Any]:
    return {
        "dna": f"OneSeek-7B-Zero.v{number}.0.sv.dsIdentity.8f3a1c9d.2e7f4b1a",
        "manifest": f"m{number}",
        "parent": f"m{parent}" if parent else None,
        "base": "b",
        "dataset": "d",
        "evaluation": None,
        "entry": number * 10,
        "time": "2026-01-02T03:04:05.000000Z",
    }


def draw(*versions: dict[str, Any], states: dict[str, str] | None = None) -> list[Figure]:
    return list(figures(versions, BASES, DATASETS, states or {}))


def test_one_version_stands_beside_its_materials() -> None:
    (figure,) = draw(version(1), states={"m1": "active"})
    base, data, one = figure.boxes
    assert [box.kind for box in figure.boxes] == ["base", "dataset", "version"]
    assert (base.title, data.detail) == ("tiny", "dataset, 5,000 rows")
    assert (one.title, one.detail) == ("v1.0 sv · 8f3a1c9d", "2026-01-02 · entry 10 · active")
    assert one.x > base.x + base.width
    assert [line.kind for line in figure.lines] == ["base", "dataset"]
    assert figure.lines[0].path.startswith(f"M{base.x + base.width} {base.middle} ")
    assert figure.lines[0].path.endswith(f" H{one.x}")


def test_children_hang_below_their_parent_not_below_their_elders() -> None:
    (figure,) = draw(version(1), version(2), version(3, parent=1), version(4, parent=3))
    shown = [box for box in figure.boxes if box.kind == "version"]
    assert [box.title[:2] for box in shown] == ["v1", "v3", "v4", "v2"]
    assert shown[0].x < shown[1].x < shown[2].x
    assert [line.kind for line in figure.lines].count("parent") == 2
    assert all(a.y + a.height < b.y for a, b in pairwise(shown))


def test_many_versions_are_in_several_drawings_and_parents_are_repeated() -> None:
    found = draw(*(version(n, parent=n - 1 if n == PER_FIGURE + 1 else None)
                   for n in range(1, PER_FIGURE + 3)))  # fmt: skip
    assert [(figure.first, figure.last) for figure in found] == [
        (1, PER_FIGURE), (PER_FIGURE + 1, PER_FIGURE + 2),
    ]  # fmt: skip
    earlier = [box for box in found[1].boxes if box.kind == "earlier"]
    assert [box.title[:3] for box in earlier] == ["v20"]
    assert "parent" in [line.kind for line in found[1].lines]


def test_there_is_an_end_to_drawings() -> None:
    assert len(draw(*(version(n) for n in range(1, 1001)))) == MOST_FIGURES


def test_versions_in_a_circle_and_unknown_materials_are_drawn_all_the_same() -> None:
    """A damaged ledger may say so."""
    odd = {**version(3), "base": "unknown", "dataset": "unknown"}
    (figure,) = draw(version(1, parent=2), version(2, parent=1), odd)
    assert len([box for box in figure.boxes if box.kind == "version"]) == 3


def test_other_names_are_cut() -> None:
    assert short_name("OneSeek-7B-Zero.v1.492.sv.dsSwedID.8f3a1c9d.2e7f4b1a") == (
        "v1.492 sv · 8f3a1c9d"
    )
    assert short_name("x" * 40) == "x" * 27 + "…"


def test_no_name_reaches_out_of_its_box() -> None:
    wide = [{**BASES[0], "name": "wide" * 99}]
    odd = {**version(1), "dna": ".".join(["wide" * 9] * 7)}
    (figure,) = figures([odd], wide, DATASETS, {})
    assert max(len(box.title) for box in figure.boxes) == 28
