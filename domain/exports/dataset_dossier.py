"""The dossier of a dataset: the entry that registered it, and the ledger that this is from."""

from dataclasses import dataclass

import msgspec

from oneseek.domain.dataset.reading import read_dataset
from oneseek.domain.dossier import Read, Told
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.events import DatasetRegistered, LedgerOpened
from oneseek.domain.ports import Ledger, View
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Dataset

FIELDS = ("instruction", "input", "output")
"""What training reads of a row."""


@dataclass(frozen=True, slots=True)
class DatasetDossier:
    """What the ledger says of one dataset."""

    origin: str
    size: int
    """Entries that were looked at."""
    registered: Told[DatasetRegistered]
    fields: tuple[str, ...]
    """Those of :data:`FIELDS` that its rows have: ``input`` may be absent from all of them."""


def gather_dataset(ledger: Ledger, view: View, read: Read, dataset: Dataset) -> DatasetDossier:
    """Return the dossier of ``dataset`` as of ``view``; ``read`` is asked for its rows.

    Raises:
        NotFound: its rows are not kept.
        LedgerBroken: the ledger's opening or the dataset's entry is not where it should be.
    """
    found = []
    for index in (0, dataset.index):
        row = next(ledger.records(index, index + 1), None)
        if row is None:
            raise LedgerBroken(f"entry {index} is missing")
        entry = REGISTRY.read(row.raw, where=f"entry {index}")
        found.append((index, row.raw, entry, entry.body))
    opened, (index, raw, entry, event) = found[0][3], found[1]
    if not isinstance(opened, LedgerOpened) or not isinstance(event, DatasetRegistered):
        raise LedgerBroken(f"entry 0 is no opening, or entry {index} registers no dataset")
    told = Told(index, raw, entry, event)
    return DatasetDossier(opened.origin, view.head.size, told, _fields(read(event.dataset)))


def _fields(data: bytes) -> tuple[str, ...]:
    lines = read_dataset(data, "dataset").lines
    names = {name for line in lines for name in msgspec.json.decode(line, type=dict[str, object])}
    return tuple(name for name in FIELDS if name in names)
