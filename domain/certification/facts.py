"""Everything that is known of a training when its result is certified, gathered in one value."""

from dataclasses import dataclass

from oneseek.domain.digest import Digest
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.events import Event, TrainingCompleted, TrainingStarted
from oneseek.domain.names import DnaName
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import BaseModel, Dataset, Training
from oneseek.domain.state.store import Reading


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rendered files say. All values come from the ledger."""

    name: DnaName
    certified_at: str
    software: str
    training: Training
    started: TrainingStarted
    completed: TrainingCompleted
    base: BaseModel
    dataset: Dataset
    evaluation: Dataset | None
    parent: Digest | None


def gather_facts(
    state: Reading,
    ledger: Ledger,
    training: Training,
    name: DnaName,
    certified_at: str,
    software: str,
) -> Facts:
    """Read what the ledger says of ``training``.

    Raises:
        LedgerBroken: the state names entries or materials that are not there.
    """
    started = _event(ledger, training.started)
    completed = _event(ledger, training.ended if training.ended is not None else -1)
    base = state.get(BaseModel, training.base)
    dataset = state.get(Dataset, training.dataset)
    if (
        not isinstance(started, TrainingStarted)
        or not isinstance(completed, TrainingCompleted)
        or base is None
        or dataset is None
    ):
        raise LedgerBroken(f"the records of training {training.training} do not belong together")
    evaluation = state.get(Dataset, started.evaluation) if started.evaluation else None
    return Facts(
        name,
        certified_at,
        software,
        training,
        started,
        completed,
        base,
        dataset,
        evaluation,
        training.parent,
    )


def _event(ledger: Ledger, index: int) -> Event | None:
    record = next(ledger.records(index, index + 1), None) if index >= 0 else None
    if record is None:
        return None
    return REGISTRY.read(record.raw, where=f"entry {index}").body
