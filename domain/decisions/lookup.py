"""Finding what a person means: by full name, by digest, or by an unambiguous beginning."""

from typing import TypeVar

from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.state import documents as doc
from oneseek.domain.state.registry import registry_state
from oneseek.domain.state.store import D, Reading, prefix_range

N = TypeVar("N", doc.BaseName, doc.DatasetName)

_SHORTEST_PREFIX = 4


def find_version(state: Reading, text: str) -> doc.Version:
    """Return the version that ``text`` names: its DNA name, a digest, or the beginning of either.

    ``current`` means the active version; ``v1.2`` or ``1.2`` the only version of that number.

    Raises:
        NotFound: nothing matches.
        InvalidInput: more than one version matches.
    """
    if text.lower() == "current":
        active = registry_state(state).active
        if active is None:
            raise NotFound("no version is active", hint="activate one: oneseek activate DNA")
        text = active
    if version := state.get(doc.Version, text):
        return version
    names = [key for key, _ in _starting_with(state, doc.Version, text)]
    if len(text) >= _SHORTEST_PREFIX:
        names += [found.dna for _, found in _starting_with(state, doc.VersionName, text)]
    names = names or _by_number(state, text)
    return _only(state, doc.Version, sorted(set(names)), text, "version", "oneseek versions")


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
    return [
        key
        for key, version in state.scan(doc.Version)
        if f"{version.major}.{version.minor}" == wanted
    ]


def _only(state: Reading, kind: type[D], keys: list[str], text: str, what: str, listing: str) -> D:
    if len(keys) > 1:
        shown = ", ".join(keys[:4]) + (" …" if len(keys) > 4 else "")
        raise InvalidInput(f"{text!r} is the beginning of {len(keys)} {what}s: {shown}")
    document = state.get(kind, keys[0]) if keys else None
    if document is None:
        raise NotFound(f"there is no {what} {text!r}", hint=f"see what there is: {listing}")
    return document
