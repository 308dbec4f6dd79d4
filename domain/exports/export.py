"""What a format is: its name, what it is about, and the function that renders it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.dataset_dossier import DatasetDossier

S = TypeVar("S", contravariant=True)


@dataclass(frozen=True, kw_only=True)
class Export(Generic[S]):
    """One format of documents about an ``S``."""

    subject: ClassVar[str]
    """``version`` or ``dataset``."""
    name: str
    """What ``--format`` takes."""
    title: str
    """The format and its version, as its makers write them."""
    media_type: str
    suffix: str
    """End of a file's name, with its dots: ``.cdx.json``."""
    verified_by: str
    """The tool of other people that checks it."""
    render: Callable[[S], bytes]
    """Returns the document: the same records, the same bytes."""
    is_statement: bool = False
    """It is an in-toto statement: a model key can sign it, in an envelope."""


class VersionExport(Export[Dossier]):
    """A format of documents about a version."""

    subject = "version"


class DatasetExport(Export[DatasetDossier]):
    """A format of documents about a dataset."""

    subject = "dataset"


@dataclass(frozen=True, kw_only=True)
class FolderExport:
    """A format of a folder of files, about a version."""

    subject: ClassVar[str] = "version"
    media_type: ClassVar[str] = "inode/directory"
    name: str
    title: str
    verified_by: str
