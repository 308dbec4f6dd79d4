"""Checking a row proof: what was changed in it, however little, is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from builders import ORIGIN, started
from oneseek.adapters.keys.ed25519 import Ed25519Sealer
from oneseek.domain.dataset.commitment import RowProof, prove_row
from oneseek.domain.decisions.lookup import find_dataset, find_version
from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.tlog_proof import TlogProof
from oneseek.domain.state.documents import Dataset
from oneseek.domain.usecases.prove_entry import prove_entry
from oneseek.domain.usecases.prove_row import check_row_proof, prove_dataset_row
from workbench import Workbench, workbench


def forged(proof: RowProof) -> RowProof:
    """Return a proof of an invented row, with everything else of ``proof``."""
    other = prove_row(proof.dataset, [b'{"instruction":"x","output":"y"}'], bytes(32), 1)
    return replace(other, entries=proof.entries)


def other_extra(entry: str) -> str:
    """Return an entry's proof that carries other bytes than were proved."""
    found = TlogProof.parse(entry.encode())
    return TlogProof(found.index, found.path, found.checkpoint, b"{}").format().decode()


def without_extra(entry: str) -> str:
    found = TlogProof.parse(entry.encode())
    return TlogProof(found.index, found.path, found.checkpoint).format().decode()


CHANGES: dict[str, Callable[[RowProof], RowProof]] = {
    "no entries": lambda proof: replace(proof, entries=()),
    "an invented row": forged,
    "an invented row without the registration": lambda proof: replace(
        forged(proof), entries=proof.entries[1:]
    ),
    "no registration": lambda proof: replace(proof, entries=proof.entries[1:]),
    "another dataset's digest": lambda proof: replace(proof, dataset="0" * 64),
    "more rows": lambda proof: replace(proof, rows=11),
    "a certificate without its training": lambda proof: replace(
        proof, entries=(proof.entries[0], proof.entries[3])
    ),
    "the certificate before the training": lambda proof: replace(
        proof, entries=(proof.entries[0], *proof.entries[:0:-1])
    ),
    "an entry with other bytes": lambda proof: replace(
        proof, entries=(other_extra(proof.entries[0]), *proof.entries[1:])
    ),
    "an entry without its bytes": lambda proof: replace(
        proof, entries=(without_extra(proof.entries[0]), *proof.entries[1:])
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_row_proof_is_refused_with(
    proof: RowProof, change: Callable[[RowProof], RowProof]
) -> None:
    check_row_proof(msgspec.json.encode(proof))
    with pytest.raises(ProofRefused):
        check_row_proof(msgspec.json.encode(change(proof)))


def test_entries_of_another_ledger_do_not_complete_a_proof(
    stocked: Workbench, proof: RowProof, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.ORIGIN", "evil.test/log")
    (tmp_path / "evil").mkdir()
    with workbench(tmp_path / "evil") as evil:
        evil.open()
        evil.add_materials()
        evil.certify("t2")
        with evil.ledger.view() as view:
            theirs = find_version(view, "1.0")
            data = find_dataset(view, "identity")
        other = prove_dataset_row(evil.ports, data, proof.row, theirs)
    mixed = replace(proof, entries=(proof.entries[0], *other.entries[1:]))
    with pytest.raises(ProofRefused, match=r"mixes the logs oneseek\.test/log and evil\.test/log"):
        check_row_proof(msgspec.json.encode(mixed))


def test_a_leaf_that_is_no_entry_is_refused_not_called_a_broken_ledger(
    stocked: Workbench, proof: RowProof
) -> None:
    raw = b"not an entry"
    note = Ed25519Sealer(ORIGIN, stocked.folder / "key.pem")(1, leaf_hash(raw))
    text = TlogProof(0, (), note, raw).format().decode()
    with pytest.raises(ProofRefused, match="cannot be read"):
        check_row_proof(msgspec.json.encode(replace(proof, entries=(text,))))


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]", b'{"format":"\xff"}', b'{"format":' + b"[" * 100_000, b'{"more":1}'],
)
def test_a_file_that_is_no_row_proof_is_told(raw: bytes) -> None:
    with pytest.raises(InvalidInput):
        check_row_proof(raw)


@given(st.data())
def test_whatever_byte_is_changed_a_named_error_comes_out(data: st.DataObject) -> None:
    lines = [b'{"instruction":"a","output":"b"}', b'{"instruction":"c","output":"d"}']
    made = prove_row("0" * 64, lines, bytes(range(64)), 2)
    raw = bytearray(json.dumps(msgspec.to_builtins(made)).encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises((InvalidInput, ProofRefused)):
        check_row_proof(bytes(raw))


def test_a_training_on_another_dataset_is_refused(
    stocked: Workbench, dataset: Dataset, proof: RowProof
) -> None:
    index = stocked.append(started("t9")).indices[0]
    other = prove_entry(stocked.ledger, index).format().decode()
    with pytest.raises(ProofRefused, match="started a training on another dataset"):
        check_row_proof(msgspec.json.encode(replace(proof, entries=(proof.entries[0], other))))


def test_a_row_order_without_the_row_is_refused(
    stocked: Workbench, dataset: Dataset, trained_rows: list[int], proof: RowProof
) -> None:
    (held_out,) = set(range(1, 11)) - set(trained_rows)
    other = prove_dataset_row(stocked.ports, dataset, held_out, None)
    claimed = replace(other, entries=proof.entries, row_order=proof.row_order)
    with pytest.raises(ProofRefused, match=f"row {held_out} is not in the row order"):
        check_row_proof(msgspec.json.encode(claimed))


@pytest.mark.parametrize("text", ["[]", "x", "[[1,2,3]]"])
def test_another_row_order_is_refused(proof: RowProof, text: str) -> None:
    with pytest.raises(ProofRefused, match="not the one that entry"):
        check_row_proof(msgspec.json.encode(replace(proof, row_order=text)))
