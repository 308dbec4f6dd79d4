"""Verifying a block from the database alone: every field of it is bound, and by whom."""

from typing import Any

import pytest

from firestore_values import block_fields
from histories import ORIGIN, History, check, public_key
from oneseek.domain.documents import Fields
from oneseek.domain.errors import ProofRefused
from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.merkle.proofs import inclusion_path
from oneseek.domain.projections.collections.proof import verify_block

LOG = History()
SIZE = len(LOG.raws)
LEAVES = [leaf_hash(raw) for raw in LOG.raws]


def path_of(index: int, leaves: list[bytes]) -> list[bytes]:
    """Return the inclusion proof of a leaf."""
    node = lambda level, n: tree_root(leaves[n << level : (n + 1) << level])  # noqa: E731
    return inclusion_path(index, len(leaves), node)


def block(index: int = 5, **changes: Any) -> dict[str, Any]:
    """Return the document of an entry, with fields changed; ``...`` takes one away."""
    path = path_of(index, LEAVES)
    note = LOG.note.encode()
    fields = block_fields(index, LOG.raws[index], SIZE, tree_root(LEAVES), path, note)
    return {name: value for name, value in {**fields, **changes}.items() if value is not ...}


def verify(fields: Fields, id: str | None = None) -> int:
    return verify_block(fields, ORIGIN, [public_key()], check, id=id).size


@pytest.mark.parametrize("index", range(SIZE))
def test_every_block_is_proved_by_its_document_alone(index: int) -> None:
    assert verify(block(index), str(index)) == SIZE


@pytest.mark.parametrize("name", sorted(block()))
def test_a_field_that_is_missing_or_another_is_found(name: str) -> None:
    with pytest.raises(ProofRefused):
        verify(block(**{name: ...}))
    other = block(6)[name]
    changed = other if other != block()[name] else "something else"
    with pytest.raises(ProofRefused):
        verify(block(**{name: changed}))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"proof": "00"}, "the field proof is no list of texts"),
        ({"proof": [7]}, "the field proof is no list of texts"),
        ({"proof": ["00"]}, "no hash in hex digits"),
        ({"proof": ["G" * 64]}, "no hash in hex digits"),
        ({"proof": ["0" * 64] * 70}, "at most 63"),
        ({"blockNumber": "5"}, "the field blockNumber is no whole number"),
        ({"blockNumber": True}, "the field blockNumber is no whole number"),
        ({"blockNumber": -1}, "block -1: "),
        ({"entry": "\ud800"}, "the field entry is no text"),
        ({"checkpoint": "not signed"}, "does not end with an empty line"),
        ({"treeSize": SIZE + 1}, "its tree size and root are not the checkpoint's"),
        ({"rootHash": "0" * 64}, "its tree size and root are not the checkpoint's"),
        ({"type": "training"}, "the field type is not what the entry says"),
        ({"previousHash": "0" * 64}, "the field previousHash is not what the entry says"),
        ({"verified": True}, "no block has a field verified"),
    ],
)
def test_it_says_what_is_wrong(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ProofRefused, match=says):
        verify(block(**changes))


def test_a_block_under_the_id_of_another_is_refused() -> None:
    with pytest.raises(ProofRefused, match="the document '6' shows block 5"):
        verify(block(), "6")


def test_who_rewrites_the_entry_too_cannot_prove_it() -> None:
    raw = LOG.raws[5].replace(b"anna", b"eve")
    forged = block_fields(5, raw, SIZE, tree_root(LEAVES), [], LOG.note.encode())
    with pytest.raises(ProofRefused):
        verify({**forged, "proof": block()["proof"]})


def test_a_checkpoint_of_another_key_or_log_is_refused() -> None:
    for note in (LOG.signed("eve", ORIGIN), LOG.signed(ORIGIN, "elsewhere.example/log")):
        with pytest.raises(ProofRefused):
            verify(block(checkpoint=note))


def test_bytes_that_are_proved_and_are_no_entry_of_ours_are_refused() -> None:
    raw = b'{"kind":"unheard-of/v9"}'
    log = History()
    log.raws.append(raw)
    leaves = [leaf_hash(item) for item in log.raws]
    last, note = len(leaves) - 1, log.signed(ORIGIN, ORIGIN).encode()
    path = path_of(last, leaves)
    shown = block_fields(last, LOG.raws[0], len(leaves), tree_root(leaves), path, note)
    with pytest.raises(ProofRefused, match=f"entry {last} cannot be read"):
        verify({**shown, "entry": raw.decode()})
