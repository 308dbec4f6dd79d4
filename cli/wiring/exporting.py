"""Documents for other people: finding, gathering and rendering what a person names."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from oneseek.adapters.objects.hashing import hash_file
from oneseek.cli.app import App
from oneseek.domain.decisions.lookup import find_dataset, find_version
from oneseek.domain.decisions.model_keys import announced
from oneseek.domain.digest import Digest
from oneseek.domain.dossier import Dossier, gather
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.exports import dsse, model_card
from oneseek.domain.exports.croissant import data_file
from oneseek.domain.exports.dataset_dossier import DatasetDossier, gather_dataset
from oneseek.domain.exports.export import DatasetExport, VersionExport
from oneseek.domain.exports.formats import (
    DATASET_FORMATS,
    VERSION_FORMATS,
    find_dataset_format,
    find_version_format,
)
from oneseek.domain.exports.oms import pre_authentication
from oneseek.domain.model_keys import key_digest


@dataclass(frozen=True, slots=True)
class Document:
    """One rendered document."""

    form: VersionExport | DatasetExport
    subject: str
    """What it is about: a DNA name, or the name of a dataset."""
    data: bytes
    origin: str
    size: int
    """Entries that were looked at."""
    remarks: tuple[str, ...] = ()
    """What a person should know of it."""
    key: Digest | None = None
    """The model key that signed it: then it is a DSSE envelope."""

    @property
    def filename(self) -> str:
        """A name for its file."""
        return self.subject + (dsse.SUFFIX if self.key else self.form.suffix)

    @property
    def media_type(self) -> str:
        """What the bytes are."""
        return dsse.MEDIA_TYPE if self.key else self.form.media_type

    @property
    def as_of(self) -> str:
        """Which entries it was made from."""
        return f"as of entries 0 to {self.size - 1} of {self.origin}"


def version_dossier(app: App, text: str) -> Dossier:
    """Return the dossier of the version that ``text`` names."""
    with app.ledger.view() as view:
        return gather(app.ledger, view, app.objects.read, find_version(view, text))


def dataset_dossier(app: App, text: str) -> DatasetDossier:
    """Return the dossier of the dataset that ``text`` names."""
    with app.ledger.view() as view:
        return gather_dataset(app.ledger, view, app.objects.read, find_dataset(view, text))


def render_version(form: VersionExport, dossier: Dossier) -> Document:
    """Render a document about a version."""
    dna, data = dossier.subject.version.dna, form.render(dossier)
    remarks = []
    if (entry := dossier.subject.version.withdrawn) is not None:
        remarks.append(f"the version was withdrawn by entry {entry}: nobody should use it")
    if form is model_card.FORMAT and not model_card.is_certified(dossier, data):
        remarks.append("an earlier release certified another README.md; this is today's rendering")
    return Document(form, dna, data, dossier.origin, dossier.size, tuple(remarks))


def render_dataset(form: DatasetExport, dossier: DatasetDossier) -> Document:
    """Render a document about a dataset."""
    name = dossier.registered.event.name
    return Document(form, name, form.render(dossier), dossier.origin, dossier.size)


def signed(app: App, document: Document) -> Document:
    """Return an in-toto statement in an envelope that the model key of this machine signed.

    Other documents stay as they are, and so do statements where there is no key.

    Raises:
        Conflict: the key was retired.
        InvalidInput, CannotCheck: the passphrase is wrong, or nobody is there to give it.
    """
    if not document.form.is_statement:
        return document
    signer = app.model_signer
    with app.ledger.view() as view:
        # A key that the ledger does not know is nobody's: whose signature it is could not be shown.
        if not signer.file.exists() or announced(view, signer.public_key):
            remark = "not signed: no version was signed with a model key of this machine yet"
            return replace(document, remarks=(*document.remarks, remark))
    key, signature = key_digest(signer.public_key), signer.sign(pre_authentication(document.data))
    return replace(document, data=dsse.render_envelope(document.data, key, signature), key=key)


def one_document(app: App, text: str, name: str) -> Document:
    """Render what ``text`` names in the format called ``name``.

    Raises:
        InvalidInput: there is no such format.
        NotFound: no version, or for a format of datasets no dataset, is named so.
    """
    if (form := find_version_format(name)) is not None:
        return render_version(form, version_dossier(app, text))
    return render_dataset(find_dataset_format(name), dataset_dossier(app, text))


def all_documents(app: App, text: str) -> Iterator[Document]:
    """Render every format about the version, or else the dataset, that ``text`` names."""
    try:
        dossier = version_dossier(app, text)
    except NotFound:
        try:
            about = dataset_dossier(app, text)
        except NotFound:
            raise NotFound(
                f"there is no version and no dataset {text!r}",
                hint="see what there is: oneseek versions, oneseek dataset list",
            ) from None
        for dataset_form in DATASET_FORMATS:
            yield render_dataset(dataset_form, about)
        return
    for form in VERSION_FORMATS:
        yield render_version(form, dossier)


def place_rows(app: App, text: str, form: str | None, folder: Path) -> Path:
    """Place the rows of the dataset that ``text`` names where its documents look for them.

    Raises:
        InvalidInput: ``form`` is about versions, or another file has the name there.
        NotFound: there is no such dataset, or its rows are not kept.
    """
    if form is not None and find_version_format(form) is not None:
        raise InvalidInput(f"{form} is about versions: it names no rows")
    if folder.exists() and not folder.is_dir():
        raise InvalidInput(f"{folder} is a file, not a folder")
    dossier = dataset_dossier(app, text)
    digest, path = dossier.registered.event.dataset, folder / data_file(dossier)
    if path.exists() and hash_file(path)[0] != digest:
        raise InvalidInput(f"{path} is there, with other bytes", hint="choose another folder")
    app.objects.place(digest, path)
    return path
