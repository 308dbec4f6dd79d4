"""Checkpoints read back as they were written, in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput
from oneseek.domain.merkle.hashing import EMPTY_ROOT
from oneseek.domain.note.checkpoint import Checkpoint

# The example of c2sp.org/tlog-checkpoint.
SPEC_BODY = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

LINES = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], min_codepoint=32), min_size=1, max_size=20
)
CHECKPOINTS = st.builds(
    Checkpoint,
    LINES,
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(LINES, max_size=3).map(tuple),
)


def test_the_example_of_the_format_reads_and_writes_back() -> None:
    checkpoint = Checkpoint.parse(SPEC_BODY)
    assert checkpoint.origin == "example.com/behind-the-sofa"
    assert checkpoint.size == 20852163
    assert checkpoint.root.hex().startswith("0ac5186a91863e8e1d90c808014aa89b")
    assert checkpoint.extensions == ()
    assert checkpoint.body() == SPEC_BODY


@given(CHECKPOINTS)
def test_every_checkpoint_reads_back_as_it_was_written(checkpoint: Checkpoint) -> None:
    assert Checkpoint.parse(checkpoint.body()) == checkpoint


@given(st.text(alphabet="a0123\n=", max_size=60))
def test_any_text_is_a_checkpoint_in_its_one_spelling_or_refused(text: str) -> None:
    try:
        checkpoint = Checkpoint.parse(text)
    except InvalidInput:
        return
    assert checkpoint.body() == text


@given(CHECKPOINTS, st.data(), st.characters())
def test_a_checkpoint_with_one_character_changed_is_another_or_refused(
    checkpoint: Checkpoint, data: st.DataObject, character: str
) -> None:
    right = checkpoint.body()
    place = data.draw(st.integers(0, len(right) - 1))
    wrong = right[:place] + character + right[place + 1 :]
    if wrong == right:
        return
    try:
        other = Checkpoint.parse(wrong)
    except InvalidInput:
        return
    assert other != checkpoint
    assert other.body() == wrong


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 0, EMPTY_ROOT, ()),
        ("two\nlines", 0, EMPTY_ROOT, ()),
        ("tab\t", 0, EMPTY_ROOT, ()),
        ("\ud800", 0, EMPTY_ROOT, ()),
        ("log", -1, EMPTY_ROOT, ()),
        ("log", 2**63, EMPTY_ROOT, ()),
        ("log", 0, b"", ()),
        ("log", 0, EMPTY_ROOT[:31], ()),
        ("log", 0, EMPTY_ROOT + b"\0", ()),
        ("log", 0, EMPTY_ROOT, ("",)),
        ("log", 0, EMPTY_ROOT, ("one", "two\n")),
    ],
)
def test_what_a_checkpoint_cannot_say_is_refused(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput):
        Checkpoint(origin, size, root, extensions)
