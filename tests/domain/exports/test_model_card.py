"""The exported model card: the certified README, byte for byte."""

import pytest

from dossiers import SHAPES
from oneseek.domain.digest import sha256
from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.model_card import FORMAT, README, is_certified


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_the_certified_readme(shape: str, request: pytest.FixtureRequest) -> None:
    dossier: Dossier = request.getfixturevalue(shape)
    card = FORMAT.render(dossier)
    assert {file.path: file.digest for file in dossier.subject.manifest.files}[README] == sha256(
        card
    )
    assert is_certified(dossier, card)
    assert not is_certified(dossier, card + b"\n")
