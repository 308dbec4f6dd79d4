"""Which files a log has: the examples of C2SP tlog-tiles, and growth file by file."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput
from oneseek.domain.merkle.static_files import bundles_of, filled, tiles_of
from oneseek.domain.merkle.tiles import TilePath

SIZES = st.integers(0, 70_000 * 2)


def test_the_tree_of_70000_is_the_one_that_the_format_describes() -> None:
    paths = [str(path) for path in tiles_of(70_000)]
    kinds = Counter((path.split("/")[1], ".p/" in path) for path in paths)
    assert kinds == {("0", False): 273, ("0", True): 1, ("1", False): 1, ("1", True): 1,
                     ("2", True): 1}  # fmt: skip
    assert {path for path in paths if ".p/" in path} == {
        "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1",
    }  # fmt: skip


def test_a_tree_of_256_has_a_full_tile_and_a_partial_one_above() -> None:
    assert [str(path) for path in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert [str(path) for path in bundles_of(256)] == ["tile/entries/000"]


def test_an_empty_log_has_no_files() -> None:
    assert [*tiles_of(0), *bundles_of(0)] == []


def test_a_large_index_has_the_path_of_the_format() -> None:
    paths = [str(path) for path in bundles_of(1234068 * 256, 1234067 * 256)]
    assert paths == ["tile/entries/x001/x234/067"]


def test_only_what_is_new_is_named() -> None:
    assert [str(path) for path in tiles_of(258, 255)] == [
        "tile/0/000", "tile/0/001.p/2", "tile/1/000.p/1",
    ]  # fmt: skip
    assert [str(path) for path in bundles_of(258, 258)] == []
    assert [str(path) for path in tiles_of(300, 290)] == ["tile/0/001.p/44"]


def test_what_became_full_is_named() -> None:
    assert [str(path) for path in filled(258, 255)] == ["tile/entries/000", "tile/0/000"]
    assert list(filled(255, 3)) == []
    assert list(filled(512, 256)) == []
    assert str([*filled(65536, 65535)][-1]) == "tile/1/000"


@given(st.tuples(SIZES, SIZES, SIZES))
def test_growing_in_steps_gives_every_file_of_the_whole(sizes: tuple[int, int, int]) -> None:
    small, middle, large = sorted(sizes)
    stepwise = {*tiles_of(small), *tiles_of(middle, small), *tiles_of(large, middle)}
    assert set(tiles_of(large)) <= stepwise
    assert set(tiles_of(large, small)) <= set(tiles_of(large))


@given(SIZES, SIZES)
def test_every_entry_is_in_exactly_one_bundle(one: int, other: int) -> None:
    since, size = sorted((one, other))
    paths = list(bundles_of(size, since))
    covered = [path.index * 256 + offset for path in paths for offset in range(path.width)]
    assert covered == list(range(since // 256 * 256 if paths else size, size))
    assert all(isinstance(path, TilePath) and path.level is None for path in paths)


@pytest.mark.parametrize("files", [tiles_of, bundles_of])
def test_a_log_does_not_shrink(files) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match="does not grow"):
        list(files(3, 4))
