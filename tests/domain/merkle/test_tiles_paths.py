"""A tile has one path, written as the format says, and no other path is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput
from oneseek.domain.merkle.tiles import TilePath, parse_tile_path


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (str(TilePath(0, 1234067)), "tile/0/x001/x234/067"),
        (str(TilePath(0, 0)), "tile/0/000"),
        (str(TilePath(1, 999)), "tile/1/999"),
        (str(TilePath(1, 1000)), "tile/1/x001/000"),
        (str(TilePath(63, 5)), "tile/63/005"),
        (str(TilePath(0, 273, 112)), "tile/0/273.p/112"),
        (str(TilePath(2, 0, 1)), "tile/2/000.p/1"),
    ],
)
def test_a_path_is_written_as_the_format_says(path: str, name: str) -> None:
    assert path == name
    assert str(parse_tile_path(name)) == name


def test_a_bundle_of_entries_has_a_path_of_its_own() -> None:
    # Here, not in a table: a table is made before any test runs.
    assert str(TilePath(None, 1234067)) == "tile/entries/x001/x234/067"
    assert str(TilePath(None, 273, 112)) == "tile/entries/273.p/112"
    assert parse_tile_path("tile/entries/273.p/112") == TilePath(None, 273, 112)


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 2**63 - 1), st.integers(1, 256))
def test_a_path_reads_back_as_what_it_names(level: int | None, index: int, width: int) -> None:
    path = TilePath(level, index, width)
    assert parse_tile_path(str(path)) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/0/001/000",
        "tile/0/x000/001",
        "tile/0/x001",
        "tile/0/x001/x000",
        "tile/0/X001/000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile//000",
        "tile/0/-01",
        "tile/0/+01",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/p/1",
        "tile/0/000.p/1/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        " tile/0/000",
        "tile/0/../000",
        "tile/0/\u0660\u0660\u0660",
        "tile/data/000",
        "tile/Entries/000",
        "entries/000",
        "tile/0/x009/x223/x372/x036/x854/x775/808",
        "tile/0/" + "x001/" * 2000 + "000",
    ],
)
def test_another_spelling_of_a_path_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput):
        parse_tile_path(path)


@given(st.text(alphabet="tile/entries.px0123456789-", max_size=40))
def test_any_text_is_a_path_in_its_one_spelling_or_refused(text: str) -> None:
    try:
        path = parse_tile_path(text)
    except InvalidInput:
        return
    assert str(path) == text


@pytest.mark.parametrize(
    ("level", "index", "width"),
    [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 2**63, 1), (0, 0, 0), (0, 0, -1), (0, 0, 257)],
)
def test_a_tile_out_of_range_has_no_path(level: int, index: int, width: int) -> None:
    with pytest.raises(InvalidInput):
        str(TilePath(level, index, width))
