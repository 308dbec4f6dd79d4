"""Every row of the table of bundles gets its verdict from the domain alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from bundles.judging import CRYPTO, ours
from bundles.made import key_of
from bundles.story import Story
from bundles.table import ROWS, WITNESS, Row, cosigned, reproved
from oneseek.adapters.bundle.reading import open_bundle
from oneseek.domain.bundle.trust import Trust
from oneseek.domain.bundle.verify import verify_bundle
from oneseek.domain.errors import CannotCheck
from oneseek.domain.note.signed_note import VerifierKey


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_of_the_table_is_judged(row: Row, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(row.make())
    said = ours(path, row.keys, row.witnesses)
    assert said.code == row.code, said.text


def test_a_cosignature_that_cannot_be_checked_here_is_not_called_good(tmp_path: Path) -> None:
    def cannot(key: VerifierKey, message: bytes, signature: bytes) -> bool:
        raise CannotCheck("ML-DSA-44 is not there")

    story = Story()
    path = tmp_path / "bundle.zip"
    path.write_bytes(reproved(story, cosigned(story.files()["checkpoint"])))
    with open_bundle(path) as files:
        trust = Trust((key_of("machine A"),), (WITNESS,))
        found = verify_bundle(files, trust, replace(CRYPTO, witness=cannot)).verdict
    assert found.exit_code == CannotCheck.exit_code
    assert "ML-DSA-44 is not there" in found.unchecked[0]


def test_what_is_proven_and_what_is_not_is_said(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(Story().bundle())
    with open_bundle(path) as files:
        judged = verify_bundle(files, Trust((key_of("machine A"),)), CRYPTO)
    assert "goes back to the base model tiny" in " ".join(judged.verdict.proven)
    assert "no entry was left out" in " ".join(judged.verdict.asserted)
    assert "weights were not looked at" in " ".join(judged.verdict.absent)
    assert judged.activity is not None
    assert len(judged.activity.lines) == 6
