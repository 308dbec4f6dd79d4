"""Activations, withdrawals, resets and restorations."""

from msgspec.structs import replace

import builders as make
from bundles.made import CHILD, PARENT
from bundles.row import bad, good, lie, with_events
from bundles.stories import without
from bundles.story import Story, at, foreign, whole
from oneseek.domain import events as e
from oneseek.domain.events import Event


@bad("an activation of a version before it was certified is refused")
def _() -> bytes:
    def swap(events: list[Event]) -> None:
        second = [i for i, x in enumerate(events) if isinstance(x, e.VersionActivated)][1]
        events.insert(second - 3, events.pop(second))

    return with_events(swap)


@bad("an activation of a withdrawn version is refused")
def _() -> bytes:
    def edit(events: list[Event]) -> None:
        events += [PARENT.restored(), PARENT.activated(CHILD)]

    return with_events(edit)


@bad("an activation of a version that a reset removed is refused")
def _() -> bytes:
    return without(e.VersionRestored, CHILD)


@bad("an activation that names another predecessor is refused")
def _() -> bytes:
    return lie(e.VersionActivated, 1, previous=None)


@bad("an activation under another name is refused")
def _() -> bytes:
    return lie(e.VersionActivated, 1, dna=PARENT.dna)


@bad("an activation that is left out shows in the next one")
def _() -> bytes:
    story = Story()
    hidden = story.events[at(e.VersionActivated, story)]
    story.tells = lambda event: not foreign(event) and event is not hidden
    return story.bundle()


@bad("a withdrawal that contradicts what was active is refused")
def _() -> bytes:
    return lie(e.VersionWithdrawn, 0, was_active=True)


@bad("a withdrawal of what was withdrawn is refused")
def _() -> bytes:
    return with_events(lambda events: events.append(PARENT.withdrawn()))


@bad("a reset that contradicts what was active is refused")
def _() -> bytes:
    return lie(e.RegistryReset, 0, active=None)


@bad("a restoration of what no reset removed is refused")
def _() -> bytes:
    return with_events(lambda events: events.append(CHILD.restored()))


@good("a reset before the version was certified has no place, and is not told")
def _() -> bytes:
    events = whole()
    reset: Event = replace(make.registry_reset(), reason="before")
    events.insert(5, reset)
    return Story(events, tells=lambda x: not foreign(x) and x is not reset).bundle()


@bad("a reset before the version was certified is foreign")
def _() -> bytes:
    events = whole()
    events.insert(5, replace(make.registry_reset(), reason="before"))
    return Story(events).bundle()


@good("a withdrawal of the active version leaves nothing active")
def _() -> bytes:
    return with_events(lambda events: events.append(CHILD.withdrawn(was_active=True)))
