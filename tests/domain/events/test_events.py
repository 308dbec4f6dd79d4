"""What every event keeps to, and the exact bytes of one entry of every kind."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from msgspec import inspect

import strategies
from builders import EXAMPLES, entry
from oneseek.domain import events
from oneseek.domain.events import ALL_EVENTS, Event
from oneseek.domain.registry import REGISTRY

GOLDENS = Path(__file__).parents[2] / "goldens" / "entries-v1.jsonl"


def test_released_entries_are_still_written_and_read_byte_for_byte() -> None:
    """One line per kind. A line of a released format never changes; a new kind adds a line."""
    lines = GOLDENS.read_bytes().splitlines()
    assert [REGISTRY.encode(entry(event)) for event in EXAMPLES] == lines
    assert [REGISTRY.decode(line).body for line in lines] == list(EXAMPLES)


def test_there_is_an_example_of_every_kind() -> None:
    assert sorted(type(event).kind for event in EXAMPLES) == sorted(REGISTRY.kinds)


@pytest.mark.parametrize("kind", ALL_EVENTS, ids=lambda kind: str(kind.kind))
def test_a_kind_is_the_name_of_its_class_with_a_version(kind: type[Event]) -> None:
    words = re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()
    assert re.fullmatch(rf"{words}/v[1-9][0-9]*", kind.kind)
    assert kind.__name__ in events.__all__


@pytest.mark.parametrize("kind", ALL_EVENTS, ids=lambda kind: str(kind.kind))
def test_no_member_has_a_default_or_is_a_float(kind: type[Event]) -> None:
    """A default would change old events when it changes; writers disagree about floats."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    assert all(field.required for field in info.fields)
    assert "FloatType" not in repr(info)
    assert info.forbid_unknown_fields


@given(strategies.EVENTS)
def test_a_stream_is_a_kind_of_thing_or_names_one(event: Event) -> None:
    assert re.match(
        r"(ledger|registry|index|audit|objects)\Z|"
        r"(base|dataset|training|line|version|query|projection|legacy|backup):",
        event.stream,
    )


def test_the_base_of_events_belongs_to_no_stream() -> None:
    with pytest.raises(NotImplementedError):
        assert Event().stream
