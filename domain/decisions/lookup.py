"""Finding what a person means: by full name, by digest, or by an unambiguous beginning."""

from typing import TypeVar

from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.state import documents as doc
from oneseek.domain.state.registry import registry_state
from oneseek.domain.state.store import D, Reading, prefix_range
from oneseek.domain.state.versions import version_number

N = TypeVar("N", doc.BaseName, doc.DatasetName)

_SHORTEST_PREFIX = 4


def find_version(state: Reading, text: str) -> doc.Version:
    """Return the version that ``text`` names: its DNA name, a digest, or the beginning of either.

    ``current`` means the active version; ``v1.2`` or ``1.2`` the only version of that number.

    Raises:
        NotFound: nothing matches, or only older records tell of it: it has no weights.
        InvalidInput: more than one version matches.
    """
    found = find_any_version(state, text)
    if isinstance(found, doc.RecordedVersion):
        raise NotFound(
            f"of {found.dna} only older records were imported: there are no weights of it",
            hint=f"see what they say: oneseek show {found.dna}",
        )
    return found


def find_any_version(state: Reading, text: str) -> doc.Version | doc.RecordedVersion:
    """Return what ``text`` names as :func:`find_version` does, also what has no weights.

    Raises:
        NotFound: nothing matches.
        InvalidInput: more than one version matches.
    """
    if text.lower() == "current":
        active = registry_state(state).active
        if active is None:
            raise NotFound("no version is active", hint="activate one: oneseek activate DNA")
        text = active
    if labelled := _labelled(state, text):
        return labelled
    names = [key for key, _ in _starting_with(state, doc.Version, text)]
    names += [key for key, _ in _starting_with(state, doc.RecordedVersion, text)]
    if len(text) >= _SHORTEST_PREFIX:
        names += [found.dna for _, found in _starting_with(state, doc.VersionName, text)]
    names = sorted(set(names or _by_number(state, text)))
    _require_one(names, text, "version")
    only: doc.Version | doc.RecordedVersion | None = _labelled(state, names[0]) if names else None
    if only is None:
        raise NotFound(f"there is no version {text!r}", hint="see what there is: oneseek versions")
    return only


def _labelled(state: Reading, label: str) -> doc.Version | doc.RecordedVersion | None:
    version = state.get(doc.Version, label)
    return version if version is not None else state.get(doc.RecordedVersion, label)


def find_base(state: Reading, text: str) -> doc.BaseModel:
    """Return the base model named ``text``, or with a manifest digest that begins so."""
    return _named(state, text, doc.BaseName, doc.BaseModel, "base model", "oneseek base list")


def find_dataset(state: Reading, text: str) -> doc.Dataset:
    """Return the dataset named ``text``, or with a digest that begins so."""
    return _named(state, text, doc.DatasetName, doc.Dataset, "dataset", "oneseek dataset list")


def _named(state: Reading, text: str, names: type[N], kind: type[D], what: str, listing: str) -> D:
    if name := state.get(names, text):
        text = name.digest
    keys = [text] if state.get(kind, text) else []
    if not keys and len(text) >= _SHORTEST_PREFIX:
        keys = [key for key, _ in _starting_with(state, kind, text)]
    return _only(state, kind, keys, text, what, listing)


def _starting_with(state: Reading, kind: type[D], prefix: str) -> list[tuple[str, D]]:
    if not prefix:
        return []
    start, stop = prefix_range(prefix)
    return list(state.scan(kind, start=start, stop=stop))


def _by_number(state: Reading, text: str) -> list[str]:
    wanted = text.removeprefix("v")
    found: list[doc.Version | doc.RecordedVersion] = [v for _, v in state.scan(doc.Version)]
    found += (version for _, version in state.scan(doc.RecordedVersion))
    return [version.dna for version in found if version_number(version) == wanted]


def _only(state: Reading, kind: type[D], keys: list[str], text: str, what: str, listing: str) -> D:
    _require_one(keys, text, what)
    document = state.get(kind, keys[0]) if keys else None
    if document is None:
        raise NotFound(f"there is no {what} {text!r}", hint=f"see what there is: {listing}")
    return document


def _require_one(keys: list[str], text: str, what: str) -> None:
    if len(keys) > 1:
        shown = ", ".join(keys[:4]) + (" …" if len(keys) > 4 else "")
        raise InvalidInput(f"{text!r} is the beginning of {len(keys)} {what}s: {shown}")
