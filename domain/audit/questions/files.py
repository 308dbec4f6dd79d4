"""Do the files on disk equal the projection?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from oneseek.domain.audit.answers import Answer, Figure, Listing, judged, many
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.entry import Entry
from oneseek.domain.errors import OneSeekError
from oneseek.domain.events import Event
from oneseek.domain.findings import Finding
from oneseek.domain.projections.projection import Projection
from oneseek.domain.state.store import DictState


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison of a target with a fold saw: ``files`` counts files and links."""

    findings: Iterable[Finding]
    files: int


Compare = Callable[[Projection, DictState], Compared]


class FilesOnDisk:
    """Folds every projection as the entries pass; ``compare`` looks at the target at the end."""

    name: ClassVar[str] = "files"
    asks: ClassVar[str] = "Do the files on disk equal what the ledger says should be there?"
    about_entries: ClassVar[bool] = True

    def __init__(self, projections: Iterable[Projection], compare: Compare) -> None:
        self._folds = [(projection, DictState()) for projection in projections]
        self._compare = compare
        self._steps: dict[str, list[tuple[Projection, DictState]]] = {}
        for fold in self._folds:
            for event in fold[0].events:
                self._steps.setdefault(event.kind, []).append(fold)

    @property
    def wants(self) -> Iterable[type[Event]]:
        """The kinds that a projection reads."""
        return {event for projection, _ in self._folds for event in projection.events}

    def see(self, index: int, entry: Entry) -> None:
        """Fold the entry."""
        for projection, state in self._steps[entry.body.kind]:
            projection.step(state, index, entry)

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where every target equals its fold, unchecked where one cannot be compared."""
        findings: Listing[Finding] = Listing()
        files = 0
        for projection, state in self._folds:
            try:
                compared = self._compare(projection, state)
            except OneSeekError as error:
                return Answer(
                    "unchecked", f"{projection.folder} could not be compared: {error.message}"
                )
            findings.extend(compared.findings)
            files += compared.files
        return judged(
            findings,
            f"{many(files, 'file')} in {many(len(self._folds), 'folder')}: every one as recorded",
            f"{many(findings.count, 'difference')} between the files and the ledger",
            (Figure("files compared", files),),
        )
