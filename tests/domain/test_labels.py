import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput
from oneseek.domain.labels import check_label


@pytest.mark.parametrize(
    "text",
    ["a", "0", "KB-Llama-3.1-8B-Swedish", "oneseek_identity_v1.jsonl", "x" * 100, "a.", "a-"],
)
def test_a_plain_name_is_given_back_as_it_is(text: str) -> None:
    assert check_label(text, "dataset") == text


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "..", ".hidden", "-rf", "_a", "a..b", "a/b", "a\\b", "a b", "a\n", "\na", "å",
        "a:b", "a'b", "a\0", "x" * 101, "٣", "\ud800",
    ],
)  # fmt: skip
def test_a_name_that_is_not_safe_everywhere_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a usable name for a base model") as caught:
        check_label(text, "base model")
    assert caught.value.hint


@given(st.text(st.sampled_from("aZ0._- /\\\n\"'å"), max_size=8))
def test_a_usable_name_is_a_path_of_one_part_and_plain_in_yaml(text: str) -> None:
    try:
        check_label(text, "dataset")
    except InvalidInput:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text) is None or ".." in text
    else:
        assert not set(text) & set(" /\\\n\"':#å")
        assert text[0].isalnum()
        assert text not in (".", "..")
