"""Registering a dataset: every line validated, every row committed to."""

from dataclasses import dataclass

from msgspec.structs import replace

from oneseek.domain.dataset.categories import check_categories, derive_categories
from oneseek.domain.dataset.commitment import SALT_BYTES, row_root
from oneseek.domain.dataset.language import detect_language
from oneseek.domain.dataset.reading import DatasetText, read_dataset
from oneseek.domain.decisions import Decision
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import Conflict, InvalidInput, NotFound
from oneseek.domain.events import DatasetRegistered
from oneseek.domain.labels import check_label
from oneseek.domain.names import LANGUAGES
from oneseek.domain.ports import Ports, View
from oneseek.domain.state.documents import Dataset, DatasetName
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.record import record, require_recordable


@dataclass(frozen=True, slots=True)
class Registered:
    """What came of it; ``receipt`` is None when the same bytes were registered before."""

    dataset: str
    text: DatasetText
    receipt: Receipt | None


def register_dataset(
    ports: Ports,
    *,
    name: str,
    data: bytes,
    language: str | None = None,
    categories: tuple[str, ...] | None = None,
    licence: str | None = None,
) -> Registered:
    """Validate ``data``, keep it, and record the commitment to its rows.

    Raises:
        InvalidInput: name, language, a category or a line cannot be used; nothing was written.
        Conflict: the same bytes are registered with another language or other categories.
    """
    check_label(name, "dataset")
    if language is not None and language not in LANGUAGES:
        raise InvalidInput(f"unknown language {language!r}", hint=f"one of {', '.join(LANGUAGES)}")
    chosen = derive_categories(name) if categories is None else check_categories(categories)
    text = read_dataset(data, name)
    digest = sha256(data)
    with ports.ledger.view() as view:
        known = view.get(Dataset, digest)
        named = view.get(DatasetName, name)
    if known is not None:
        # Another name for the same bytes: what trainings went by does not change under them.
        _refuse_other(known, language, None if categories is None else chosen)
        if named is not None and named.digest == digest:
            return Registered(digest, text, None)
        language, chosen = known.language, known.categories
    event = DatasetRegistered(
        name=name,
        dataset=digest,
        size=len(data),
        rows=len(text.rows),
        row_root=digest,  # a draft: the salts make the root, and are kept for a good entry only
        language=language or detect_language(text.rows),
        categories=chosen,
        licence=licence,
    )
    require_recordable(ports, event)
    # Salts first, then bytes, then the entry: a crash in between leaves orphans, never a promise
    # that cannot be kept.
    salts = _salts(ports, digest, len(text.lines))
    ports.objects.put(data)
    event = replace(event, row_root=row_root(text.lines, salts))

    def on(_: View) -> Decision:
        return Decision((event,))

    return Registered(digest, text, record(ports, on))


def _refuse_other(known: Dataset, language: str | None, categories: tuple[str, ...] | None) -> None:
    for what, given, there in (
        ("language", language, known.language),
        ("categories", categories, known.categories),
    ):
        if given is not None and given != there:
            said = there if isinstance(there, str) else ", ".join(there) or "none"
            raise Conflict(
                f"these bytes are the dataset {known.name} already, with {what} {said}",
                hint=f"leave out the {what}; a dataset of other {what} is another file",
            )


def _salts(ports: Ports, dataset: Digest, rows: int) -> bytes:
    """Return the salts of the dataset: those that are kept, or new ones."""
    try:
        return ports.vault.salts(dataset)
    except NotFound:
        pass
    try:
        fresh = ports.entropy.token(SALT_BYTES * rows)
        ports.vault.put_salts(dataset, fresh)
    except Conflict:
        return ports.vault.salts(dataset)  # another process was first: its salts hold
    return fresh
