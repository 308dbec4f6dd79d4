"""Base models and datasets, and the names that mean them."""

from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    BaseModelRegistered,
    DatasetRegistered,
)
from oneseek.domain.state import documents as doc
from oneseek.domain.state.steps.step import Steps
from oneseek.domain.state.store import State


def _base(state: State, index: int, _: Entry, event: BaseModelRegistered) -> None:
    known = state.get(doc.BaseModel, event.manifest)
    # The same bytes under another name are the same base model: it keeps its first name and
    # entry, and what was stated of its licence; the new name finds it, and the new place holds.
    state.put(
        event.manifest,
        doc.BaseModel(
            manifest=event.manifest,
            name=known.name if known else event.name,
            architecture=event.architecture,
            files=event.files,
            size=event.size,
            licence=event.licence or (known.licence if known else None),
            source=known.source if known else event.source,
            path=event.path,
            index=known.index if known else index,
        ),
    )
    state.put(event.name, doc.BaseName(digest=event.manifest))


def _dataset(state: State, index: int, _: Entry, event: DatasetRegistered) -> None:
    known = state.get(doc.Dataset, event.dataset)
    state.put(
        event.dataset,
        doc.Dataset(
            dataset=event.dataset,
            name=known.name if known else event.name,
            size=event.size,
            rows=event.rows,
            row_root=event.row_root,
            language=event.language,
            categories=event.categories,
            licence=event.licence or (known.licence if known else None),
            index=known.index if known else index,
        ),
    )
    state.put(event.name, doc.DatasetName(digest=event.dataset))


STEPS: Steps = {
    BaseModelRegistered: _base,
    DatasetRegistered: _dataset,
}
