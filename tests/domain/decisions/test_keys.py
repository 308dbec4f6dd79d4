"""Who may be announced and retired, and when a machine must not sign."""

import pytest

from builders import ORIGIN, entries
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.keys import add_key, find_key, name_of, require_may_sign, retire_key
from oneseek.domain.errors import Conflict, InvalidInput, NotFound
from oneseek.domain.events import Event, KeyAdded, KeyRetired
from oneseek.domain.note.signed_note import VerifierKey, key_id
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState


def key(letter: str, name: str = ORIGIN, algorithm: int = 1) -> VerifierKey:
    public = letter.encode() * 32
    return VerifierKey(name, key_id(name, algorithm, public), algorithm, public)


A, B, C = key("a"), key("b"), key("c")


def state(*events: Event) -> DictState:
    made = DictState()
    for index, entry in enumerate(entries(events)):
        apply(made, index, entry)
    return made


def added(item: VerifierKey) -> KeyAdded:
    return KeyAdded(purpose="checkpoint", verifier=str(item))


def retired(item: VerifierKey) -> KeyRetired:
    return KeyRetired(verifier=str(item), purpose="checkpoint", reason="sold")


def test_a_new_key_is_announced() -> None:
    decision = add_key(state(added(A)), ORIGIN, B)
    assert decision == Decision((added(B),), frozenset({"ledger"}))


@pytest.mark.parametrize(
    ("item", "says"),
    [(key("b", "other.test/log"), "is named other.test/log"), (key("b", algorithm=4), "no key")],
)
def test_what_cannot_sign_checkpoints_of_this_log_is_refused(item: VerifierKey, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        add_key(state(added(A)), ORIGIN, item)


def test_a_key_is_announced_once() -> None:
    with pytest.raises(Conflict, match=r"was announced by entry 1\Z"):
        add_key(state(added(A), added(B)), ORIGIN, B)
    with pytest.raises(Conflict, match="by entry 1 and retired by entry 2") as refused:
        add_key(state(added(A), added(B), retired(B)), ORIGIN, B)
    assert "stays retired" in str(refused.value.hint)


def test_two_keys_with_one_id_cannot_be_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    with_a = state(added(A))
    object.__setattr__(twin := key("t"), "key_id", A.key_id)
    with pytest.raises(Conflict, match="another key of this log has the ID"):
        add_key(with_a, ORIGIN, twin)


@pytest.mark.parametrize("text", [str(B), name_of(B)])
def test_a_key_is_retired_by_its_id_or_as_a_whole(text: str) -> None:
    decision = retire_key(state(added(A), added(B)), text, "sold", A)
    assert decision == Decision((retired(B),), frozenset({"ledger"}))


def test_a_name_that_several_carry_means_none_of_them() -> None:
    two = state(added(A), added(B))
    with pytest.raises(NotFound, match="2 keys of this ledger"):
        find_key(two, ORIGIN)
    with pytest.raises(NotFound, match="no key of this ledger"):
        find_key(two, "0badcafe")
    with pytest.raises(NotFound):
        find_key(two, "")
    assert find_key(state(added(A)), ORIGIN).key == A


def test_the_last_key_and_the_own_key_stay() -> None:
    with pytest.raises(Conflict, match="only key that may sign"):
        retire_key(state(added(A)), str(A), "x", A)
    with pytest.raises(Conflict, match="only key that may sign"):
        retire_key(state(added(A), added(B), retired(B)), str(A), "x", A)
    with pytest.raises(Conflict, match="no key signs its own retirement"):
        retire_key(state(added(A), added(B)), str(A), "x", A)
    with pytest.raises(Conflict, match="was retired by entry 2"):
        retire_key(state(added(A), added(B), retired(B)), str(B), "x", A)


def test_a_machine_signs_with_a_pinned_or_announced_key_only() -> None:
    require_may_sign(state(), (A,), A, 2)  # the opening of a ledger
    known = state(added(A), added(A), added(B))
    require_may_sign(known, (A,), B, 4)
    with pytest.raises(Conflict, match="nothing was recorded") as refused:
        require_may_sign(known, (A,), C, 4)
    assert f"oneseek keys add {C}" in str(refused.value.hint)
    with pytest.raises(Conflict, match="is not a key of this ledger"):
        require_may_sign(known, (A,), B, 3)  # the tree that ends with its own announcement


def test_a_retired_machine_does_not_sign() -> None:
    gone = state(added(A), added(A), added(B), retired(B), retired(A))
    for own in (A, B):
        with pytest.raises(Conflict, match="was retired by entry"):
            require_may_sign(gone, (A,), own, 6)
