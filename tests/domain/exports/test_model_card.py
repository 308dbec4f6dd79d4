"""The exported model card: the certified README, byte for byte."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from dossiers import SHAPES, dossier_of
from oneseek.domain.digest import sha256
from oneseek.domain.dossier import Dossier
from oneseek.domain.events import BaseModelRegistered
from oneseek.domain.exports.model_card import FORMAT, README, is_certified
from workbench import Workbench


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_the_certified_readme(shape: str, request: pytest.FixtureRequest) -> None:
    dossier: Dossier = request.getfixturevalue(shape)
    card = FORMAT.render(dossier)
    assert {file.path: file.digest for file in dossier.subject.manifest.files}[README] == sha256(
        card
    )
    assert is_certified(dossier, card)
    assert not is_certified(dossier, card + b"\n")


def test_a_licence_that_was_stated_under_another_name_is_on_the_card(bench: Workbench) -> None:
    bench.add_materials()
    (base,) = (event for event in bench.events() if isinstance(event, BaseModelRegistered))
    bench.append(changed(base, name="second", licence="mit"))
    bench.certify("t1")
    dossier = dossier_of(bench, "1.0")
    card = FORMAT.render(dossier)
    assert b"license: mit" in card
    assert is_certified(dossier, card)


def test_the_card_tells_what_was_measured_after_the_training(first_dossier: Dossier) -> None:
    record = first_dossier.subject
    (told,) = record.measured
    event = changed(told.event, after=changed(told.event.after, loss="0.125"))
    measured = (replace(told, event=event),)
    card = FORMAT.render(replace(first_dossier, versions=(replace(record, measured=measured),)))
    assert b"| loss per token | 0.125 |" in card
