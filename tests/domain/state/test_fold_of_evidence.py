"""The documents of model keys, signatures, reproductions and the logged index."""

from builders import (
    certified,
    digest,
    entries,
    index_logged,
    manifest,
    model_key_added,
    model_key_retired,
    opened,
    reproduced,
    signed,
)
from oneseek.domain.events import Event
from oneseek.domain.state import documents as doc
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState

KEY = digest("model key")


def folded(*events: Event) -> DictState:
    state = DictState()
    for index, item in enumerate(entries(events)):
        apply(state, index, item)
    return state


def test_a_model_key_is_known_from_its_announcement_until_its_retirement() -> None:
    state = folded(opened(), model_key_added(), model_key_retired())
    assert state.get(doc.ModelKey, KEY) == doc.ModelKey(
        key=KEY,
        algorithm="ecdsa-p256-sha256",
        public_key="MFkw",
        added=1,
        retired=2,
        reason="rotated",
    )


def test_announcing_a_retired_model_key_again_does_not_bring_it_back() -> None:
    state = folded(model_key_added(), model_key_retired(), model_key_added(), model_key_retired())
    key = state.get(doc.ModelKey, KEY)
    assert key is not None
    assert (key.added, key.retired) == (0, 1)


def test_retiring_an_unknown_model_key_leaves_nothing() -> None:
    assert list(folded(model_key_retired()).scan(doc.ModelKey)) == []


def test_the_newest_signature_and_reproduction_of_a_version_are_kept() -> None:
    state = folded(
        certified(), signed(signature="old"), signed(signature="new"), reproduced(),
        reproduced(verdict="different"),
    )  # fmt: skip
    signature = state.get(doc.Signature, manifest())
    assert signature is not None
    assert (signature.signature, signature.key, signature.index) == (digest("new"), KEY, 2)
    found = state.get(doc.Reproduction, manifest())
    assert found is not None
    assert (found.verdict, found.index) == ("different", 4)


def test_the_logged_index_is_the_one_logged_last() -> None:
    state = folded(opened(), index_logged(1), index_logged(2))
    assert state.get(doc.LoggedIndex, doc.LOGGED_INDEX_KEY) == doc.LoggedIndex(
        index=2, size=2, root=digest("map of 2")
    )
