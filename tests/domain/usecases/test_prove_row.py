"""Making the proof of a row: of the right row, from true salts, for the version that learned it."""

import sqlite3

import msgspec
import pytest
from msgspec.structs import replace

from builders import ORIGIN, completed, started
from oneseek.domain.dataset.commitment import RowProof
from oneseek.domain.decisions.lookup import find_dataset
from oneseek.domain.errors import FoundDamage, NotFound, OneSeekError, ProofRefused
from oneseek.domain.state.documents import Dataset, Version
from oneseek.domain.usecases.prove_row import check_row_proof, find_row, prove_dataset_row
from oneseek.domain.usecases.register_dataset import register_dataset
from workbench import Workbench


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
    dataset: Dataset, version: Version, proof: RowProof
) -> None:
    read, shown = check_row_proof(msgspec.json.encode(proof))
    assert read == proof
    assert [sentence.split(f" of {ORIGIN} ")[-1].split(" ")[0] for sentence in shown[1:]] == [
        "registers",
        "started",
        "completed",
        "certified",
    ]
    assert shown[0] == f"row {proof.row} of 10 is in the dataset with row root {dataset.row_root}"
    assert version.dna in shown[-1]


def test_every_row_of_a_dataset_is_proved(stocked: Workbench, dataset: Dataset) -> None:
    for row in range(1, 11):
        made = prove_dataset_row(stocked.ports, dataset, row, None)
        assert len(check_row_proof(msgspec.json.encode(made))[1]) == 2


def test_a_row_that_was_held_out_is_not_claimed_to_be_trained_on(
    stocked: Workbench, dataset: Dataset, version: Version, trained_rows: list[int]
) -> None:
    (held_out,) = set(range(1, 11)) - set(trained_rows)
    with pytest.raises(NotFound, match="was held out"):
        prove_dataset_row(stocked.ports, dataset, held_out, version)


def test_a_version_was_not_trained_on_another_dataset(stocked: Workbench, version: Version) -> None:
    register_dataset(stocked.ports, name="other", data=b'{"instruction":"a","output":"b"}\n')
    with stocked.ledger.view() as view:
        other = find_dataset(view, "other")
    with pytest.raises(NotFound, match="not trained on other"):
        prove_dataset_row(stocked.ports, other, 1, version)


@pytest.mark.parametrize(
    ("salts", "error", "says"),
    [
        ("zeroblob(320)", ProofRefused, "do not give its registered row root"),
        ("zeroblob(288)", FoundDamage, "288 bytes of salt do not fit 10 rows"),
        ("x''", FoundDamage, "0 bytes of salt"),
    ],
)
def test_other_salts_prove_nothing_and_are_damage(
    salts: str, error: type[OneSeekError], says: str, stocked: Workbench, dataset: Dataset
) -> None:
    with sqlite3.connect(stocked.folder / "vault.db") as connection:
        connection.execute(f"UPDATE salts SET salts = {salts}")
    with pytest.raises(error, match=says) as caught:
        prove_dataset_row(stocked.ports, dataset, 1, None)
    assert caught.value.exit_code == 1


def test_a_row_order_that_is_none_proves_nothing(
    stocked: Workbench, dataset: Dataset, version: Version
) -> None:
    odd = stocked.objects.put(b'"no row order"')
    training = replace(version, training="t9")
    stocked.append(replace(started("t9"), dataset=dataset.dataset))
    stocked.append(replace(completed("t9"), row_order=odd))
    with pytest.raises(ProofRefused, match="the row order is none"):
        prove_dataset_row(stocked.ports, dataset, 1, training)
