"""Wanted and actual documents side by side, in order of their ids, and what differs."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from oneseek.adapters.documents.resolving import Resolved
from oneseek.domain.documents import Fields, Stored, Value
from oneseek.domain.findings import Finding

_SHOWN = 60
_REPAIR = "oneseek firebase rebuild"


def joined(
    wanted: Iterable[Resolved], actual: Iterable[Stored]
) -> Iterator[tuple[Resolved | None, Stored | None]]:
    """Yield every id once: what is wanted under it and what is there; both are sorted by id."""
    left, right = iter(wanted), iter(actual)
    want, found = next(left, None), next(right, None)
    while want is not None or found is not None:
        if found is None or (want is not None and want.id < found.id):
            yield want, None
            want = next(left, None)
        elif want is None or found.id < want.id:
            yield None, found
            found = next(right, None)
        else:
            yield want, found
            want, found = next(left, None), next(right, None)


def same(one: Value | Fields, other: Value | Fields) -> bool:
    """Return whether two values are the same in kind too: 1 is not 1.0, nor True."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one == other  # a library may give a class of its own
    return type(one) is type(other) and (one == other or (one != one and other != other))


def findings(collection: str, want: Resolved | None, found: Stored | None) -> Iterator[Finding]:
    """Yield what is not as it should be with one document; no text that people wrote is in it."""
    if want is None:
        assert found is not None
        hint = f"{_REPAIR} deletes it"
        yield Finding("drift-extra", f"{collection}/{found.id}", "absent", "a document", hint)
    elif found is None:
        hint = f"{_REPAIR} writes it"
        yield Finding("drift-missing", f"{collection}/{want.id}", "a document", "absent", hint)
    else:
        for name in sorted(want.fields.keys() | found.fields.keys()):
            for path, expected, actual in _differing(name, want, found.fields):
                where = f"{collection}/{want.id} {path}"
                yield Finding("drift-changed", where, expected, actual, f"{_REPAIR} mends it")


def _differing(name: str, want: Resolved, found: Fields) -> Iterator[tuple[str, str, str]]:
    if name not in want.fields:
        yield name, "no such field", "a field"  # its value might be anybody's text
    elif name not in found:
        yield name, "a text" if name in want.private else shown(want.fields[name]), "no field"
    elif name in want.private:
        if not same(want.fields[name], found[name]):
            yield name, *_private(want.fields[name], found[name])
    else:
        for path, expected, actual in _inside(name, want.fields[name], found[name]):
            # Beside texts of people even another field may have been given one of them.
            yield path, expected, "another value" if want.private else actual


def _inside(path: str, expected: Value, found: Value) -> Iterator[tuple[str, str, str]]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in sorted(expected.keys() | found.keys()):
            inner = f"{path}.{name}"
            if name not in found:
                yield inner, shown(expected[name]), "no field"
            elif name not in expected:
                yield inner, "no such field", "a field"
            else:
                yield from _inside(inner, expected[name], found[name])
    elif not same(expected, found):
        yield path, shown(expected), shown(found)


def _private(expected: Value, found: Value) -> tuple[str, str]:
    if expected is None:
        return "no text: it was erased", "a text" if isinstance(found, str) else "another value"
    if isinstance(found, str):
        return "the text in the vault", "another text"
    return "the text in the vault", "no text"


def shown(value: Value) -> str:
    """Return a value for people, shortened."""
    text = f"{value.isoformat()}" if isinstance(value, datetime) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
