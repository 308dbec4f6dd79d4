"""Proofs that leave the house: of an entry, and of a row in a dataset of a version."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from builders import ORIGIN
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519
from oneseek.domain.dataset.commitment import RowProof, prove_row
from oneseek.domain.decisions.lookup import find_dataset, find_version
from oneseek.domain.errors import InvalidInput, NotFound, ProofRefused
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.tlog_proof import TlogProof, verify_tlog_proof
from oneseek.domain.state.documents import Dataset, Version
from oneseek.domain.usecases.prove_entry import prove_entry
from oneseek.domain.usecases.prove_row import check_row_proof, find_row, prove_dataset_row
from oneseek.domain.usecases.register_dataset import register_dataset
from workbench import Workbench, workbench


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


@pytest.fixture
def dataset(stocked: Workbench) -> Dataset:
    with stocked.ledger.view() as view:
        return find_dataset(view, "identity")


@pytest.fixture
def version(stocked: Workbench) -> Version:
    with stocked.ledger.view() as view:
        return find_version(view, "2.0")


def trained_row(bench: Workbench, dataset: Dataset, version: Version) -> int:
    """Return the first row that was not held out."""
    for row in range(1, dataset.rows + 1):
        try:
            prove_dataset_row(bench.ports, dataset, row, version)
        except NotFound:
            continue
        return row
    raise AssertionError("every row was held out")


def test_a_row_is_found_by_its_line_its_question_or_its_answer(
    stocked: Workbench, dataset: Dataset
) -> None:
    line = '{"instruction":"Fråga 3?","input":"","output":"Svar 3, och det är sant."}'
    for text in (line, "Fråga 3?", "Svar 3, och det är sant."):
        assert find_row(stocked.ports, dataset, text) == 3
    for text in ("", "Fråga", "fråga 3?", line + "\n"):
        with pytest.raises(NotFound, match="no row of identity"):
            find_row(stocked.ports, dataset, text)


def test_a_text_of_several_rows_is_told(stocked: Workbench) -> None:
    register_dataset(stocked.ports, name="twice", data=b'{"instruction":"a","output":"b"}\n' * 3)
    with stocked.ledger.view() as view:
        twice = find_dataset(view, "twice")
    with pytest.raises(NotFound, match=r"3 rows \(1, 2 …\)"):
        find_row(stocked.ports, twice, "a")


def test_a_row_proof_is_checked_without_any_workspace(
    stocked: Workbench, dataset: Dataset, version: Version
) -> None:
    row = trained_row(stocked, dataset, version)
    made = prove_dataset_row(stocked.ports, dataset, row, version)
    proof, shown = check_row_proof(msgspec.json.encode(made))
    assert proof == made
    assert [sentence.split(f" of {ORIGIN} ")[-1].split(" ")[0] for sentence in shown[1:]] == [
        "registers",
        "started",
        "completed",
        "certified",
    ]
    assert shown[0] == f"row {row} of 10 is in the dataset with row root {dataset.row_root}"
    assert version.dna in shown[-1]


def test_every_row_of_a_dataset_is_proved(stocked: Workbench, dataset: Dataset) -> None:
    for row in range(1, 11):
        made = prove_dataset_row(stocked.ports, dataset, row, None)
        assert len(check_row_proof(msgspec.json.encode(made))[1]) == 2


def test_a_row_that_was_held_out_is_not_claimed_to_be_trained_on(
    stocked: Workbench, dataset: Dataset, version: Version
) -> None:
    held_out = 0
    for row in range(1, 11):
        try:
            prove_dataset_row(stocked.ports, dataset, row, version)
        except NotFound as error:
            held_out += "was held out" in error.message
    assert held_out == 1


def test_a_version_was_not_trained_on_another_dataset(stocked: Workbench, version: Version) -> None:
    register_dataset(stocked.ports, name="other", data=b'{"instruction":"a","output":"b"}\n')
    with stocked.ledger.view() as view:
        other = find_dataset(view, "other")
    with pytest.raises(NotFound, match="not trained on other"):
        prove_dataset_row(stocked.ports, other, 1, version)


@pytest.fixture
def proof(stocked: Workbench, dataset: Dataset, version: Version) -> RowProof:
    row = trained_row(stocked, dataset, version)
    return prove_dataset_row(stocked.ports, dataset, row, version)


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
        row = trained_row(evil, data, theirs)
        other = prove_dataset_row(evil.ports, data, row, theirs)
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
