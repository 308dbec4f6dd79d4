"""Notes read back as they were written, and are believed only when a known key has signed."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.note.signed_note import (
    MAX_NOTE_SIZE,
    MAX_SIGNATURES,
    Note,
    NoteSignature,
    VerifierKey,
    format_note,
    parse_note,
    verify_note,
)

Check = Callable[[VerifierKey, bytes, bytes], bool]
KeyOf = Callable[[str], VerifierKey]
Sign = Callable[..., Note]

# The example of Go's golang.org/x/mod/sumdb/note, which other implementations are tested with.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
).encode()

# The examples of c2sp.org/signed-note and c2sp.org/tlog-cosignature.
SPEC_NOTE = (
    "Ognuno sta solo sul cuor della terra\n"
    "trafitto da un raggio di sole:\n"
    "\n"
    "ed è subito sera.\n"
    "\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU"
    "0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
).encode()
SPEC_COSIGNED = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q"
    "1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2o"
    "yin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
).encode()

TEXTS = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], min_codepoint=32), max_size=40
).map(lambda text: text.replace("x", "\n") + "\n")
NAMES = st.text(alphabet="abcåé./:-—1", min_size=1, max_size=12)
SIGNATURES = st.builds(
    NoteSignature, NAMES, st.integers(0, 2**32 - 1), st.binary(min_size=1, max_size=80)
)
NOTES = st.builds(Note, TEXTS, st.lists(SIGNATURES, min_size=1, max_size=4).map(tuple))


# Reading and writing


@pytest.mark.parametrize("data", [GO_NOTE, SPEC_NOTE, SPEC_COSIGNED])
def test_the_examples_of_the_format_read_and_write_back(data: bytes) -> None:
    assert format_note(parse_note(data)) == data


def test_the_parts_of_a_note_are_found() -> None:
    note = parse_note(SPEC_NOTE)
    assert note.text == (
        "Ognuno sta solo sul cuor della terra\n"
        "trafitto da un raggio di sole:\n\ned è subito sera.\n"
    )
    (signature,) = note.signatures
    assert signature.name == "quasimodo.example/salvatore"
    assert signature.key_id == 0x367BA04B
    assert len(signature.signature) == 64
    assert [item.name for item in parse_note(SPEC_COSIGNED).signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]


@given(NOTES)
def test_every_note_reads_back_as_it_was_written(note: Note) -> None:
    assert parse_note(format_note(note)) == note


@given(st.binary(max_size=60))
def test_any_bytes_before_a_signature_are_a_note_in_its_one_spelling_or_refused(
    data: bytes,
) -> None:
    data += b"\n\n\xe2\x80\x94 name MTIzNDU2\n"
    try:
        note = parse_note(data)
    except InvalidInput:
        return
    assert format_note(note) == data


@given(st.data(), NOTES)
def test_a_note_with_one_byte_changed_is_another_note_or_refused(
    data: st.DataObject, note: Note
) -> None:
    right = format_note(note)
    place = data.draw(st.integers(0, len(right) - 1))
    wrong = bytearray(right)
    wrong[place] ^= data.draw(st.integers(1, 255))
    try:
        other = parse_note(bytes(wrong))
    except InvalidInput:
        return
    assert other != note
    assert format_note(other) == bytes(wrong)


@given(st.binary(max_size=100))
def test_any_bytes_are_a_note_or_refused(data: bytes) -> None:
    try:
        note = parse_note(data)
    except InvalidInput:
        return
    assert format_note(note) == data


def test_a_hundred_signatures_are_read_and_one_more_is_refused() -> None:
    line = "— name MTIzNDU2\n".encode()
    assert len(parse_note(b"text\n\n" + line * MAX_SIGNATURES).signatures) == MAX_SIGNATURES
    with pytest.raises(InvalidInput, match="1 to 100 signatures, not 101"):
        parse_note(b"text\n\n" + line * (MAX_SIGNATURES + 1))


def test_a_note_that_is_too_long_is_neither_read_nor_written() -> None:
    line = "\n— name MTIzNDU2\n".encode()
    longest = b"x" * (MAX_NOTE_SIZE - len(line) - 1) + b"\n" + line
    assert format_note(parse_note(longest)) == longest
    with pytest.raises(InvalidInput, match="at most 1000000 bytes"):
        parse_note(b"x" + longest)
    with pytest.raises(InvalidInput, match="at most 1000000 bytes"):
        format_note(Note("x" * MAX_NOTE_SIZE + "\n", (NoteSignature("name", 1, b"1"),)))


@pytest.mark.parametrize("text", ["", "a", "a\nb", "a\tb\n", "a\r\n", "\0\n", "\ud800\n"])
def test_a_text_that_a_note_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="the text of a note"):
        Note(text, (NoteSignature("name", 1, b"1"),))


def test_a_note_without_signatures_is_refused() -> None:
    with pytest.raises(InvalidInput, match="signatures, not 0"):
        Note("text\n", ())


@pytest.mark.parametrize(
    ("name", "number", "signature"),
    [
        ("", 1, b"1"),
        ("a b", 1, b"1"),
        ("a+b", 1, b"1"),
        ("a\nb", 1, b"1"),
        ("a\u2003b", 1, b"1"),
        ("a\x85b", 1, b"1"),
        ("a\ud800", 1, b"1"),
        ("a", -1, b"1"),
        ("a", 2**32, b"1"),
        ("a", 1, b""),
    ],
)
def test_a_signature_that_a_note_cannot_hold_is_refused(
    name: str, number: int, signature: bytes
) -> None:
    with pytest.raises(InvalidInput):
        NoteSignature(name, number, signature)


# Verifying


def test_the_note_of_go_is_signed_by_its_key(check: Check) -> None:
    key = VerifierKey.parse(GO_KEY)
    assert verify_note(parse_note(GO_NOTE), [key], check) == (key,)


def test_no_flipped_bit_survives_in_a_signed_note(check: Check) -> None:
    key = VerifierKey.parse(GO_KEY)
    for place in range(len(GO_NOTE)):
        wrong = bytearray(GO_NOTE)
        wrong[place] ^= 1 << place % 8
        with pytest.raises((InvalidInput, ProofRefused)):
            verify_note(parse_note(bytes(wrong)), [key], check)


def test_those_who_signed_come_in_the_order_of_the_known_keys(
    sign: Sign, key_of: KeyOf, check: Check
) -> None:
    keys = [key_of(name) for name in ("log", "first", "second")]
    note = sign("text\n", "second", "stranger", "log")
    assert verify_note(note, keys, check) == (keys[0], keys[2])


def test_a_key_given_twice_is_named_once(sign: Sign, key_of: KeyOf, check: Check) -> None:
    key = key_of("log")
    assert verify_note(sign("text\n", "log", "log"), [key, key], check) == (key,)


def test_unknown_keys_are_never_checked(sign: Sign, key_of: KeyOf) -> None:
    asked: list[str] = []

    def noting(key: VerifierKey, text: bytes, signature: bytes) -> bool:
        asked.append(key.name)
        assert text == b"text\n"
        return True

    verify_note(sign("text\n", "stranger", "log"), [key_of("log")], noting)
    assert asked == ["log"]


def test_one_wrong_signature_of_a_known_key_spoils_the_note(
    sign: Sign, key_of: KeyOf, check: Check
) -> None:
    good, other = sign("text\n", "log"), sign("other\n", "witness")
    note = Note(good.text, good.signatures + other.signatures)
    with pytest.raises(ProofRefused, match="the signature of witness"):
        verify_note(note, [key_of("log"), key_of("witness")], check)
    assert verify_note(note, [key_of("log")], check) == (key_of("log"),)


def test_a_note_that_no_known_key_signed_is_refused(
    sign: Sign, key_of: KeyOf, check: Check
) -> None:
    note = sign("text\n", "stranger")
    with pytest.raises(ProofRefused, match="no known key"):
        verify_note(note, [key_of("log")], check)
    with pytest.raises(ProofRefused, match="no known key"):
        verify_note(note, [], check)


def test_two_keys_that_cannot_be_told_apart_are_refused(
    sign: Sign, key_of: KeyOf, check: Check
) -> None:
    # Such a pair takes some 2^32 tries to find; here one is put together past the constructor.
    key, twin = key_of("log"), key_of("twin")
    for field in ("name", "key_id"):
        object.__setattr__(twin, field, getattr(key, field))
    with pytest.raises(InvalidInput, match="two keys are named log"):
        verify_note(sign("text\n", "log"), [key, twin], check)
