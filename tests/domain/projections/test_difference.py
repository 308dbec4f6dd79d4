"""Differences both ways: none where all is equal, and exactly one for one change."""

from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from builders import digest
from oneseek.domain.projections.difference import (
    FILE_MODE,
    FOLDER_MODE,
    Actual,
    Difference,
    describe,
    differences,
)
from oneseek.domain.projections.nodes import Link, Wanted, WantedFile

A, B = digest("a"), digest("b")
FOLDER = Actual("dir", None, None, FOLDER_MODE)
OTHER = Actual("other", None, None, 0o644)


def file(name: str, mode: int = FILE_MODE) -> Actual:
    return Actual("file", digest(name), None, mode)


def link(target: str) -> Actual:
    return Actual("link", None, target, 0o777)


def above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def as_wanted(wanted: Mapping[str, Wanted]) -> dict[str, Actual]:
    """Return a target that is exactly what is wanted."""
    actual = {folder: FOLDER for path in wanted for folder in above(path)}
    for path, item in wanted.items():
        actual[path] = (
            link(item.target)
            if isinstance(item, Link)
            else Actual("file", item.digest, None, FILE_MODE)
        )
    return actual


@pytest.mark.parametrize(
    ("wanted", "actual", "found"),
    [
        pytest.param(
            {"f": WantedFile(A)}, {}, ("missing", "f", f"sha256:{A}", "absent"), id="a missing file"
        ),
        pytest.param({"l": Link("t")}, {}, ("missing", "l", "link to t", "absent"), id="no link"),
        pytest.param(
            {"f": WantedFile(A)}, {"f": file("b")},
            ("changed", "f", f"sha256:{A}", f"sha256:{B}"), id="a changed file",
        ),
        pytest.param(
            {"f": WantedFile(A)}, {"f": file("a", 0o644)},
            ("wrong-mode", "f", "mode 444", "mode 644"), id="a file that may be written",
        ),
        pytest.param(
            {"f": WantedFile(A)}, {"f": link("x")},
            ("wrong-kind", "f", f"sha256:{A}", "link to x"), id="a link for a file",
        ),
        pytest.param(
            {"f": WantedFile(A)}, {"f": FOLDER},
            ("wrong-kind", "f", f"sha256:{A}", "folder"), id="a folder for a file",
        ),
        pytest.param(
            {"f": WantedFile(A)}, {"f": OTHER},
            ("wrong-kind", "f", f"sha256:{A}", "neither file, link nor folder"), id="a pipe",
        ),
        pytest.param(
            {"l": Link("t")}, {"l": link("x")},
            ("wrong-link", "l", "link to t", "link to x"), id="a link elsewhere",
        ),
        pytest.param(
            {"l": Link("t")}, {"l": file("a")},
            ("wrong-kind", "l", "link to t", f"sha256:{A}"), id="a file for a link",
        ),
        pytest.param({}, {"x": file("a")}, ("extra", "x", "absent", f"sha256:{A}"), id="more"),
        pytest.param({}, {"d": FOLDER}, ("extra", "d", "absent", "folder"), id="a folder more"),
        pytest.param(
            {"d/f": WantedFile(A)}, {"d": Actual("dir", None, None, 0o777), "d/f": file("a")},
            ("wrong-mode", "d", "mode 755", "mode 777"), id="a folder that all may write",
        ),
        pytest.param(
            {}, {"l": link("/etc/passwd")}, ("extra", "l", "absent", "link to /etc/passwd"),
            id="a link that leads out",
        ),
    ],
)  # fmt: skip
def test_one_difference_is_told(
    wanted: dict[str, Wanted], actual: dict[str, Actual], found: tuple[str, ...]
) -> None:
    assert [
        (item.kind, item.path, item.expected, item.found) for item in differences(wanted, actual)
    ] == [found]


def test_a_folder_replaced_by_a_link_is_told_with_what_is_missing_below() -> None:
    assert list(differences({"d/f": WantedFile(A)}, {"d": link("/elsewhere")})) == [
        Difference("wrong-kind", "d", "folder", "link to /elsewhere"),
        Difference("missing", "d/f", f"sha256:{A}", "absent"),
    ]


PATHS = st.lists(st.sampled_from(["a", "b", "å"]), min_size=1, max_size=3).map("/".join)
ITEMS: st.SearchStrategy[Wanted] = st.sampled_from(
    [WantedFile(A), WantedFile(B), Link("a"), Link("b")]
)
ACTUALS = st.sampled_from([file("a"), file("b"), file("a", 0o644), link("a"), FOLDER, OTHER])


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Wanted]:
    """Draw what could stand in one tree: no path is both a file and a folder."""
    found: dict[str, Wanted] = {}
    for path, item in draw(st.dictionaries(PATHS, ITEMS, max_size=5)).items():
        inside = any(other in above(path) or path in above(other) for other in found)
        if not inside:
            found[path] = item
    return found


@given(trees())
def test_what_is_exactly_as_wanted_has_no_difference(wanted: dict[str, Wanted]) -> None:
    assert list(differences(wanted, as_wanted(wanted))) == []


@given(trees(), trees())
def test_there_is_no_difference_only_where_both_are_equal(
    wanted: dict[str, Wanted], other: dict[str, Wanted]
) -> None:
    found = list(differences(wanted, as_wanted(other)))
    assert (found == []) == (wanted == other)


@given(trees(), PATHS, st.none() | ACTUALS)
def test_one_change_in_a_target_is_told_with_its_path(
    wanted: dict[str, Wanted], path: str, change: Actual | None
) -> None:
    actual = as_wanted(wanted)
    assume(actual.get(path) != change)
    # A folder without an entry of its own is no difference: its files tell.
    assume(not (change is None and actual.get(path) == FOLDER))
    if change is None:
        del actual[path]
    else:
        actual[path] = change
    found = list(differences(wanted, actual))
    assert [item.path for item in found] == [path]
    assert found[0].expected != found[0].found


@given(trees(), st.dictionaries(PATHS, ACTUALS, max_size=6))
def test_differences_come_in_path_order_and_name_each_path_once(
    wanted: dict[str, Wanted], actual: dict[str, Actual]
) -> None:
    paths = [item.path for item in differences(wanted, actual)]
    assert paths == sorted(set(paths))
    assert {path for path in wanted if path not in actual} <= set(paths)


def test_what_stands_at_a_path_is_said_in_a_few_words() -> None:
    assert [describe(item) for item in (file("a"), link("x"), FOLDER, OTHER)] == [
        f"sha256:{A}",
        "link to x",
        "folder",
        "neither file, link nor folder",
    ]


def test_a_folder_that_nobody_may_write_is_no_difference_where_that_is_allowed() -> None:
    locked = {"d": Actual("dir", None, None, 0o555), "d/f": file("a")}
    wanted = {"d/f": WantedFile(A)}
    assert list(differences(wanted, locked, locked=True)) == []
    assert [found.kind for found in differences(wanted, locked)] == ["wrong-mode"]
    loose = {**locked, "d": Actual("dir", None, None, 0o777)}
    assert [found.kind for found in differences(wanted, loose, locked=True)] == ["wrong-mode"]
