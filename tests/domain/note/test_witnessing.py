"""A witness cosigns one history only: what it accepts, and every way of being refused."""

from collections.abc import Callable

import pytest

from oneseek.domain.errors import Conflict, OneSeekError, ProofRefused
from oneseek.domain.merkle.hashing import EMPTY_ROOT, leaf_hash, tree_root
from oneseek.domain.merkle.proofs import consistency_path
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.consistency_file import ConsistencyFile
from oneseek.domain.note.signed_note import Note, VerifierKey, format_note
from oneseek.domain.note.witnessing import accept_checkpoint

ORIGIN = "log.example/oneseek"
LEAVES = [leaf_hash(b"leaf %d" % number) for number in range(11)]
FORK = [*LEAVES[:3], LEAVES[0], *LEAVES[4:]]

Submit = Callable[..., Note]


def at(size: int, leaves: list[bytes] = LEAVES) -> Checkpoint:
    return Checkpoint(ORIGIN, size, tree_root(leaves[:size]))


@pytest.fixture
def submit(
    sign: Callable[..., Note],
    key_of: Callable[[str], VerifierKey],
    check: Callable[[VerifierKey, bytes, bytes], bool],
) -> Submit:
    """``submit(new, last, proof_from=…)``: show a checkpoint to a witness."""

    def shown(
        new: Checkpoint,
        last: Checkpoint | None,
        proof_from: int | None = None,
        leaves: list[bytes] = LEAVES,
        signer: str = ORIGIN,
    ) -> Note:
        note = sign(new.body(), signer)
        submitted: Note | ConsistencyFile = note
        if proof_from is not None:

            def node(level: int, number: int) -> bytes:
                return tree_root(leaves[number << level : (number + 1) << level])

            path = tuple(consistency_path(proof_from, new.size, node))
            submitted = ConsistencyFile(proof_from, path, format_note(note))
        accepted = accept_checkpoint(submitted, last, ORIGIN, [key_of(ORIGIN)], check)
        assert accepted == note
        return accepted

    return shown


@pytest.mark.parametrize(
    ("size", "last", "proof_from"),
    [
        (7, None, None),
        (7, None, 0),
        (0, None, None),
        (7, 0, None),
        (7, 7, None),
        (7, 7, 7),
        (7, 7, 3),
        (11, 7, 7),
        (11, 8, 8),
        (11, 1, 1),
    ],
)
def test_what_goes_on_from_the_last_checkpoint_is_accepted(
    submit: Submit, size: int, last: int | None, proof_from: int | None
) -> None:
    submit(at(size), None if last is None else at(last), proof_from)


@pytest.mark.parametrize(
    ("new", "last", "proof_from", "leaves", "error", "words"),
    [
        (at(6), at(7), None, LEAVES, ProofRefused, "rolled back: 7 entries were cosigned"),
        (at(6), at(7), 6, LEAVES, ProofRefused, "rolled back"),
        (at(0), at(7), 0, LEAVES, ProofRefused, "rolled back"),
        (at(7, FORK), at(7), None, LEAVES, ProofRefused, "forked"),
        (at(7, FORK), at(7), 7, FORK, ProofRefused, "forked"),
        (at(11, FORK), at(7), 7, FORK, ProofRefused, "root of the 7 older"),
        (at(11, FORK), at(7), 7, LEAVES, ProofRefused, "root of the 11 newer"),
        (Checkpoint(ORIGIN, 0, bytes(32)), None, None, LEAVES, ProofRefused, "forked"),
        (at(11), at(7), None, LEAVES, Conflict, "cosigned last: there is none"),
        (at(11), at(7), 6, LEAVES, Conflict, "cosigned last: this one goes on from 6"),
        (at(11), at(7), 0, LEAVES, Conflict, "this one goes on from 0"),
        (at(11), None, 7, LEAVES, Conflict, "from the 0 entries .* goes on from 7"),
        (Checkpoint("other.example", 11, tree_root(LEAVES)), None, None, LEAVES, ProofRefused,
         "of the log 'other.example'"),
        (Checkpoint(ORIGIN, 11, tree_root(LEAVES), ("more",)), None, None, LEAVES, ProofRefused,
         "extension lines"),
    ],
)  # fmt: skip
def test_every_other_history_is_refused(
    submit: Submit,
    new: Checkpoint,
    last: Checkpoint | None,
    proof_from: int | None,
    leaves: list[bytes],
    error: type[OneSeekError],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        submit(new, last, proof_from, leaves)


def test_a_checkpoint_that_the_log_did_not_sign_is_refused(submit: Submit) -> None:
    with pytest.raises(ProofRefused, match="no known key has signed"):
        submit(at(7), None, signer="stranger.example")


def test_the_empty_tree_has_one_root(submit: Submit) -> None:
    assert at(0).root == EMPTY_ROOT
    submit(Checkpoint(ORIGIN, 0, EMPTY_ROOT), None)
