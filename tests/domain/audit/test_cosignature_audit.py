"""What witnesses said must be of the checkpoints that are kept: a new history shows."""

from pathlib import Path

import pytest
from forging import forging

from builders import ORIGIN
from oneseek.adapters.keys.ed25519 import Ed25519Sealer
from oneseek.adapters.keys.witness_key import check_cosignature
from oneseek.domain.audit.cosignature_audit import audit_cosignatures
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.stored import StoredCosignature
from oneseek.domain.usecases.witnessed import attach_cosignatures
from witnesses import Witness, witness
from workbench import Workbench


@pytest.fixture
def one(stocked: Workbench, tmp_path: Path) -> Witness:
    """A witness that has cosigned the head."""
    made = witness(tmp_path, "w.example/1")
    note = parse_note(made.cosign(stocked.ledger.head().checkpoint))
    attach_cosignatures(stocked.ledger, note, ORIGIN, (made.key,), check_cosignature)
    return made


def findings(bench: Workbench, *trusted: Witness) -> list[str]:
    keys = [item.key for item in trusted]
    found = audit_cosignatures(bench.ledger, keys, check_cosignature)
    return [f"{item.check}: {item.where}" for item in found]


def test_right_lines_are_fine_also_when_the_ledger_goes_on(
    stocked: Workbench, one: Witness
) -> None:
    assert findings(stocked, one) == []
    stocked.certify("t3")
    assert findings(stocked, one) == []


def test_a_checkpoint_that_was_signed_anew_is_found(stocked: Workbench, one: Witness) -> None:
    size = stocked.ledger.head().size
    other = Ed25519Sealer(ORIGIN, stocked.folder / "key.pem")(size, bytes(32))
    with forging(stocked) as connection:
        connection.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (other, size))
    assert findings(stocked, one) == [f"cosignature: checkpoint of {size} entries"]
    assert findings(stocked) == []
    assert findings(stocked, witness(stocked.folder, "w.example/2")) == []


@pytest.mark.parametrize("size", [1, 10**6])
def test_a_line_of_a_checkpoint_that_is_gone_is_found(
    stocked: Workbench, one: Witness, size: int
) -> None:
    (row,) = stocked.ledger.cosignatures()
    with forging(stocked) as connection:
        connection.execute("UPDATE cosignatures SET size = ?", (size,))
    assert findings(stocked, one) == [f"cosignature: checkpoint of {size} entries"]
    assert row.size not in (1, 10**6)


def test_a_line_that_is_no_signature_is_found(stocked: Workbench, one: Witness) -> None:
    stocked.certify("t3")
    size = stocked.ledger.head().size
    stocked.ledger.attach([StoredCosignature(size, one.key.name, one.key.key_id, b"")])
    assert findings(stocked, one) == [f"cosignature: checkpoint of {size} entries"]
