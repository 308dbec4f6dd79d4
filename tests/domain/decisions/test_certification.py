from typing import Any

import pytest
from msgspec.structs import replace

from builders import BASE, DATASET, TIME, TRAINING, digest, dna, manifest, version
from oneseek.domain.decisions.certification import (
    certify,
    completed_training,
    name_version,
    next_number,
)
from oneseek.domain.errors import Conflict, InvalidInput, NotFound
from oneseek.domain.events import VersionCertified, VersionNumbered
from oneseek.domain.names import DnaName
from oneseek.domain.state.documents import Line, Training
from oneseek.domain.state.store import DictState, Document


def state(*documents: tuple[str, Document]) -> DictState:
    made = DictState()
    for key, document in documents:
        made.put(key, document)
    return made


MATERIALS = ((BASE.manifest, BASE), (DATASET.dataset, DATASET))


@pytest.mark.parametrize(
    ("line", "number"),
    [
        (None, (1, 0)),
        (Line(language="sv", major=1, minor=0), (2, 0)),
        (Line(language="sv", major=1, minor=492), (2, 0)),
        (Line(language="sv", major=13, minor=156), (14, 0)),
        (Line(language="sv", major=0, minor=3), (1, 0)),
    ],
)
def test_a_training_gets_the_next_major_number_of_its_line(
    line: Line | None, number: tuple[int, int]
) -> None:
    lines = state(("sv", line)) if line else state()
    assert next_number(lines, "sv") == number
    assert next_number(lines, "en") == (1, 0)


def test_a_completed_training_can_be_certified() -> None:
    assert completed_training(state(("t1", TRAINING)), "t1") == TRAINING


def test_an_unknown_training_cannot() -> None:
    with pytest.raises(NotFound, match="'t1'"):
        completed_training(state(), "t1")


@pytest.mark.parametrize("status", ["started", "failed", "certified"])
def test_a_training_that_is_not_just_completed_cannot(status: str) -> None:
    with pytest.raises(Conflict, match=status):
        completed_training(state(("t1", replace(TRAINING, status=status))), "t1")


def test_the_name_is_made_of_number_language_categories_weights_and_time() -> None:
    assert str(name_version(state(*MATERIALS), TRAINING, TIME)) == dna(1)
    line = Line(language="sv", major=4, minor=2)
    name = name_version(state(*MATERIALS, ("sv", line)), TRAINING, TIME)
    assert (name.version, name.language, name.categories) == ("5.0", "sv", ("Identity",))
    plain = (DATASET.dataset, replace(DATASET, categories=()))
    assert name_version(state(MATERIALS[0], plain), TRAINING, TIME).categories == ("General",)


@pytest.mark.parametrize(
    ("known", "changes", "error", "reason"),
    [
        pytest.param(MATERIALS[:1], {}, NotFound, "dataset", id="an unknown dataset"),
        pytest.param(MATERIALS[1:], {}, NotFound, "base model", id="an unknown base model"),
        pytest.param(MATERIALS, {"weights": None}, InvalidInput, "no weights", id="no weights"),
        pytest.param(
            (*MATERIALS, (dna(1), version(1))),
            {},
            Conflict,
            "exists already",
            id="a name that exists",
        ),
        pytest.param(MATERIALS, {"language": "de"}, InvalidInput, "DNA", id="an unknown language"),
    ],
)
def test_a_version_cannot_be_named(
    known: tuple[tuple[str, Document], ...],
    changes: dict[str, Any],
    error: type[Exception],
    reason: str,
) -> None:
    training: Training = replace(TRAINING, **changes)
    with pytest.raises(error, match=reason):
        name_version(state(*known), training, TIME)


def test_certifying_takes_the_number_and_names_everything_in_one_group() -> None:
    decision = certify(TRAINING, DnaName.parse(dna(1)), manifest(1), digest("weights of t1"), TIME)
    assert decision.events == (
        VersionNumbered(language="sv", major=1, minor=0, training="t1"),
        VersionCertified(
            manifest=manifest(1),
            dna=dna(1),
            weights=digest("weights of t1"),
            language="sv",
            major=1,
            minor=0,
            training="t1",
            base=digest("tiny"),
            dataset=digest("identity"),
            certified_at=TIME,
        ),
    )
    assert decision.reads == {"training:t1"}
    assert decision.time == TIME
