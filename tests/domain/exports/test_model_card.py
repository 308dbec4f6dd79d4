"""The exported model card: the certified README, byte for byte."""

import pytest

from dossiers import SHAPES
from oneseek.domain.digest import sha256
from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.model_card import FORMAT


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_the_certified_readme(shape: str, request: pytest.FixtureRequest) -> None:
    dossier: Dossier = request.getfixturevalue(shape)
    (readme,) = (file for file in dossier.subject.manifest.files if file.path == "README.md")
    assert sha256(FORMAT.render(dossier)) == readme.digest
