"""Do the files on disk equal the projection?"""

import builders as make
from asking import ask, figure, seen
from oneseek.domain.audit.questions.files import Compared, FilesOnDisk
from oneseek.domain.errors import ServiceFailed
from oneseek.domain.findings import Finding
from oneseek.domain.projections.all import PROJECTIONS
from oneseek.domain.projections.folding import units
from oneseek.domain.projections.projection import Projection
from oneseek.domain.state.store import DictState

DRIFT = Finding("drift-changed", "models/oneseek-certified/README.md", "one", "another")


def test_every_projection_is_folded_and_compared() -> None:
    folded: dict[str, list[str]] = {}

    def compare(projection: Projection, state: DictState) -> Compared:
        folded[projection.name] = [name for name, _ in units(projection, state)]
        return Compared((), 7)

    answer = ask(FilesOnDisk(PROJECTIONS, compare), make.opened(), make.certified(1))
    assert answer.verdict == "yes"
    assert figure(answer, "files compared") == 14
    assert folded["certified-tree"] == [make.dna(1), "README.md"]
    assert folded["integrity-manifests"] == [f"{make.dna(1)}.sha256"]


def test_a_difference_is_found() -> None:
    answer = ask(FilesOnDisk(PROJECTIONS[:1], lambda *_: Compared([DRIFT], 1)))
    assert (answer.verdict, answer.because) == (
        "no", "1 difference between the files and the ledger"
    )  # fmt: skip
    assert seen(answer) == [("drift-changed", DRIFT.where, "one", "another")]


def test_a_target_that_cannot_be_read_is_not_checked() -> None:
    def compare(projection: Projection, state: DictState) -> Compared:
        raise ServiceFailed("the disk refused")

    answer = ask(FilesOnDisk(PROJECTIONS, compare))
    assert answer.verdict == "unchecked"
    assert "the disk refused" in answer.because
