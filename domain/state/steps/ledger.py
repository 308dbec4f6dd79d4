"""What the ledger says of itself: its fold, its keys, its index."""

from msgspec.structs import replace

from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    IndexLogged,
    KeyAdded,
    KeyRetired,
    LedgerOpened,
    ModelKeyAdded,
    ModelKeyRetired,
)
from oneseek.domain.state import documents as doc
from oneseek.domain.state.steps.step import FOLD_VERSION, Steps
from oneseek.domain.state.store import State


def _opened(state: State, _: int, __: Entry, ___: LedgerOpened) -> None:
    state.put(doc.FOLD_KEY, doc.Fold(version=FOLD_VERSION))


def _key_added(state: State, index: int, _: Entry, event: KeyAdded) -> None:
    name = doc.key_of(event.purpose, event.verifier)
    # Announced once: a second announcement neither moves the first nor undoes a retirement.
    if state.get(doc.Key, name) is None:
        state.put(
            name,
            doc.Key(
                purpose=event.purpose,
                verifier=event.verifier,
                added=index,
                retired=None,
                reason=None,
            ),
        )


def _key_retired(state: State, index: int, _: Entry, event: KeyRetired) -> None:
    name = doc.key_of(event.purpose, event.verifier)
    key = state.get(doc.Key, name)
    if key is not None and key.retired is None:
        state.put(name, replace(key, retired=index, reason=event.reason))


def _model_key_added(state: State, index: int, _: Entry, event: ModelKeyAdded) -> None:
    # As with every key: a second announcement does not undo a retirement.
    if state.get(doc.ModelKey, event.key) is None:
        state.put(
            event.key,
            doc.ModelKey(
                key=event.key,
                algorithm=event.algorithm,
                public_key=event.public_key,
                added=index,
                retired=None,
                reason=None,
            ),
        )


def _model_key_retired(state: State, index: int, _: Entry, event: ModelKeyRetired) -> None:
    key = state.get(doc.ModelKey, event.key)
    if key is not None and key.retired is None:
        state.put(event.key, replace(key, retired=index, reason=event.reason))


def _index_logged(state: State, index: int, _: Entry, event: IndexLogged) -> None:
    logged = doc.LoggedIndex(index=index, size=event.size, root=event.root)
    state.put(doc.LOGGED_INDEX_KEY, logged)


STEPS: Steps = {
    LedgerOpened: _opened,
    KeyAdded: _key_added,
    KeyRetired: _key_retired,
    ModelKeyAdded: _model_key_added,
    ModelKeyRetired: _model_key_retired,
    IndexLogged: _index_logged,
}
