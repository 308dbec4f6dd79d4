"""A consistency proof as a file reads back as it was written and proves only what it says."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.merkle.proofs import consistency_path
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.consistency_file import ConsistencyFile, verify_consistency_file
from oneseek.domain.note.signed_note import Note, NoteSignature, VerifierKey, format_note

Check = Callable[[VerifierKey, bytes, bytes], bool]
KeyOf = Callable[[str], VerifierKey]
Sign = Callable[..., Note]

ORIGIN = "log.example/oneseek"
LEAVES = [leaf_hash(b"leaf %d" % number) for number in range(11)]
STATE = Checkpoint(ORIGIN, 11, tree_root(LEAVES))
UNSIGNED = format_note(Note(STATE.body(), (NoteSignature("nobody", 1, b"nothing"),)))
PATHS = st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple)
PROOFS = st.builds(ConsistencyFile, st.integers(0, 11), PATHS, st.just(UNSIGNED))


def node(level: int, number: int) -> bytes:
    return tree_root(LEAVES[number << level : (number + 1) << level])


def older(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, tree_root(LEAVES[:size]))


@pytest.fixture(scope="module")
def proof(sign: Sign) -> ConsistencyFile:
    """A proof that 11 leaves begin with 6."""
    note = format_note(sign(STATE.body(), ORIGIN))
    return ConsistencyFile(6, tuple(consistency_path(6, 11, node)), note)


def test_it_is_written_as_the_format_says() -> None:
    text = ConsistencyFile(7, (bytes(32), bytes(range(32))), UNSIGNED).format()
    assert text == (
        b"old 7\n"
        b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
        b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
        b"\n" + UNSIGNED
    )
    assert ConsistencyFile(0, (), UNSIGNED).format() == b"old 0\n\n" + UNSIGNED


@given(PROOFS)
def test_every_proof_reads_back_as_it_was_written(proof: ConsistencyFile) -> None:
    assert ConsistencyFile.parse(proof.format()) == proof


@given(st.one_of(st.binary(max_size=60), st.text("old 0123A=\n", max_size=40)))
def test_any_bytes_above_a_checkpoint_are_a_proof_in_its_one_spelling_or_refused(
    head: bytes | str,
) -> None:
    above = head.encode() if isinstance(head, str) else head
    for data in (above, b"old 3\n" + above + b"\n\n" + UNSIGNED):
        try:
            proof = ConsistencyFile.parse(data)
        except InvalidInput:
            continue
        assert proof.format() == data


@pytest.mark.parametrize("size", range(12))
def test_a_proof_shows_that_the_log_goes_on_from_every_older_tree(
    size: int, sign: Sign, key_of: KeyOf, check: Check
) -> None:
    note = format_note(sign(STATE.body(), ORIGIN))
    proof = ConsistencyFile(size, tuple(consistency_path(size, 11, node)), note)
    assert verify_consistency_file(proof, older(size), [key_of(ORIGIN)], check) == STATE


@given(data=st.data())
def test_every_changed_byte_is_refused(
    data: st.DataObject, proof: ConsistencyFile, key_of: KeyOf, check: Check
) -> None:
    wrong = bytearray(proof.format())
    wrong[data.draw(st.integers(0, len(wrong) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        other = ConsistencyFile.parse(bytes(wrong))
    except InvalidInput:
        return
    with pytest.raises(ProofRefused):
        verify_consistency_file(other, older(6), [key_of(ORIGIN)], check)


@pytest.mark.parametrize("size", [-1, 12])
def test_an_older_tree_is_not_larger_and_not_below_nothing(size: int) -> None:
    with pytest.raises(InvalidInput, match=f"cannot begin with {size} leaves"):
        ConsistencyFile(size, (), UNSIGNED)


@pytest.mark.parametrize("path", [(bytes(31),), (bytes(33),), (bytes(32),) * 64])
def test_a_path_has_at_most_63_hashes_of_32_bytes(path: tuple[bytes, ...]) -> None:
    with pytest.raises(InvalidInput, match="at most 63 hashes"):
        ConsistencyFile(1, path, UNSIGNED)


def test_another_older_tree_is_refused(proof: ConsistencyFile, key_of: KeyOf, check: Check) -> None:
    keys = [key_of(ORIGIN)]
    with pytest.raises(ProofRefused, match="goes on from 6 leaves, not from 5"):
        verify_consistency_file(proof, older(5), keys, check)
    with pytest.raises(ProofRefused, match="root of the 6 older"):
        verify_consistency_file(proof, replace(older(6), root=bytes(32)), keys, check)


def test_a_log_that_was_not_expected_or_did_not_sign_is_refused(
    proof: ConsistencyFile, key_of: KeyOf, check: Check
) -> None:
    other = replace(older(6), origin="other.example")
    with pytest.raises(ProofRefused, match=r"is of the log 'log\.example/oneseek'"):
        verify_consistency_file(proof, other, [key_of(ORIGIN)], check)
    with pytest.raises(ProofRefused, match="no known key has signed"):
        verify_consistency_file(proof, older(6), [key_of("stranger")], check)
