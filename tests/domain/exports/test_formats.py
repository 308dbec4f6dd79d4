"""All formats: found by name, the same bytes for the same records, nothing of a person in them."""

import pytest

from dossiers import SHAPES
from oneseek.domain.dossier import Dossier
from oneseek.domain.errors import InvalidInput
from oneseek.domain.exports.dataset_dossier import DatasetDossier
from oneseek.domain.exports.export import DatasetExport, VersionExport
from oneseek.domain.exports.formats import (
    DATASET_FORMATS,
    FORMATS,
    VERSION_FORMATS,
    find_dataset_format,
    find_version_format,
)

PERSONAL = (b"anna", b"Bo asked", "Fråga".encode(), b"Svar", b"basemodeller", b"start again")
"""Who acted, why, which rows, where: none of it belongs into a document for others."""


def test_names_and_suffixes_are_distinct() -> None:
    assert len({form.name for form in FORMATS}) == len(FORMATS)
    assert len({form.suffix for form in FORMATS}) == len(FORMATS)
    assert all(form.suffix.startswith(".") for form in FORMATS)


def test_formats_are_found_by_name() -> None:
    for form in VERSION_FORMATS:
        assert find_version_format(form.name) is form
        assert form.subject == "version"
    for about in DATASET_FORMATS:
        assert find_dataset_format(about.name) is about
        assert find_version_format(about.name) is None
        assert about.subject == "dataset"
    with pytest.raises(InvalidInput, match="no format 'xml'"):
        find_dataset_format("xml")


@pytest.mark.parametrize("form", VERSION_FORMATS, ids=lambda form: form.name)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_records_give_the_same_bytes_without_anything_personal(
    form: VersionExport, shape: str, request: pytest.FixtureRequest
) -> None:
    dossier: Dossier = request.getfixturevalue(shape)
    raw = form.render(dossier)
    assert form.render(dossier) == raw
    assert raw.decode().endswith("\n")
    for text in PERSONAL:
        assert text not in raw


@pytest.mark.parametrize("form", DATASET_FORMATS, ids=lambda form: form.name)
def test_the_same_dataset_gives_the_same_bytes_without_any_of_its_rows(
    form: DatasetExport, dataset_dossier: DatasetDossier
) -> None:
    raw = form.render(dataset_dossier)
    assert form.render(dataset_dossier) == raw
    assert raw.decode().endswith("\n")
    for text in PERSONAL:
        assert text not in raw
