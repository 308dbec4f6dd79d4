"""What may be active, as a table: history and command in, events or a named error out."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from builders import (
    OLD_DNA,
    activated,
    certified,
    digest,
    dna,
    entries,
    manifest,
    registry_reset,
    restored,
    withdrawn,
)  # fmt: skip
from builders import imported as old
from oneseek.domain.decisions import Decision, registry
from oneseek.domain.errors import Conflict
from oneseek.domain.events import Event
from oneseek.domain.state.documents import Version, stands
from oneseek.domain.state.fold import apply
from oneseek.domain.state.registry import registry_state
from oneseek.domain.state.store import DictState

BOTH = (certified(1), certified(2))


def folded(*history: Event) -> DictState:
    state = DictState()
    for index, item in enumerate(entries(history)):
        apply(state, index, item)
    return state


def version(state: DictState, major: int) -> Version:
    found = state.get(Version, dna(major))
    assert found is not None
    return found


def activate(*history: Event) -> Decision:
    state = folded(*BOTH, *history)
    return registry.activate(state, version(state, 1))


def withdraw(*history: Event) -> Decision:
    state = folded(*BOTH, *history)
    return registry.withdraw(state, version(state, 1), "wrong data")


def restore(*history: Event) -> Decision:
    state = folded(*BOTH, *history)
    return registry.restore(state, version(state, 1))


def reset(*history: Event) -> Decision:
    state = folded(*BOTH, *history)
    return registry.reset(
        state, reason="start again", inventory=digest("inventory"), versions=1, files=9
    )


@pytest.mark.parametrize(
    ("decide", "history", "events"),
    [
        pytest.param(activate, (), (activated(1),), id="the first activation"),
        pytest.param(
            activate,
            (activated(2),),
            (activated(1, previous=manifest(2)),),
            id="another was active",
        ),
        pytest.param(activate, (activated(1),), (), id="activating what is active"),
        pytest.param(
            activate,
            (registry_reset(), restored(1)),
            (activated(1),),
            id="activating a restored one",
        ),
        pytest.param(withdraw, (), (withdrawn(1),), id="withdrawing what is not active"),
        pytest.param(
            withdraw,
            (activated(1),),
            (withdrawn(1, was_active=True),),
            id="withdrawing the active one",
        ),
        pytest.param(withdraw, (withdrawn(1),), (), id="withdrawing what was withdrawn"),
        pytest.param(
            withdraw, (registry_reset(),), (withdrawn(1),), id="withdrawing after a reset"
        ),
        pytest.param(restore, (registry_reset(),), (restored(1),), id="restoring after a reset"),
        pytest.param(restore, (), (), id="restoring what stands"),
        pytest.param(restore, (registry_reset(), restored(1)), (), id="restoring twice"),
        pytest.param(
            restore,
            (withdrawn(1), registry_reset()),
            (restored(1),),
            id="restoring a withdrawn one",
        ),
        pytest.param(reset, (), (registry_reset(),), id="resetting with nothing active"),
        pytest.param(
            reset,
            (activated(1),),
            (registry_reset(active=manifest(1)),),
            id="resetting the active one",
        ),
        pytest.param(reset, (registry_reset(),), (registry_reset(),), id="resetting twice"),
    ],
)
def test_the_decision_is(
    decide: Callable[..., Decision], history: tuple[Event, ...], events: tuple[Event, ...]
) -> None:
    decision = decide(*history)
    assert decision.events == events
    assert decision.reads == {"registry"}
    assert decision.time is None


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        pytest.param((withdrawn(1),), "withdrawn by entry 2", id="a withdrawn version"),
        pytest.param((registry_reset(),), "reset of entry 2", id="a version that was reset away"),
        pytest.param(
            (withdrawn(1), registry_reset(), restored(1)),
            "withdrawn",
            id="withdrawn, then restored",
        ),
        pytest.param(
            (registry_reset(), restored(2)), "reset", id="when only another one was restored"
        ),
    ],
)
def test_it_is_refused_to_activate(history: tuple[Event, ...], reason: str) -> None:
    with pytest.raises(Conflict, match=reason) as caught:
        activate(*history)
    assert caught.value.hint == (
        "a withdrawn version never answers again: activate another one"
        if "withdrawn" in caught.value.message
        else f"bring it back first: oneseek restore {dna(1)}"
    )


COMMANDS = st.lists(
    st.tuples(st.sampled_from(["activate", "withdraw", "restore", "reset"]), st.integers(1, 2)),
    max_size=20,
)


def decide(verb: str, state: DictState, found: Version) -> Decision:
    match verb:
        case "activate":
            return registry.activate(state, found)
        case "withdraw":
            return registry.withdraw(state, found, "why")
        case "restore":
            return registry.restore(state, found)
    return registry.reset(state, reason="why", inventory=digest("i"), versions=0, files=0)


@given(COMMANDS)
def test_whatever_is_decided_what_is_active_stands_and_was_not_withdrawn(
    commands: list[tuple[str, int]],
) -> None:
    history: list[Event] = list(BOTH)
    for verb, major in commands:
        state = folded(*history)
        found = version(state, major)
        try:
            history += decide(verb, state, found).events
        except Conflict:
            assert verb == "activate"
            assert found.withdrawn is not None or not stands(found, registry_state(state))
            continue
        state = folded(*history)
        check_effect(verb, major, state)
        after = registry_state(state)
        if after.active is not None:
            active = state.get(Version, after.active)
            assert active is not None
            assert active.withdrawn is None
            assert stands(active, after)


def check_effect(verb: str, major: int, state: DictState) -> None:
    after, found = registry_state(state), version(state, major)
    match verb:
        case "activate":
            assert after.active == dna(major)
        case "withdraw":
            assert found.withdrawn is not None
            assert after.active != dna(major)
        case "restore":
            assert stands(found, after)
        case "reset":
            assert after.active is None
            assert not any(stands(item, after) for _, item in state.scan(Version))


@pytest.mark.parametrize("event", [activated(), withdrawn(), restored(), registry_reset()])
def test_every_event_is_about_the_registry(event: Event) -> None:
    assert event.stream == "registry"


def imported(**facts: object) -> Version:
    state = DictState()
    apply(state, 0, entries([old(**facts)])[0])  # type: ignore[arg-type]
    found = state.get(Version, OLD_DNA)
    assert found is not None
    return found


def test_weights_that_are_no_adapter_never_answer() -> None:
    version = imported(form="tensors")
    with pytest.raises(Conflict, match="no adapter that can be applied"):
        registry.activate(DictState(), version)
    registry.require_applicable(imported())


def test_a_base_that_nobody_identified_is_asked_for() -> None:
    assert registry.known_base(imported(base=digest("tiny"))) == digest("tiny")
    with pytest.raises(Conflict, match="call it KB-Llama") as caught:
        registry.known_base(imported())
    assert "oneseek migrate base" in str(caught.value.hint)
    nameless = replace(imported(), base_name=None)
    with pytest.raises(Conflict, match=r"not identified$"):
        registry.known_base(nameless)
