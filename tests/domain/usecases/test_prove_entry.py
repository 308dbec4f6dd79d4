"""Proofs of entries: they check with a public key alone, and never change."""

import pytest
from forging import forge, forging

from builders import ORIGIN
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.domain.errors import LedgerBroken, NotFound
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.tlog_proof import TlogProof, verify_tlog_proof
from oneseek.domain.usecases.prove_entry import prove_entry
from workbench import Workbench


def test_every_entry_is_proved_by_itself_and_a_signed_checkpoint(stocked: Workbench) -> None:
    for record in stocked.ledger.records():
        proof = TlogProof.parse(prove_entry(stocked.ledger, record.index).format())
        assert (proof.index, proof.extra) == (record.index, record.raw)
        found = verify_tlog_proof(
            proof, leaf_hash(record.raw), ORIGIN, (stocked.key,), check_ed25519
        )
        assert record.index < found.size <= stocked.ledger.head().size


def test_a_proof_stays_the_same_while_the_ledger_grows(stocked: Workbench) -> None:
    before = [
        prove_entry(stocked.ledger, index).format() for index in range(stocked.ledger.head().size)
    ]
    stocked.certify("t3")
    assert [prove_entry(stocked.ledger, index).format() for index in range(len(before))] == before


@pytest.mark.parametrize("index", [-1, 2, 10**9])
def test_there_is_no_proof_of_an_entry_that_is_not_there(bench: Workbench, index: int) -> None:
    with pytest.raises(NotFound, match="the ledger has 2"):
        prove_entry(bench.ledger, index)


def test_an_entry_that_is_missing_is_a_broken_ledger(stocked: Workbench) -> None:
    with forging(stocked) as connection:
        connection.execute("DELETE FROM entries WHERE position = 3")
    with pytest.raises(LedgerBroken, match="entry 3 is missing"):
        prove_entry(stocked.ledger, 3)


def test_an_entry_without_a_checkpoint_over_it_is_a_broken_ledger(stocked: Workbench) -> None:
    with forging(stocked) as connection:
        connection.execute("DELETE FROM checkpoints")
    with pytest.raises(LedgerBroken, match="entry 3 cannot be proved: no checkpoint covers"):
        prove_entry(stocked.ledger, 3)


def test_an_entry_that_was_changed_is_not_proved(stocked: Workbench) -> None:
    forge(stocked, 3)
    with pytest.raises(LedgerBroken, match="entry 3 cannot be proved") as caught:
        prove_entry(stocked.ledger, 3)
    assert caught.value.hint
