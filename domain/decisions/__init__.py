"""Decisions: state and command in, events or a named error out. No clock, no disk.

A decision reads the state documents and returns the events that are to happen; whoever called it
appends them, naming the streams that were read. Repeating a decision that is already in force
returns no events: it is harmless.
"""

from dataclasses import dataclass, field

from oneseek.domain.events import Event
from oneseek.domain.many import Group


@dataclass(frozen=True, slots=True)
class Decision:
    """The events to append and the streams that were read besides those of the events."""

    events: Group[Event] = ()
    reads: frozenset[str] = field(default_factory=frozenset)
    time: str | None = None
    """The envelope time, where the decision is bound to one; None: the moment of appending."""
