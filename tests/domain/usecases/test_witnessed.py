"""Cosignatures beside checkpoints: which are taken, which count, and what is proved under them."""

from pathlib import Path

import pytest

from builders import ORIGIN
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519
from oneseek.adapters.keys.witness_key import check_cosignature
from oneseek.domain.errors import InvalidInput, LedgerBroken, NotFound, ProofRefused
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.consistency_file import verify_consistency_file
from oneseek.domain.note.cosignature import Cosignature, verify_cosignatures
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.note.tlog_proof import verify_tlog_proof
from oneseek.domain.stored import StoredCosignature
from oneseek.domain.usecases.witnessed import (
    Attached,
    attach_cosignatures,
    cosigned_checkpoint,
    newest_cosigned,
    prove_witnessed,
)
from witnesses import TIME, Witness, witness
from workbench import Workbench


@pytest.fixture
def one(tmp_path: Path) -> Witness:
    return witness(tmp_path, "w.example/1")


@pytest.fixture
def two(tmp_path: Path) -> Witness:
    return witness(tmp_path, "w.example/2", "ml-dsa-44")


def attach(bench: Workbench, note: bytes, *trusted: Witness) -> Attached:
    keys = [item.key for item in trusted]
    return attach_cosignatures(bench.ledger, parse_note(note), ORIGIN, keys, check_cosignature)


def newest(bench: Workbench, index: int, required: int, *trusted: Witness) -> int:
    keys = [item.key for item in trusted]
    return newest_cosigned(bench.ledger, index, keys, required, check_cosignature).size


def test_what_a_trusted_witness_said_is_kept_and_given_out_with_the_checkpoint(
    stocked: Workbench, one: Witness, two: Witness
) -> None:
    head = stocked.ledger.head()
    note = two.cosign(one.cosign(head.checkpoint), TIME + 1)
    done = attach(stocked, note, one, two)
    expected = (Cosignature(one.key, TIME), Cosignature(two.key, TIME + 1))
    assert done == Attached(head.size, expected, 2, ())
    assert attach(stocked, note, one, two).new == 0
    keys = (one.key, two.key)
    found = cosigned_checkpoint(stocked.ledger, head.size, keys, check_cosignature)
    assert set(found.cosignatures) == set(expected)
    assert verify_cosignatures(parse_note(found.note), keys, check_cosignature) == expected
    plain = cosigned_checkpoint(stocked.ledger, head.size, (), check_cosignature)
    assert (plain.note, plain.cosignatures) == (head.checkpoint, ())
    assert stocked.ledger.head() == head


def test_strangers_in_the_note_are_passed_over_and_never_kept(
    stocked: Workbench, one: Witness, two: Witness
) -> None:
    note = two.cosign(one.cosign(stocked.ledger.head().checkpoint))
    done = attach(stocked, note, one)
    assert done.passed_over == (f"{two.key.name}+{two.key.key_id:08x}",)
    assert [row.name for row in stocked.ledger.cosignatures()] == [one.key.name]


def test_a_cosignature_by_nobody_that_is_trusted_is_refused(
    stocked: Workbench, one: Witness, two: Witness
) -> None:
    head = stocked.ledger.head().checkpoint
    with pytest.raises(InvalidInput, match=r"cosigned only by w\.example/2\+") as caught:
        attach(stocked, two.cosign(head), one)
    assert "oneseek witness trust" in (caught.value.hint or "")
    with pytest.raises(InvalidInput, match="cosigned by nobody"):
        attach(stocked, head, one)
    assert list(stocked.ledger.cosignatures()) == []


def test_a_cosignature_over_another_checkpoint_than_the_stored_one_is_refused(
    stocked: Workbench, one: Witness
) -> None:
    size, seal = stocked.ledger.head().size, Ed25519Sealer(ORIGIN, stocked.folder / "key.pem")
    with pytest.raises(ProofRefused, match="is not the one that is stored here"):
        attach(stocked, one.cosign(seal(size, bytes(32))), one)
    with pytest.raises(NotFound, match="exactly 1 entries"):
        attach(stocked, one.cosign(seal(1, bytes(32))), one)
    foreign = Ed25519Sealer("other.example", stocked.folder / "key.pem")
    with pytest.raises(InvalidInput, match=r"a checkpoint of other\.example"):
        attach(stocked, one.cosign(foreign(size, bytes(32))), one)
    assert list(stocked.ledger.cosignatures()) == []


def test_a_wrong_cosignature_of_a_trusted_witness_is_refused(
    stocked: Workbench, one: Witness
) -> None:
    note = one.cosign(stocked.ledger.head().checkpoint)
    blob = parse_note(note).signatures[-1].signature
    from oneseek.domain.note.encoding import encode_base64

    number = one.key.key_id.to_bytes(4, "big")
    forged = note.replace(
        encode_base64(number + blob).encode(), encode_base64(number + blob[:-1] + b"!").encode()
    )
    with pytest.raises(ProofRefused, match="is not over this checkpoint"):
        attach(stocked, forged, one)
    assert list(stocked.ledger.cosignatures()) == []


def test_the_newest_checkpoint_that_enough_witnesses_cosigned_is_found(
    stocked: Workbench, one: Witness, two: Witness
) -> None:
    first = stocked.ledger.head()
    attach(stocked, two.cosign(one.cosign(first.checkpoint)), one, two)
    stocked.certify("t3")
    second = stocked.ledger.head()
    attach(stocked, one.cosign(second.checkpoint), one, two)
    stocked.certify("t4")
    assert newest(stocked, 0, 1, one, two) == second.size
    assert newest(stocked, 0, 2, one, two) == first.size
    assert newest(stocked, first.size, 1, one, two) == second.size
    for index, required in ((first.size, 2), (second.size, 1)):
        with pytest.raises(NotFound, match=f"covers entry {index} is cosigned by {required}"):
            newest(stocked, index, required, one, two)
    with pytest.raises(NotFound):
        newest(stocked, 0, 1, witness(stocked.folder, "w.example/3"))


@pytest.mark.parametrize("required", [0, 2, 3])
def test_more_witnesses_than_are_trusted_cannot_be_required(
    stocked: Workbench, one: Witness, tmp_path: Path, required: int
) -> None:
    again = witness(tmp_path, one.key.name, "ml-dsa-44")
    with pytest.raises(InvalidInput, match=f"witnesses required: {required}, trusted here: 1"):
        newest(stocked, 0, required, one, again)


def test_rows_that_somebody_wrote_by_hand_count_for_nothing(
    stocked: Workbench, one: Witness
) -> None:
    first = stocked.ledger.head()
    attach(stocked, one.cosign(first.checkpoint), one)
    (good,) = stocked.ledger.cosignatures()
    stocked.certify("t3")
    size = stocked.ledger.head().size
    forged = [
        StoredCosignature(size, one.key.name, one.key.key_id, good.signature),
        StoredCosignature(size, "nobody", 1, good.signature),
    ]
    stocked.ledger.attach(forged)
    assert newest(stocked, 0, 1, one) == first.size
    from forging import forging

    with forging(stocked) as connection:
        for number, blob in ((one.key.key_id, b""), (7, b"x")):
            connection.execute(
                "INSERT INTO cosignatures VALUES (?, ?, ?, ?)",
                (10**6 + number, one.key.name, number, blob),
            )
        connection.execute("INSERT INTO cosignatures VALUES ('x', ?, 'y', 7)", (one.key.name,))
    assert newest(stocked, 0, 1, one) == first.size
    found = cosigned_checkpoint(stocked.ledger, size, (one.key,), check_cosignature)
    assert found.cosignatures == ()


def test_an_entry_is_proved_under_the_cosigned_checkpoint_and_on_to_the_head(
    stocked: Workbench, one: Witness
) -> None:
    signed = stocked.ledger.head()
    attach(stocked, one.cosign(signed.checkpoint), one)
    stocked.certify("t3")
    keys, log = (one.key,), (stocked.key,)
    made = prove_witnessed(stocked.ledger, 3, keys, 1, check_cosignature)
    leaf = leaf_hash(made.entry.extra or b"")
    under = verify_tlog_proof(made.entry, leaf, ORIGIN, log, check_ed25519)
    assert under.size == made.checkpoint.size == signed.size
    cosigners = verify_cosignatures(parse_note(made.entry.checkpoint), keys, check_cosignature)
    assert cosigners == made.checkpoint.cosignatures == (Cosignature(one.key, TIME),)
    head = verify_consistency_file(made.consistency, under, log, check_ed25519)
    assert head == Checkpoint.parse(parse_note(stocked.ledger.head().checkpoint).text)


def test_an_entry_that_was_changed_is_not_proved_under_it_either(
    stocked: Workbench, one: Witness
) -> None:
    from forging import forge

    attach(stocked, one.cosign(stocked.ledger.head().checkpoint), one)
    forge(stocked, 3)
    with pytest.raises(LedgerBroken, match="entry 3 cannot be proved"):
        prove_witnessed(stocked.ledger, 3, (one.key,), 1, check_cosignature)
