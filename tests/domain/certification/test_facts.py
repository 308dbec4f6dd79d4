"""What is known of a training is read from its own entries, or the ledger is called broken."""

import pytest
from msgspec.structs import replace

from oneseek.domain.certification.facts import Facts, gather_facts
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.events import TrainingCompleted, TrainingStarted
from oneseek.domain.names import DnaName
from oneseek.domain.state.documents import Training
from workbench import Workbench


def training(bench: Workbench) -> Training:
    with bench.ledger.view() as view:
        found = view.get(Training, "t1")
    assert found is not None
    return found


def gathered(bench: Workbench, of: Training) -> Facts:
    with bench.ledger.view() as view:
        name = DnaName.parse(find_version(view, "1.0").dna)
        return gather_facts(view, bench.ledger, of, name, "then", "software")


def test_the_entries_of_the_training_are_found(stocked: Workbench) -> None:
    facts = gathered(stocked, training(stocked))
    assert isinstance(facts.started, TrainingStarted)
    assert isinstance(facts.completed, TrainingCompleted)
    assert {facts.started.training, facts.completed.training} == {"t1"}
    assert (facts.base.name, facts.dataset.name, facts.evaluation) == ("tiny", "identity", None)


@pytest.mark.parametrize(
    "change",
    [
        {"started": 0},
        {"started": 10_000},
        {"ended": 0},
        {"ended": None},
        {"base": "0" * 64},
        {"dataset": "0" * 64},
    ],
    ids=str,
)
def test_records_that_do_not_belong_together_are_a_broken_ledger(
    change: dict[str, object], stocked: Workbench
) -> None:
    wrong = replace(training(stocked), **change)
    with pytest.raises(LedgerBroken, match="training t1 do not belong together"):
        gathered(stocked, wrong)
