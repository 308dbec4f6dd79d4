"""Hypothesis strategies: events of every kind from the structs' own types, and connected events."""

from datetime import UTC
from functools import cache
from typing import Any

from hypothesis import strategies as st
from msgspec import inspect

import builders as make
from oneseek.domain.digest import Digest
from oneseek.domain.events import ALL_EVENTS, Event
from oneseek.domain.values import Number, Time, format_time, number

DIGESTS = st.integers(0, 2**256 - 1).map(lambda value: f"{value:064x}")
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).map(number)
TIMES = st.datetimes(timezones=st.just(UTC)).map(format_time)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


@cache
def _by_pattern() -> dict[str | None, st.SearchStrategy[str]]:
    pairs = ((Digest, DIGESTS), (Number, NUMBERS), (Time, TIMES))
    found: dict[str | None, st.SearchStrategy[str]] = {None: TEXTS}
    for annotated, strategy in pairs:
        info = inspect.type_info(annotated)
        assert isinstance(info, inspect.StrType)
        found[info.pattern] = strategy
    return found


def _of(info: inspect.Type) -> st.SearchStrategy[Any]:
    match info:
        case inspect.StrType(pattern=pattern):
            return _by_pattern()[pattern]
        case inspect.IntType(ge=least, le=most):
            assert least is not None
            assert most is not None
            return st.integers(least, most)
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
        case inspect.UnionType(types=types):
            return st.one_of([_of(item) for item in types])
        case inspect.VarTupleType(item_type=item):
            return st.lists(_of(item), max_size=4).map(tuple)
        case inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(_of(key), _of(value), max_size=3)
        case inspect.StructType(cls=cls, fields=fields):
            return st.builds(cls, **{field.name: _of(field.type) for field in fields})
    raise AssertionError(f"no strategy for {info}")


@cache
def of_kind(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Return a strategy for events of one kind with any values that its types allow."""
    found: st.SearchStrategy[Event] = _of(inspect.type_info(kind))
    return found


EVENTS = st.sampled_from(ALL_EVENTS).flatmap(of_kind)
"""Any event of any kind."""

_TRAININGS = st.sampled_from(["t1", "t2", "t3"])
_MAJORS = st.integers(1, 3)
_QUERIES = st.sampled_from(["q1", "q2"])

CONNECTED = st.one_of(
    st.builds(make.opened),
    st.builds(make.key_added),
    st.builds(make.key_retired),
    st.builds(make.base, st.sampled_from(["tiny", "small"])),
    st.builds(make.dataset, st.sampled_from(["identity", "ethics"])),
    st.builds(make.started, _TRAININGS, st.none() | _MAJORS.map(make.manifest)),
    st.builds(make.failed, _TRAININGS),
    st.builds(make.completed, _TRAININGS),
    st.builds(make.measured, _TRAININGS),
    st.builds(make.numbered, _MAJORS, st.integers(0, 2), st.sampled_from(["sv", "en"])),
    st.builds(make.certified, _MAJORS),
    st.builds(make.activated, _MAJORS),
    st.builds(make.withdrawn, _MAJORS, st.booleans()),
    st.builds(make.restored, _MAJORS),
    st.builds(make.registry_reset, TEXTS),
    st.builds(make.answered, _QUERIES),
    st.builds(make.erased, _QUERIES),
    st.builds(make.repaired),
    st.builds(make.model_key_added, st.sampled_from(["k1", "k2"])),
    st.builds(make.model_key_retired, st.sampled_from(["k1", "k2"])),
    st.builds(make.key_protected),
    st.builds(make.index_logged, st.integers(0, 9)),
    st.builds(make.signed, _MAJORS, st.sampled_from(["one", "another"])),
    st.builds(make.reproduced, _MAJORS, st.sampled_from(["same-bytes", "different"])),
    st.builds(make.audited),
)
"""Events that speak of the same few things, in no sensible order."""

HISTORIES = st.lists(CONNECTED, max_size=25)


def mutations(raw: bytes) -> st.SearchStrategy[bytes]:
    """Return ``raw`` with one byte changed, inserted, removed, or with a piece doubled or cut."""
    spots = st.integers(0, len(raw) - 1)

    def changed(spot: int, flip: int) -> bytes:
        return raw[:spot] + bytes([raw[spot] ^ flip]) + raw[spot + 1 :]

    return st.one_of(
        st.builds(changed, spots, st.integers(1, 255)),
        st.builds(lambda at, new: raw[:at] + bytes([new]) + raw[at:], spots, st.integers(0, 255)),
        spots.map(lambda at: raw[:at] + raw[at + 1 :]),
        spots.map(lambda at: raw[:at]),
        st.builds(lambda a, b: raw[: max(a, b)] + raw[min(a, b) :], spots, spots),
    )
