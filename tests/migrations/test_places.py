import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.manifest import check_path
from oneseek.migrations.paths import shown_path
from oneseek.migrations.places import plain_path, real_path

NAMES = st.binary(min_size=1, max_size=40).filter(
    lambda raw: not {0, 47} & {*raw} and raw not in (b".", b"..")
)


@given(NAMES)
def test_a_name_of_any_bytes_is_found_again(raw: bytes) -> None:
    root = Path("/")
    assert os.fsencode(real_path(root, shown_path(raw))) == b"/" + raw


@given(NAMES)
def test_a_manifest_can_hold_every_name(raw: bytes) -> None:
    check_path(f"legacy/{plain_path(shown_path(raw))}")


@given(NAMES, NAMES)
def test_two_names_never_share_a_place(one: bytes, other: bytes) -> None:
    same = plain_path(shown_path(one)) == plain_path(shown_path(other))
    assert same == (one == other)


@pytest.mark.parametrize("path", ["metadata.json", "å ä ö/x.json"])
def test_an_ordinary_path_stays_as_it_is(path: str) -> None:
    assert plain_path(path) == path


def test_a_path_without_an_end_is_cut_and_stays_itself() -> None:
    one, other = "a/" * 700 + "b", "a/" * 700 + "c"
    check_path(f"legacy/{plain_path(one)}")
    assert plain_path(one) != plain_path(other)
