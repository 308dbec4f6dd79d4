"""The JSON of the mirror loses nothing, and refuses what Firestore refuses."""

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.adapters.documents.comparing import same
from oneseek.adapters.documents.mirror_json import from_json, to_json
from oneseek.domain.errors import InvalidInput

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_NAMES = (_TEXT.filter(bool) | st.sampled_from(["$time", "$bytes", "$map", "$", "a.b"])).filter(
    lambda name: not (name.startswith("__") and name.endswith("__"))
)
_PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | _TEXT
    | st.binary(max_size=8)
    | st.datetimes(timezones=st.just(UTC))
)
_MAPS: st.SearchStrategy[Any] = st.deferred(
    lambda: st.dictionaries(
        _NAMES, _PLAIN | _MAPS | st.lists(_PLAIN | _MAPS, max_size=3), max_size=3
    )
)


@given(_MAPS)
def test_what_is_kept_comes_back_with_its_kind(fields: dict[str, Any]) -> None:
    assert same(from_json(to_json(fields, "a document")), fields)


def test_the_form_is_the_one_that_is_written_down() -> None:
    moment = datetime(2026, 11, 20, 19, 25, 38, 187329, timezone(timedelta(hours=1)))
    fields = {
        "t": moment, "b": b"plain", "n": -math.inf, "i": 1, "f": 1.0, "m": {"$time": "å"},
    }  # fmt: skip
    assert to_json(fields, "a document").decode() == (
        '{"t":{"$time":"2026-11-20T18:25:38.187329Z"},"b":{"$bytes":"cGxhaW4="},'
        '"n":{"$float":"-inf"},"i":1,"f":1.0,"m":{"$map":{"$time":"å"}}}'
    )


@pytest.mark.parametrize(
    "value",
    [2**63, -(2**63) - 1, datetime(2026, 1, 1), [[1]], "\ud800", 1j, {"": 1}, {"__x__": 1}, {1: 2}],
    ids=repr,
)  # fmt: skip
def test_what_no_document_can_hold_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInput):
        to_json({"x": value}, "a document")


@pytest.mark.parametrize(
    "text", ["", "[]", "1", "{", '{"a":{"$time":"no"}}', '{"a":{"$bytes":"?"}}', '{"a":{"$map":1}}']
)
def test_other_json_is_no_document(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a document"):
        from_json(text)
