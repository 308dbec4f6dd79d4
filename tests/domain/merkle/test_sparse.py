"""The sparse map has one root whatever the order, and its proofs survive no change."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.merkle.hashing import node_hash
from oneseek.domain.merkle.sparse import (
    KEY_BITS,
    PLACEHOLDER,
    SparseMap,
    SparseProof,
    leaf_node,
    verify_absence,
    verify_presence,
)

# Keys that share long beginnings: random ones would never meet below the twentieth bit.
CLOSE = st.tuples(
    st.sampled_from([0, 1, 2, 255, 256, 65535]),
    st.integers(0, 3),
    st.integers(0, 7),
).map(lambda part: part[0].to_bytes(2) + bytes(20) + part[1].to_bytes(1) + part[2].to_bytes(9))
KEYS = CLOSE | st.binary(min_size=32, max_size=32)
MAPS = st.dictionaries(KEYS, st.binary(max_size=3), max_size=24)


def naive_root(values: dict[bytes, bytes], depth: int = 0) -> bytes:
    """The three rules, word for word."""
    if not values:
        return PLACEHOLDER
    if len(values) == 1:
        ((key, value),) = values.items()
        return leaf_node(key, sha256(value).digest())
    sides: tuple[dict[bytes, bytes], dict[bytes, bytes]] = ({}, {})
    for key, value in values.items():
        sides[key[depth // 8] >> (7 - depth % 8) & 1][key] = value
    return node_hash(naive_root(sides[0], depth + 1), naive_root(sides[1], depth + 1))


def made(values: dict[bytes, bytes]) -> SparseMap:
    found = SparseMap()
    for key, value in values.items():
        found.put(key, value)
    return found


@given(MAPS)
def test_the_root_is_that_of_the_three_rules(values: dict[bytes, bytes]) -> None:
    assert made(values).root() == naive_root(values)


@given(MAPS, st.randoms(use_true_random=False))
def test_the_root_does_not_depend_on_the_order(values: dict[bytes, bytes], random: object) -> None:
    shuffled = list(values.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert made(dict(shuffled)).root() == made(values).root()


@given(MAPS, MAPS)
def test_roots_in_between_and_changed_values_leave_no_trace(
    first: dict[bytes, bytes], second: dict[bytes, bytes]
) -> None:
    found = made(first)
    assert found.root() == naive_root(first)
    for key, value in second.items():
        found.put(key, value)
    assert found.root() == naive_root(first | second)
    assert len(found) == len(first | second)
    assert all(found.get(key) == value for key, value in second.items())


@given(MAPS, KEYS)
def test_every_key_is_proved_present_or_absent_and_never_both(
    values: dict[bytes, bytes], key: bytes
) -> None:
    found = made(values)
    root = found.root()
    for asked in (*values, key):
        proof = found.prove(asked)
        if asked in values:
            verify_presence(asked, values[asked], proof, root)
            with pytest.raises(ProofRefused):
                verify_absence(asked, proof, root)
            with pytest.raises(ProofRefused):
                verify_presence(asked, values[asked] + b"!", proof, root)
            own = SparseProof(proof.siblings, (asked, sha256(values[asked]).digest()))
            with pytest.raises(ProofRefused, match="the very key"):
                verify_absence(asked, own, root)
        else:
            verify_absence(asked, proof, root)
            with pytest.raises(ProofRefused):
                verify_presence(asked, b"", proof, root)


def mutations(proof: SparseProof) -> list[SparseProof]:
    """Every proof that differs from this one in one place."""
    siblings, other = proof.siblings, proof.other
    found = [
        SparseProof((*siblings[:n], changed, *siblings[n + 1 :]), other)
        for n, item in enumerate(siblings)
        for changed in (bytes([item[0] ^ 1]) + item[1:], item[:-1], item + b"\0")
    ]
    found += [SparseProof(siblings[:n] + siblings[n + 1 :], other) for n in range(len(siblings))]
    found += [SparseProof((*siblings, extra), other) for extra in (PLACEHOLDER, b"\1" * 32)]
    found += [SparseProof((extra, *siblings), other) for extra in (PLACEHOLDER, b"\1" * 32)]
    if other is not None:
        key, value = other
        found += [
            SparseProof(siblings),
            SparseProof(siblings, (key, bytes([value[0] ^ 1]) + value[1:])),
            SparseProof(siblings, (bytes([key[0] ^ 128]) + key[1:], value)),
            SparseProof(siblings, (key[:-1] + bytes([key[-1] ^ 1]), value)),
            SparseProof(siblings, (key + value[:1], value[1:])),
        ]
    else:
        found.append(SparseProof(siblings, (b"\2" * 32, b"\3" * 32)))
    return found


@given(MAPS.filter(lambda values: len(values) > 1), st.data())
def test_no_changed_proof_is_believed(values: dict[bytes, bytes], data: st.DataObject) -> None:
    found = made(values)
    root = found.root()
    asked = data.draw(st.sampled_from(sorted(values)) | KEYS)
    proof = found.prove(asked)
    for changed in mutations(proof):
        with pytest.raises(ProofRefused):
            verify(asked, values.get(asked), changed, root)


def verify(key: bytes, value: bytes | None, proof: SparseProof, root: bytes) -> None:
    if value is None:
        verify_absence(key, proof, root)
    else:
        verify_presence(key, value, proof, root)


@given(MAPS.filter(bool), KEYS, st.integers(0, 255))
def test_a_proof_holds_for_its_root_alone(values: dict[bytes, bytes], key: bytes, bit: int) -> None:
    found = made(values)
    other = (int.from_bytes(found.root()) ^ 1 << bit).to_bytes(32)
    present = next(iter(values))
    with pytest.raises(ProofRefused):
        verify_presence(present, values[present], found.prove(present), other)
    if key not in values:
        with pytest.raises(ProofRefused):
            verify_absence(key, found.prove(key), other)


def test_the_empty_map_proves_every_absence_without_a_hash() -> None:
    empty = SparseMap()
    assert (empty.root(), len(empty)) == (PLACEHOLDER, 0)
    assert empty.prove(b"k" * 32) == SparseProof(())
    verify_absence(b"k" * 32, SparseProof(()), PLACEHOLDER)


def test_a_leaf_of_another_part_of_the_map_shows_no_absence() -> None:
    """A map that was built wrongly, by the prover, to hide a key: its root does fit."""
    hidden, shown, right = b"\x00" * 32, b"\xff" * 32, b"\x11" * 32
    root = node_hash(leaf_node(shown, right), PLACEHOLDER)
    with pytest.raises(ProofRefused, match="another part"):
        verify_absence(hidden, SparseProof((PLACEHOLDER,), (shown, right)), root)


def test_a_path_has_no_more_steps_than_a_key_has_bits() -> None:
    with pytest.raises(ProofRefused, match="at most 256"):
        verify_absence(b"k" * 32, SparseProof((PLACEHOLDER,) * (KEY_BITS + 1)), PLACEHOLDER)


def test_two_keys_that_differ_in_the_last_bit_are_told_apart() -> None:
    one, two = bytes(32), bytes(31) + b"\1"
    found = made({one: b"1", two: b"2"})
    proof = found.prove(one)
    assert len(proof.siblings) == KEY_BITS
    verify_presence(one, b"1", proof, found.root())


@pytest.mark.parametrize("key", [b"", b"k" * 31, b"k" * 33])
def test_a_key_has_thirty_two_bytes(key: bytes) -> None:
    with pytest.raises(InvalidInput, match="32 bytes"):
        SparseMap().put(key, b"")
    with pytest.raises(ProofRefused, match="32 bytes"):
        verify_presence(key, b"", SparseProof(()), PLACEHOLDER)


def test_what_is_kept_may_differ_from_what_is_committed_to() -> None:
    found = SparseMap(lambda kept: kept[:1])
    found.put(b"k" * 32, b"value and more")
    verify_presence(b"k" * 32, b"v", found.prove(b"k" * 32), found.root())
