"""Public keys in text form have one spelling, and their ID is that of their bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput
from oneseek.domain.note.signed_note import (
    ALGORITHM_ED25519,
    ALGORITHM_ED25519_COSIGNATURE,
    ALGORITHM_ML_DSA_44_COSIGNATURE,
    VerifierKey,
    key_id,
)

# The example of Go's golang.org/x/mod/sumdb/note, which other implementations are tested with.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

NAMES = st.text(alphabet="abcåé./:-—1", min_size=1, max_size=12)


def test_the_key_of_go_is_read_and_written() -> None:
    key = VerifierKey.parse(GO_KEY)
    assert (key.name, key.key_id, key.algorithm) == ("PeterNeumann", 0xC74F20A3, ALGORITHM_ED25519)
    assert str(key) == GO_KEY


def test_no_part_of_a_key_is_a_key() -> None:
    for start in range(len(GO_KEY)):
        for stop in range(start, len(GO_KEY) + 1):
            if stop - start < len(GO_KEY):
                with pytest.raises(InvalidInput):
                    VerifierKey.parse(GO_KEY[start:stop])


@given(
    NAMES,
    st.one_of(
        st.tuples(st.just(ALGORITHM_ED25519), st.binary(min_size=32, max_size=32)),
        st.tuples(st.just(ALGORITHM_ED25519_COSIGNATURE), st.binary(min_size=32, max_size=32)),
        st.tuples(
            st.just(ALGORITHM_ML_DSA_44_COSIGNATURE), st.binary(min_size=1312, max_size=1312)
        ),
    ),
)
def test_every_key_reads_back_as_it_was_written(name: str, kind: tuple[int, bytes]) -> None:
    algorithm, material = kind
    key = VerifierKey(name, key_id(name, algorithm, material), algorithm, material)
    assert VerifierKey.parse(str(key)) == key


@given(st.one_of(st.text(max_size=60), st.text(alphabet="a+0f=A/\n", max_size=30)))
def test_any_text_is_a_key_in_its_one_spelling_or_refused(text: str) -> None:
    try:
        key = VerifierKey.parse(text)
    except InvalidInput:
        return
    assert str(key) == text


@given(st.integers(0, len(GO_KEY) - 1), st.characters())
def test_a_key_with_one_character_changed_is_refused(place: int, character: str) -> None:
    wrong = GO_KEY[:place] + character + GO_KEY[place + 1 :]
    if wrong != GO_KEY:
        with pytest.raises(InvalidInput):
            VerifierKey.parse(wrong)


@pytest.mark.parametrize("algorithm", [-1, 256])
def test_an_algorithm_is_one_byte(algorithm: int) -> None:
    with pytest.raises(InvalidInput, match="0 to 255"):
        key_id("name", algorithm, bytes(32))


def test_the_same_key_for_another_purpose_has_another_id() -> None:
    numbers = {key_id("name", algorithm, bytes(32)) for algorithm in (1, 4)}
    assert len(numbers | {key_id("other", 1, bytes(32))}) == 3
