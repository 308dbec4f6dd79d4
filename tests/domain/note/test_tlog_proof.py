"""An offline proof reads back as it was written and proves only what it says."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.merkle.proofs import inclusion_path
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import Note, NoteSignature, VerifierKey, format_note
from oneseek.domain.note.tlog_proof import TlogProof, verify_tlog_proof

Check = Callable[[VerifierKey, bytes, bytes], bool]
KeyOf = Callable[[str], VerifierKey]
Sign = Callable[..., Note]

ORIGIN = "log.example/oneseek"
LEAVES = [leaf_hash(b"leaf %d" % number) for number in range(11)]
STATE = Checkpoint(ORIGIN, 11, tree_root(LEAVES))
UNSIGNED = format_note(Note(STATE.body(), (NoteSignature("nobody", 1, b"nothing"),)))
HASHES = st.binary(min_size=32, max_size=32)
PROOFS = st.builds(
    TlogProof,
    st.integers(0, 2**63 - 1),
    st.lists(HASHES, max_size=63).map(tuple),
    st.just(UNSIGNED),
    st.one_of(st.none(), st.binary(min_size=1, max_size=40)),
)


def node(level: int, number: int) -> bytes:
    return tree_root(LEAVES[number << level : (number + 1) << level])


@pytest.fixture(scope="module")
def proof(sign: Sign) -> TlogProof:
    """A proof of leaf 5 of 11."""
    note = format_note(sign(STATE.body(), ORIGIN))
    return TlogProof(5, tuple(inclusion_path(5, 11, node)), note)


def test_it_is_written_as_the_format_says() -> None:
    text = TlogProof(7, (bytes(32), bytes(range(32))), UNSIGNED, b"any bytes").format()
    assert (
        text
        == (
            b"c2sp.org/tlog-proof@v1\n"
            b"extra YW55IGJ5dGVz\n"
            b"index 7\n"
            b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
            b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
            b"\n"
        )
        + UNSIGNED
    )


@given(PROOFS)
def test_every_proof_reads_back_as_it_was_written(proof: TlogProof) -> None:
    assert TlogProof.parse(proof.format()) == proof


@given(st.one_of(st.binary(max_size=60), st.text("extraindx 0123A=\n", max_size=40)))
def test_any_bytes_above_a_checkpoint_are_a_proof_in_its_one_spelling_or_refused(
    head: bytes | str,
) -> None:
    above = head.encode() if isinstance(head, str) else head
    for data in (above, b"c2sp.org/tlog-proof@v1\n" + above + b"\n\n" + UNSIGNED):
        try:
            proof = TlogProof.parse(data)
        except InvalidInput:
            continue
        assert proof.format() == data


@given(st.data(), PROOFS)
def test_a_proof_with_one_byte_changed_is_another_or_refused(
    data: st.DataObject, proof: TlogProof
) -> None:
    right = proof.format()
    place = data.draw(st.integers(0, len(right) - 1))
    wrong = bytearray(right)
    wrong[place] ^= data.draw(st.integers(1, 255))
    try:
        other = TlogProof.parse(bytes(wrong))
    except InvalidInput:
        return
    assert other != proof
    assert other.format() == bytes(wrong)


@pytest.mark.parametrize(
    ("index", "path", "checkpoint", "extra"),
    [
        (-1, (), UNSIGNED, None),
        (2**63, (), UNSIGNED, None),
        (0, (bytes(31),), UNSIGNED, None),
        (0, (bytes(33),), UNSIGNED, None),
        (0, (bytes(32),) * 64, UNSIGNED, None),
        (0, (), UNSIGNED, b""),
        (0, (), b"", None),
        (0, (), STATE.body().encode(), None),
        (0, (), UNSIGNED.replace(b"\n11\n", b"\n011\n"), None),
    ],
)
def test_parts_that_make_no_proof_are_refused(
    index: int, path: tuple[bytes, ...], checkpoint: bytes, extra: bytes | None
) -> None:
    with pytest.raises(InvalidInput):
        TlogProof(index, path, checkpoint, extra)


def test_a_proof_that_was_cut_off_is_refused(proof: TlogProof) -> None:
    data = proof.format()
    for length in range(len(data)):
        with pytest.raises(InvalidInput):
            TlogProof.parse(data[:length])
    with pytest.raises(InvalidInput, match="no empty line"):
        TlogProof.parse(data[: data.index(b"\n\n")])


def test_a_proof_that_holds_gives_the_checkpoint(
    proof: TlogProof, key_of: KeyOf, check: Check
) -> None:
    assert verify_tlog_proof(proof, LEAVES[5], ORIGIN, [key_of(ORIGIN)], check) == STATE


def test_no_flipped_bit_survives_in_a_proof(proof: TlogProof, key_of: KeyOf, check: Check) -> None:
    right, keys = proof.format(), [key_of(ORIGIN)]
    for place in range(len(right)):
        wrong = bytearray(right)
        wrong[place] ^= 1 << place % 8
        with pytest.raises((InvalidInput, ProofRefused)):
            verify_tlog_proof(TlogProof.parse(bytes(wrong)), LEAVES[5], ORIGIN, keys, check)


def test_a_proof_of_another_log_is_refused(proof: TlogProof, key_of: KeyOf, check: Check) -> None:
    with pytest.raises(ProofRefused, match=r"'other\.example' was expected"):
        verify_tlog_proof(proof, LEAVES[5], "other.example", [key_of(ORIGIN)], check)


def test_a_proof_of_another_leaf_is_refused(proof: TlogProof, key_of: KeyOf, check: Check) -> None:
    with pytest.raises(ProofRefused, match="leads to another root"):
        verify_tlog_proof(proof, LEAVES[6], ORIGIN, [key_of(ORIGIN)], check)


def test_a_checkpoint_that_only_a_witness_signed_is_refused(
    proof: TlogProof, sign: Sign, key_of: KeyOf, check: Check
) -> None:
    cosigned = TlogProof(5, proof.path, format_note(sign(STATE.body(), "witness")))
    with pytest.raises(ProofRefused, match="no known key"):
        verify_tlog_proof(cosigned, LEAVES[5], ORIGIN, [key_of(ORIGIN)], check)
