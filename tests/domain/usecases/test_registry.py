"""Activation, withdrawal, reset and restore on a real ledger, also when two decide at once."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from builders import digest
from oneseek.domain.errors import Conflict, FoundDamage, InvalidInput, NotFound
from oneseek.domain.events import (
    RegistryReset,
    VersionActivated,
    VersionRestored,
    VersionWithdrawn,
)
from oneseek.domain.ports import View
from oneseek.domain.projections.difference import Actual, Difference
from oneseek.domain.state.documents import RegistryState, Version, stands
from oneseek.domain.state.registry import registry_state
from oneseek.domain.usecases.registry import activate, withdraw
from oneseek.domain.usecases.reset import reset
from oneseek.domain.usecases.restore_version import record_version
from workbench import Workbench

LISTING = {
    "v": Actual("dir", None, None, 0o755),
    "v/b": Actual("file", digest("b"), None, 0o444),
    "a": Actual("link", None, "v", 0o777),
}


def intact(_: View, __: Version) -> list[Difference]:
    return []


def listing() -> Mapping[str, Actual]:
    return LISTING


def state(bench: Workbench) -> RegistryState:
    with bench.ledger.view() as view:
        return registry_state(view)


@pytest.fixture
def bench(stocked: Workbench) -> Workbench:
    return stocked


@pytest.fixture
def versions(bench: Workbench) -> list[str]:
    """The DNA names of two certified versions."""
    with bench.ledger.view() as view:
        return [name for name, _ in view.scan(Version)]


def test_a_version_is_activated_by_any_of_its_names(bench: Workbench, versions: list[str]) -> None:
    version, receipt = activate(bench.ports, "1.0", intact)
    assert receipt is not None
    assert version.dna == versions[0] == state(bench).active
    assert state(bench).since == receipt.indices[0]
    assert bench.events()[-1] == VersionActivated(
        manifest=version.manifest, dna=version.dna, previous=None
    )


def test_the_next_activation_names_the_one_before(bench: Workbench, versions: list[str]) -> None:
    first, _ = activate(bench.ports, versions[0], intact)
    activate(bench.ports, versions[1], intact)
    event = bench.events()[-1]
    assert isinstance(event, VersionActivated)
    assert event.previous == first.manifest


def test_activating_what_is_active_changes_nothing(bench: Workbench, versions: list[str]) -> None:
    activate(bench.ports, versions[0], intact)
    size = bench.ledger.head().size
    version, receipt = activate(bench.ports, "current", intact)
    assert (version.dna, receipt) == (versions[0], None)
    assert bench.ledger.head().size == size


def test_a_damaged_version_is_not_activated(bench: Workbench, versions: list[str]) -> None:
    found = [
        Difference("changed", f"{versions[0]}/adapter_model.safetensors", "sha256:a", "sha256:b"),
        Difference("missing", f"{versions[0]}/README.md", "sha256:c", "absent"),
    ]
    with pytest.raises(FoundDamage, match=r"safetensors is changed .*, and 1 more") as caught:
        activate(bench.ports, versions[0], lambda *_: found)
    assert caught.value.hint
    assert state(bench).active is None


def test_an_unknown_version_is_not_activated(bench: Workbench, versions: list[str]) -> None:
    with pytest.raises(NotFound):
        activate(bench.ports, "9.0", intact)
    with pytest.raises(InvalidInput):
        activate(bench.ports, "OneSeek", intact)
    assert state(bench).active is None


def test_a_withdrawn_version_never_answers_again(bench: Workbench, versions: list[str]) -> None:
    activate(bench.ports, versions[0], intact)
    version, receipt = withdraw(bench.ports, versions[0], "wrong data")
    assert receipt is not None
    assert bench.events()[-1] == VersionWithdrawn(
        manifest=version.manifest, dna=version.dna, reason="wrong data", was_active=True
    )
    assert state(bench).active is None
    with pytest.raises(Conflict, match="withdrawn"):
        activate(bench.ports, versions[0], intact)
    assert withdraw(bench.ports, versions[0], "again")[1] is None


def test_a_reset_records_what_was_there_and_can_be_undone_version_by_version(
    bench: Workbench, versions: list[str]
) -> None:
    activate(bench.ports, versions[0], intact)
    receipt = reset(bench.ports, word="RESET", reason="börja om", inventory=listing)
    event = bench.events()[-1]
    assert isinstance(event, RegistryReset)
    assert (event.reason, event.versions, event.files) == ("börja om", 2, 2)
    assert event.active == bench.version(versions[0]).manifest
    assert json.loads(bench.objects.read(event.inventory)) == {
        "active": versions[0],
        "versions": sorted(versions),
        "files": [
            {"path": "a", "kind": "link", "sha256": None, "target": "v"},
            {"path": "v/b", "kind": "file", "sha256": digest("b"), "target": None},
        ],
    }
    now = state(bench)
    assert (now.active, now.last_reset, now.resets) == (None, receipt.indices[0], 1)
    with pytest.raises(Conflict, match="removed by the reset"):
        activate(bench.ports, versions[1], intact)

    version = bench.version(versions[1])
    assert record_version(bench.ports, version, {}) == bench.ledger.head().size - 1
    assert bench.events()[-1] == VersionRestored(manifest=version.manifest, dna=version.dna)
    assert stands(bench.version(versions[1]), state(bench))
    assert not stands(bench.version(versions[0]), state(bench))
    activate(bench.ports, versions[1], intact)
    assert record_version(bench.ports, version, {}) is None
    assert bench.audit().findings == ()


@pytest.mark.parametrize("word", ["", "reset", "RESET ", "Reset", "YES"])
def test_a_reset_needs_the_word(bench: Workbench, word: str) -> None:
    def never() -> Mapping[str, Actual]:
        raise AssertionError("nothing may be looked at before the word was given")

    with pytest.raises(InvalidInput, match="RESET"):
        reset(bench.ports, word=word, reason="", inventory=never)
    assert state(bench).resets == 0


def test_an_empty_tree_may_be_reset_again(bench: Workbench, versions: list[str]) -> None:
    reset(bench.ports, word="RESET", reason="one", inventory=listing)
    reset(bench.ports, word="RESET", reason="two", inventory=dict)
    event = bench.events()[-1]
    assert isinstance(event, RegistryReset)
    assert (event.versions, event.files, event.active) == (0, 0, None)
    assert state(bench).resets == 2


VERBS: dict[str, Any] = {
    "activate": lambda ports, dna: activate(ports, dna, intact),
    "withdraw": lambda ports, dna: withdraw(ports, dna, "why"),
    "reset": lambda ports, dna: reset(ports, word="RESET", reason="why", inventory=listing),
}


@pytest.mark.parametrize("rival", ["withdraw", "reset"])
def test_an_activation_that_was_decided_on_an_old_view_is_decided_again(
    bench: Workbench, versions: list[str], rival: str
) -> None:
    """Between reading and writing, somebody else makes this version unfit to be active."""
    interfered = False

    def inspect(_: View, __: Version) -> list[Difference]:
        nonlocal interfered
        if not interfered:
            interfered = True
            VERBS[rival](bench.as_actor("bo"), versions[0])
        return []

    with pytest.raises(Conflict, match=r"withdrawn|removed"):
        activate(bench.ports, versions[0], inspect)
    assert interfered
    assert state(bench).active is None
    assert bench.audit().findings == ()


def test_of_two_activations_at_once_the_later_names_the_earlier(
    bench: Workbench, versions: list[str]
) -> None:
    left = 1

    def inspect(_: View, version: Version) -> list[Difference]:
        nonlocal left
        if left:
            left -= 1
            activate(bench.as_actor("bo"), versions[1], intact)
        return []

    activate(bench.ports, versions[0], inspect)
    rival, ours = bench.events()[-2:]
    assert isinstance(rival, VersionActivated)
    assert isinstance(ours, VersionActivated)
    assert (rival.dna, ours.dna) == (versions[1], versions[0])
    assert ours.previous == rival.manifest
