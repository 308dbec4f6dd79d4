"""Entries survive the round trip; no other spelling, and nothing unknown, is ever read."""

from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from builders import EXAMPLES, TIME, activated, digest, entry, failed
from oneseek.domain.errors import InvalidInput, LedgerBroken
from oneseek.domain.events import ALL_EVENTS, Event
from oneseek.domain.registry import REGISTRY, Registry


@pytest.mark.parametrize("kind", ALL_EVENTS, ids=lambda kind: str(kind.kind))
@given(data=st.data())
def test_every_kind_is_read_back_as_it_was_written(kind: type[Event], data: st.DataObject) -> None:
    made = entry(
        data.draw(strategies.of_kind(kind)),
        data.draw(st.integers(1, 2**53)),
        data.draw(strategies.TIMES),
        data.draw(strategies.TEXTS.filter(bool)),
    )
    raw = REGISTRY.encode(made)
    assert REGISTRY.decode(raw) == made
    assert type(REGISTRY.decode(raw).body) is kind
    assert raw.startswith(f'{{"kind":"{kind.kind}","stream":'.encode())


@given(strategies.EVENTS, st.data())
def test_a_mutated_entry_is_refused_or_is_another_entry_in_canonical_form(
    event: Event, data: st.DataObject
) -> None:
    made = entry(event)
    raw = REGISTRY.encode(made)
    mutated = data.draw(strategies.mutations(raw))
    try:
        other = REGISTRY.decode(mutated)
    except LedgerBroken:
        return
    assert REGISTRY.encode(other) == mutated
    assert (other == made) == (mutated == raw)


@given(st.binary(max_size=80))
def test_arbitrary_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(LedgerBroken):
        REGISTRY.decode(raw)


RAW = REGISTRY.encode(entry(failed(reason="r")))


def _respelt(old: bytes, new: bytes) -> bytes:
    assert RAW.count(old) == 1
    return RAW.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b'"reason":"r"', b'"reason":"q","reason":"r"', id="a repeated key"),
        pytest.param(b'"actor":"anna"', b'"actor":"eve","actor":"anna"', id="a repeated member"),
        pytest.param(b'"reason":"r"', b'"reason":"r","note":1', id="an unknown key"),
        pytest.param(b'"actor":"anna"', b'"actor":"anna","index":0', id="an index inside"),
        pytest.param(b',"reason":"r"', b"", id="a missing key"),
        pytest.param(b'"reason":"r"', b'"reason": "r"', id="a blank"),
        pytest.param(b'"r"', b'"\\u0072"', id="an escaped letter"),
        pytest.param(b'"r"', b'"\xff"', id="not UTF-8"),
        pytest.param(b'"r"', b'"\xc0\xaf"', id="overlong UTF-8"),
        pytest.param(b'"r"', b'"\xed\xa0\x80"', id="a surrogate"),
        pytest.param(b'"r"', b"1", id="a number for a text"),
        pytest.param(b'"stream_version":1', b'"stream_version":1.0', id="a float"),
        pytest.param(b'"stream_version":1', b'"stream_version":1e0', id="an exponent"),
        pytest.param(b'"stream_version":1', b'"stream_version":01', id="a leading zero"),
        pytest.param(b'"stream_version":1', b'"stream_version":0', id="version 0"),
        pytest.param(b'"stream_version":1', b'"stream_version":9007199254740993', id="2^53 + 1"),
        pytest.param(b'"training:t1"', b'"training:t2"', id="another event's stream"),
        pytest.param(b"training-failed/v1", b"training-failed/v2", id="an unknown kind"),
        pytest.param(b"training-failed/v1", b"training-started/v1", id="another kind"),
        pytest.param(b'"kind":"training-failed/v1",', b"", id="no kind"),
        pytest.param(b"Z", b"Z\\n", id="a line end after the time"),
        pytest.param(b'"r"}}', b'"r"}}\n', id="a line end after it"),
        pytest.param(b'"r"}}', b'"r"}}{}', id="more after it"),
        pytest.param(b'"r"', b'"r","x":' + b"[" * 100_000, id="deep nesting"),
    ],
)
def test_every_other_spelling_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(LedgerBroken):
        REGISTRY.decode(_respelt(old, new))


def test_the_members_of_an_entry_come_in_one_order() -> None:
    swapped = RAW.replace(b'"training":"t1","reason":"r"', b'"reason":"r","training":"t1"')
    assert swapped != RAW
    with pytest.raises(LedgerBroken, match="not in canonical form"):
        REGISTRY.decode(swapped)


@pytest.mark.parametrize(
    "wrong",
    [
        digest("x").upper(),
        digest("x")[:-1],
        digest("x") + "0",
        digest("x") + "\n",
        "sha256:" + digest("x"),
        "",
    ],
)
def test_a_digest_has_one_spelling(wrong: str) -> None:
    made = entry(activated(previous=wrong))
    with pytest.raises(InvalidInput):
        REGISTRY.encode(made)
    raw = REGISTRY.encode(entry(activated(previous=digest("x"))))
    spelt = wrong.replace("\n", "\\n").encode()
    with pytest.raises(LedgerBroken):
        REGISTRY.decode(raw.replace(digest("x").encode(), spelt))


@pytest.mark.parametrize("wrong", ["nan", "inf", "+1", ".5", "1.", "1e5", "0x1", "1.0\n", "", " 1"])
def test_a_decimal_is_written_as_repr_writes_it(wrong: str) -> None:
    raw = next(raw for raw in map(REGISTRY.encode, map(entry, EXAMPLES)) if b'"loss":"1.25"' in raw)
    spelt = wrong.replace("\n", "\\n").encode()
    with pytest.raises(LedgerBroken):
        REGISTRY.decode(raw.replace(b'"loss":"1.25"', b'"loss":"' + spelt + b'"'))


class _Noted(Event, frozen=True):
    kind: ClassVar[str] = "noted/v1"
    text: str

    @property
    def stream(self) -> str:
        return "notes"


class _NotedBy(Event, frozen=True):
    kind: ClassVar[str] = "noted/v2"
    text: str
    author: str | None

    @property
    def stream(self) -> str:
        return "notes"


class _Remarked(Event, frozen=True):
    kind: ClassVar[str] = "remarked/v1"
    texts: tuple[str, ...]

    @property
    def stream(self) -> str:
        return "notes"


class _Nameless(Event, frozen=True):
    text: str


def _upcast(event: Any) -> Event:
    return _NotedBy(text=event.text, author=None)


OLD = Registry(
    (_Noted, _NotedBy, _Remarked),
    {_Noted: _upcast, _NotedBy: lambda event: _Remarked(texts=(event.text,))},
)


def test_an_outdated_event_is_upcast_step_by_step_and_its_bytes_stay() -> None:
    made = OLD.entry(_Noted(text="a"), stream_version=1, time=TIME, actor="anna")
    raw = OLD.encode(made)
    read = OLD.decode(raw)
    assert read.body == _Noted(text="a")
    assert OLD.current(read.body) == _Remarked(texts=("a",))
    assert OLD.current(_Remarked(texts=())) == _Remarked(texts=())
    assert OLD.encode(read) == raw


def test_a_kind_of_another_registry_is_unknown() -> None:
    raw = OLD.encode(OLD.entry(_Noted(text="a"), stream_version=1, time=TIME, actor="anna"))
    with pytest.raises(LedgerBroken, match="entry 7"):
        REGISTRY.decode(raw, where="entry 7")


@pytest.mark.parametrize("events", [(_Nameless,), (_Noted, _Nameless)])
def test_an_event_without_a_kind_of_its_own_is_refused(events: tuple[type[Event], ...]) -> None:
    with pytest.raises(InvalidInput):
        Registry(events)


def test_two_events_of_one_kind_are_refused() -> None:
    class Again(_Noted, frozen=True):
        pass

    with pytest.raises(InvalidInput):
        Registry((_Noted, Again))


@pytest.mark.parametrize("kind", ALL_EVENTS, ids=lambda kind: str(kind.kind))
@given(data=st.data())
def test_an_entry_is_recalled_as_it_is_read(kind: type[Event], data: st.DataObject) -> None:
    made = entry(data.draw(strategies.of_kind(kind)), data.draw(st.integers(1, 2**53)))
    (recalled,) = REGISTRY.recall([REGISTRY.encode(made)])
    assert isinstance(recalled.body, kind)
    assert (recalled.kind, recalled.body.stream) == (kind.kind, made.stream)
    assert repr(recalled) == repr(made)


@given(st.binary(max_size=80))
def test_arbitrary_bytes_are_not_recalled(raw: bytes) -> None:
    with pytest.raises(LedgerBroken):
        REGISTRY.recall([raw])


@pytest.mark.parametrize("wrong", [b'"stream_version":"1"', b'"stream_version":1,"more":2'])
def test_a_recalled_entry_still_has_known_fields_of_the_right_types(wrong: bytes) -> None:
    with pytest.raises(LedgerBroken):
        REGISTRY.recall([_respelt(b'"stream_version":1', wrong)])


@given(strategies.EVENTS, st.sets(st.sampled_from(ALL_EVENTS)))
def test_entries_of_other_kinds_are_passed_by_and_no_wanted_one(
    event: Event, wanted: set[type[Event]]
) -> None:
    raw = REGISTRY.encode(entry(event))
    assert REGISTRY.passes_by(wanted)(raw) == (type(event) not in wanted)


@pytest.mark.parametrize(
    "raw", [b"", b"{}", RAW[1:], b" " + RAW, RAW.replace(b"failed/v1", b"failed/v9")]
)
def test_what_is_no_entry_of_a_known_kind_is_never_passed_by(raw: bytes) -> None:
    assert not REGISTRY.passes_by(())(raw)


def test_an_outdated_entry_is_read_as_one_of_today_in_the_same_envelope() -> None:
    made = OLD.entry(_Noted(text="a"), stream_version=3, time=TIME, actor="anna")
    read = OLD.read(OLD.encode(made))
    assert read.body == _Remarked(texts=("a",))
    assert (read.kind, read.stream, read.stream_version) == ("remarked/v1", "notes", 3)
    assert (read.time, read.actor) == (TIME, "anna")
