"""The dossier of a dataset."""

import pytest
from msgspec.structs import replace as changed

import builders as make
from dossiers import dataset_dossier_of
from oneseek.domain.decisions.lookup import find_dataset
from oneseek.domain.errors import LedgerBroken, NotFound
from oneseek.domain.exports.dataset_dossier import DatasetDossier, gather_dataset
from oneseek.domain.usecases.register_dataset import register_dataset
from workbench import Workbench


def gathered(bench: Workbench, **wrong: int) -> DatasetDossier:
    with bench.ledger.view() as view:
        dataset = changed(find_dataset(view, "identity"), **wrong)
        return gather_dataset(bench.ledger, view, bench.objects.read, dataset)


def test_it_is_the_entry_that_registered_it(stocked: Workbench) -> None:
    found = gathered(stocked)
    assert found.origin == make.ORIGIN
    assert found.size == stocked.ledger.head().size
    assert found.registered.index == 3
    assert found.registered.event.name == "identity"
    assert found.registered.raw in [row.raw for row in stocked.ledger.records()]


@pytest.mark.parametrize("index", [2, 9999])
def test_an_entry_that_registers_none_is_refused(index: int, stocked: Workbench) -> None:
    with pytest.raises(LedgerBroken, match=f"entry {index}"):
        gathered(stocked, index=index)


def test_a_ledger_without_its_opening_has_no_dossier(blank: Workbench) -> None:
    blank.append(make.key_added())
    blank.add_materials()
    with pytest.raises(LedgerBroken, match="no opening"):
        gathered(blank)


def test_it_knows_which_fields_the_rows_have(stocked: Workbench) -> None:
    assert gathered(stocked).fields == ("instruction", "input", "output")
    rows = b'{"output":"Ja.","instruction":"Annat?","source":"ours"}\n'
    register_dataset(stocked.ports, name="plain", data=rows)
    assert dataset_dossier_of(stocked, "plain").fields == ("instruction", "output")


def test_without_its_rows_there_is_no_dossier(stocked: Workbench) -> None:
    stocked.objects.remove(gathered(stocked).registered.event.dataset)
    with pytest.raises(NotFound):
        gathered(stocked)
