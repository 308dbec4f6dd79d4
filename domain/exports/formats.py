"""The closed list of formats. A new one is a new file here and a line in this list."""

from oneseek.domain.errors import InvalidInput
from oneseek.domain.exports import (
    croissant,
    cyclonedx,
    legacy_tree,
    model_card,
    openlineage,
    prov,
    slsa,
    spdx,
)
from oneseek.domain.exports.export import DatasetExport, FolderExport, VersionExport

VERSION_FORMATS: tuple[VersionExport, ...] = (
    slsa.FORMAT,
    cyclonedx.FORMAT,
    spdx.FORMAT,
    model_card.FORMAT,
    prov.FORMAT,
    openlineage.FORMAT,
)
"""Formats of documents about a version, in the order in which people are told of them."""
DATASET_FORMATS: tuple[DatasetExport, ...] = (croissant.FORMAT,)
"""Formats of documents about a dataset."""
FORMATS: tuple[VersionExport | DatasetExport, ...] = (*VERSION_FORMATS, *DATASET_FORMATS)
"""All of them that are one document."""
FOLDER_FORMATS: tuple[FolderExport, ...] = (legacy_tree.FORMAT,)
"""Formats that are a folder of files."""


def find_version_format(name: str) -> VersionExport | None:
    """Return the format of documents about versions that is called ``name``, if there is one."""
    return next((form for form in VERSION_FORMATS if form.name == name), None)


def find_dataset_format(name: str) -> DatasetExport:
    """Return the format of documents about datasets that is called ``name``.

    Raises:
        InvalidInput: no format at all is called so.
    """
    for form in DATASET_FORMATS:
        if form.name == name:
            return form
    names = sorted(form.name for form in (*FORMATS, *FOLDER_FORMATS))
    raise InvalidInput(f"there is no format {name!r}", hint=f"there are: {', '.join(names)}")
