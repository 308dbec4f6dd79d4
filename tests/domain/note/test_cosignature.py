"""Cosignatures: the exact bytes that a witness signs, and whose count."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.cosignature import (
    Cosignature,
    cosign,
    cosigned_message,
    count_witnesses,
    is_witness,
    require_cosigned,
    require_witnesses,
    verify_cosignature,
    verify_cosignatures,
    with_signatures,
)
from oneseek.domain.note.signed_note import (
    Note,
    NoteSignature,
    VerifierKey,
    format_note,
    key_id,
    parse_note,
)

ORIGIN = "log.example/oneseek"
STATE = Checkpoint(ORIGIN, 11, bytes(range(32)))
SIZES = {4: 64, 6: 2420}
LOG_LINE = NoteSignature(ORIGIN, 1, b"by the log")
NOTE = Note(STATE.body(), (LOG_LINE,))


def key(name: str, algorithm: int = 4, material: bytes = b"") -> VerifierKey:
    length = 1312 if algorithm == 6 else 32
    public = (material or sha256(f"{name} {algorithm}".encode()).digest()).ljust(length, b".")
    return VerifierKey(name, key_id(name, algorithm, public), algorithm, public)


def signature(signer: VerifierKey, message: bytes) -> bytes:
    """A stand-in for cryptography: a digest of key and message, as long as the real one."""
    size = SIZES.get(signer.algorithm, 64)
    return (sha256(signer.key + message).digest() * (size // 32 + 1))[:size]


def check(signer: VerifierKey, message: bytes, found: bytes) -> bool:
    return found == signature(signer, message)


def cosigned(*signers: VerifierKey, note: Note = NOTE, time: int = 1_790_000_000) -> Note:
    for signer in signers:
        note, _ = cosign(note, signer, time, lambda message, by=signer: signature(by, message))
    return note


ONE, TWO, QUANTUM = key("w.example/1"), key("w.example/2"), key("q.example/w", 6)


def test_ed25519_signs_a_header_the_time_and_the_whole_text() -> None:
    text = STATE.body() + "more\n"
    assert cosigned_message(ONE, 1679315147, text) == (
        b"cosignature/v1\ntime 1679315147\nlog.example/oneseek\n11\n"
        b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nmore\n"
    )


def test_ml_dsa_signs_a_structure_without_extension_lines() -> None:
    expected = (
        b"subtree/v1\n\x00"
        b"\x0bq.example/w"
        b"\x00\x00\x00\x00\x00\x00\x01\x02"
        b"\x13log.example/oneseek"
        b"\x00\x00\x00\x00\x00\x00\x00\x00"
        b"\x00\x00\x00\x00\x00\x00\x00\x0b"
    ) + bytes(range(32))
    assert cosigned_message(QUANTUM, 258, STATE.body()) == expected
    assert cosigned_message(QUANTUM, 258, STATE.body() + "more\n") == expected


@pytest.mark.parametrize("time", [-1, 2**63])
def test_a_time_outside_of_63_bits_is_not_signed(time: int) -> None:
    with pytest.raises(InvalidInput, match="the time of a cosignature"):
        cosigned_message(ONE, time, STATE.body())


@pytest.mark.parametrize(
    ("signer", "text", "words"),
    [
        (ONE, "any text\n", "at least three lines"),
        (key(ORIGIN, 1), STATE.body(), "the key of a log, not of a witness"),
        (key("w" * 256, 6), STATE.body(), "the name of a witness has 256 bytes"),
        (QUANTUM, Checkpoint("o" * 256, 1, bytes(32)).body(), "the origin of a log has 256 bytes"),
    ],
)
def test_what_cannot_be_cosigned_is_said(signer: VerifierKey, text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        cosigned_message(signer, 1, text)


def test_names_of_255_bytes_fit() -> None:
    long = Checkpoint("o" * 255, 1, bytes(32)).body()
    assert len(cosigned_message(key("w" * 255, 6), 0, long)) == 12 + 256 + 8 + 256 + 8 + 8 + 32


def test_those_who_cosigned_are_named_in_the_order_of_the_trusted() -> None:
    note = parse_note(format_note(cosigned(QUANTUM, ONE)))
    found = verify_cosignatures(note, (ONE, TWO, QUANTUM), check)
    assert found == (Cosignature(ONE, 1_790_000_000), Cosignature(QUANTUM, 1_790_000_000))
    assert verify_cosignatures(note, (TWO,), check) == ()
    assert verify_cosignatures(NOTE, (ONE,), check) == ()


def test_cosigning_again_takes_the_place_of_the_older_line_and_keeps_all_others() -> None:
    again = cosigned(ONE, note=cosigned(ONE, TWO), time=1_790_000_009)
    assert [line.name for line in again.signatures] == [ORIGIN, TWO.name, ONE.name]
    (found,) = verify_cosignatures(again, (ONE,), check)
    assert found.time == 1_790_000_009


def test_two_lines_of_one_witness_count_once_as_of_the_later_time() -> None:
    _, early = cosign(NOTE, ONE, 5, lambda message: signature(ONE, message))
    _, late = cosign(NOTE, ONE, 9, lambda message: signature(ONE, message))
    for lines in ((early, late), (late, early)):
        assert verify_cosignatures(Note(NOTE.text, lines), (ONE,), check) == (Cosignature(ONE, 9),)


def test_a_line_under_the_name_but_not_the_id_of_a_witness_is_ignored() -> None:
    stranger = NoteSignature(ONE.name, ONE.key_id ^ 1, b"anything")
    note = with_signatures(cosigned(ONE), (stranger,))
    assert len(verify_cosignatures(note, (ONE,), check)) == 1


@given(st.data(), st.sampled_from([ONE, QUANTUM]), st.integers(0, 2**63 - 1))
def test_every_changed_byte_of_a_cosigned_note_is_refused_or_ignored_and_never_counted(
    data: st.DataObject, signer: VerifierKey, time: int
) -> None:
    right = format_note(cosigned(signer, time=time))
    assert verify_cosignatures(parse_note(right), (signer,), check) == (Cosignature(signer, time),)
    wrong = bytearray(right)
    wrong[data.draw(st.integers(0, len(right) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        note = parse_note(bytes(wrong))
        found = verify_cosignatures(note, (signer,), check)
    except (InvalidInput, ProofRefused):
        return
    # What is left counted can only be a change of the log's own signature line.
    assert found == () or note.text == NOTE.text


@given(st.binary(max_size=90))
def test_any_blob_in_the_place_of_a_cosignature_is_refused(blob: bytes) -> None:
    if not blob:
        return
    line = NoteSignature(ONE.name, ONE.key_id, blob)
    with pytest.raises(ProofRefused):
        verify_cosignature(NOTE.text, line, ONE, check)


@pytest.mark.parametrize("size", [8, 71, 73, 8 + 2420])
def test_a_cosignature_of_a_wrong_length_is_refused(size: int) -> None:
    line = NoteSignature(ONE.name, ONE.key_id, bytes(size))
    with pytest.raises(ProofRefused, match=f"has {size} bytes"):
        verify_cosignature(NOTE.text, line, ONE, lambda *_: True)


def test_a_time_beyond_63_bits_is_refused() -> None:
    line = NoteSignature(ONE.name, ONE.key_id, b"\x80" + bytes(71))
    with pytest.raises(ProofRefused, match="beyond 2\\^63"):
        verify_cosignature(NOTE.text, line, ONE, lambda *_: True)


def test_a_log_never_counts_as_a_witness() -> None:
    log = key(ORIGIN, 1)
    assert (is_witness(log), is_witness(ONE), is_witness(QUANTUM)) == (False, True, True)
    with pytest.raises(InvalidInput, match="is the key of a log"):
        verify_cosignatures(cosigned(ONE), (ONE, log), check)


def test_the_key_of_a_log_under_the_name_of_a_witness_is_found_out() -> None:
    log = key(ORIGIN, 1)
    posing = key("w.example/1", 4, log.key)
    require_witnesses((posing,), ())
    with pytest.raises(InvalidInput, match=r"has the key of the log .* itself"):
        require_witnesses((ONE, posing), (log,))
    require_witnesses((ONE, ONE, TWO, QUANTUM), (log,))


def test_one_key_under_two_names_is_one_party() -> None:
    with pytest.raises(InvalidInput, match="have one key: that is one"):
        require_witnesses((ONE, key("alias.example/w", 4, ONE.key)))


def test_two_keys_with_one_name_and_one_id_are_refused() -> None:
    other = key(ONE.name, 4, b"another")
    object.__setattr__(other, "key_id", ONE.key_id)
    with pytest.raises(InvalidInput, match="two keys are named"):
        require_witnesses((ONE, other))


def test_two_keys_of_one_party_count_once() -> None:
    modern = key(ONE.name, 6)
    found = verify_cosignatures(cosigned(ONE, modern, TWO), (ONE, modern, TWO), check)
    assert (len(found), count_witnesses(found)) == (3, 2)
    require_cosigned(found, 2)
    with pytest.raises(ProofRefused, match="2 of the trusted witnesses cosigned it, 3 are"):
        require_cosigned(found, 3)
