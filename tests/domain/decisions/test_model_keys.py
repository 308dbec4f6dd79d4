"""Which keys may sign versions."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec.structs import replace

from builders import certified, digest, dna, entry, model_key_added, model_key_retired, signed
from oneseek.domain.decisions.model_keys import (
    announced,
    find_model_key,
    is_signed,
    require_signable,
    retire_model_key,
    rotate_model_key,
)
from oneseek.domain.digest import sha256
from oneseek.domain.errors import Conflict, InvalidInput, NotFound
from oneseek.domain.events import Event, ModelKeyAdded, ModelKeyRetired, VersionWithdrawn
from oneseek.domain.state.documents import Version
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState


def public_key(number: int) -> bytes:
    return (
        ec.derive_private_key(number, ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )


OLD, NEW = public_key(7), public_key(8)
TO_SIGN = "retired by entry 1"


def state_after(*events: Event) -> DictState:
    state = DictState()
    for index, event in enumerate(events):
        apply(state, index, entry(event))
    return state


def added(public: bytes) -> ModelKeyAdded:
    (event,) = announced(DictState(), public)
    assert isinstance(event, ModelKeyAdded)
    return event


def test_a_key_is_announced_once() -> None:
    assert added(OLD).key == sha256(OLD)
    assert announced(state_after(added(OLD)), OLD) == ()


def test_a_retired_key_is_not_announced_again() -> None:
    state = state_after(added(OLD), ModelKeyRetired(key=sha256(OLD), reason="lost"))
    with pytest.raises(Conflict, match=TO_SIGN):
        announced(state, OLD)
    with pytest.raises(InvalidInput):
        announced(state, b"no key")


def test_a_rotation_announces_and_retires_in_one_group() -> None:
    decision = rotate_model_key(state_after(added(OLD)), OLD, NEW, "yearly")
    assert decision.events == (added(NEW), ModelKeyRetired(key=sha256(OLD), reason="yearly"))
    assert decision.reads == {"ledger"}


def test_a_rotation_that_was_done_is_not_done_again() -> None:
    retired = ModelKeyRetired(key=sha256(OLD), reason="yearly")
    state = state_after(added(OLD), retired, added(NEW))
    assert rotate_model_key(state, OLD, NEW, "yearly").events == ()
    assert rotate_model_key(DictState(), OLD, NEW, "yearly").events == (added(NEW),)


def test_a_key_is_retired_by_the_beginning_of_its_digest() -> None:
    state = state_after(model_key_added())
    name = digest("model key")
    assert retire_model_key(state, name[:8], "sold").events == (
        ModelKeyRetired(key=name, reason="sold"),
    )
    with pytest.raises(Conflict, match=TO_SIGN):
        retire_model_key(state_after(model_key_added(), model_key_retired()), name, "sold")


def test_a_key_is_found_by_a_beginning_that_is_long_enough_and_its_own() -> None:
    state = state_after(model_key_added())
    other = replace(model_key_added(), key=digest("model key")[:10] + "0" * 54)
    assert find_model_key(state, digest("model key")).added == 0
    for text in ("", digest("model key")[:3], "0000"):
        with pytest.raises(NotFound):
            find_model_key(state, text)
    with pytest.raises(InvalidInput, match="2 model keys"):
        find_model_key(state_after(model_key_added(), other), digest("model key")[:8])


def version_of(state: DictState) -> Version:
    version = state.get(Version, dna())
    assert version is not None
    return version


def test_a_version_is_signed_while_its_key_is_in_force() -> None:
    events = (certified(), model_key_added(), signed())
    for shown, is_it in ((1, False), (2, False), (3, True)):
        state = state_after(*events[:shown])
        assert is_signed(state, version_of(state)) is is_it
    state = state_after(*events, model_key_retired())
    assert not is_signed(state, version_of(state))
    state = state_after(certified(), signed())  # by a key that nobody announced
    assert not is_signed(state, version_of(state))


def test_a_withdrawn_version_is_not_signed() -> None:
    withdrawn = VersionWithdrawn(
        manifest=certified().manifest, dna=dna(), reason="wrong", was_active=False
    )
    require_signable(version_of(state_after(certified())))
    with pytest.raises(Conflict, match="withdrawn by entry 1"):
        require_signable(version_of(state_after(certified(), withdrawn)))
