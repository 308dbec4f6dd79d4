"""Which keys may be announced and retired, and whether a machine may sign with its own."""

from collections.abc import Collection

from oneseek.domain.decisions import Decision
from oneseek.domain.errors import Conflict, InvalidInput, NotFound
from oneseek.domain.events import KeyAdded, KeyRetired
from oneseek.domain.keys import CHECKPOINT, Announcement, announcements, key_ring
from oneseek.domain.note.signed_note import ALGORITHM_ED25519, VerifierKey
from oneseek.domain.state.documents import Key, key_of
from oneseek.domain.state.store import Reading

_LEDGER = frozenset({"ledger"})
_LIST = "see them with: oneseek keys list"


def add_key(state: Reading, origin: str, key: VerifierKey) -> Decision:
    """Announce ``key``: its machine may sign checkpoints from the next entry on.

    Raises:
        InvalidInput: it is not an Ed25519 key, or its name is not the log's.
        Conflict: it was announced already, or another key has its ID.
    """
    if key.algorithm != ALGORITHM_ED25519:
        raise InvalidInput(f"{key} is no key that signs checkpoints", hint="it must be Ed25519")
    if key.name != origin:
        raise InvalidInput(
            f"the key is named {key.name}, this log is {origin}",
            hint="a key carries the name of its log: oneseek init --join makes one that does",
        )
    known = state.get(Key, key_of(CHECKPOINT, str(key)))
    if known is not None:
        raise Conflict(
            f"the key {name_of(key)} was announced by entry {known.added}"
            + (f" and retired by entry {known.retired}" if known.retired is not None else ""),
            hint=_LIST if known.retired is None else "a retired key stays retired: make a new one",
        )
    if any(item.key.key_id == key.key_id for item in announcements(state, origin)):
        raise Conflict(f"another key of this log has the ID {name_of(key)}", hint="make a new key")
    return Decision((KeyAdded(purpose=CHECKPOINT, verifier=str(key)),), _LEDGER)


def retire_key(state: Reading, text: str, reason: str, own: VerifierKey) -> Decision:
    """Retire the key that ``text`` names: by its ID, the whole key, or the log's name.

    Raises:
        NotFound: no such key was announced, or ``text`` names several.
        Conflict: it is retired already, the only one that may sign, or that of this machine.
    """
    found = find_key(state, text)
    if found.retired is not None:
        raise Conflict(f"the key {name_of(found.key)} was retired by entry {found.retired}")
    if not [item for item in _in_force(state) if item.key != found.key]:
        raise Conflict(
            f"{name_of(found.key)} is the only key that may sign: without it nobody could write",
            hint="replace it: oneseek keys rotate; or announce another machine's: oneseek keys add",
        )
    if found.key == own:
        # Its checkpoint would be the first that it must not sign.
        raise Conflict(
            f"{name_of(own)} is the key of this machine: no key signs its own retirement",
            hint="replace it: oneseek keys rotate; or run this on another machine that may write",
        )
    event = KeyRetired(verifier=str(found.key), purpose=CHECKPOINT, reason=reason)
    return Decision((event,), _LEDGER)


def find_key(state: Reading, text: str) -> Announcement:
    """Return the announced key that ``text`` names.

    Raises:
        NotFound: none is named so, or several are.
    """
    announced = announcements(state)
    found = [item for item in announced if text in (str(item.key), name_of(item.key))]
    found = found or [item for item in announced if text == item.key.name]
    if len(found) != 1:
        how_many = "no key" if not found else f"{len(found)} keys"
        raise NotFound(f"{how_many} of this ledger named {text!r}", hint=_LIST)
    return found[0]


def require_may_sign(
    state: Reading, pinned: Collection[VerifierKey], own: VerifierKey, size: int
) -> None:
    """Refuse to write with a key that may not sign the tree of ``size`` entries.

    ``state`` is believed; whether its entries are vouched for is asked elsewhere.

    Raises:
        Conflict: ``own`` was retired, or nobody announced it.
    """
    announced = announcements(state)
    if own in key_ring(pinned, announced, size).at(size):
        return
    retired = next((item.retired for item in announced if item.key == own), None)
    if retired is not None:
        raise Conflict(
            f"the key {name_of(own)} of this machine was retired by entry {retired}; "
            "nothing was recorded",
            hint="join again in another folder, and have the new key announced: oneseek keys add",
        )
    raise Conflict(
        f"the key {name_of(own)} of this machine is not a key of this ledger; nothing was recorded",
        hint=f"on a machine that may write: oneseek keys add {own}   (or, if another key was here, "
        "put that back from your safe copy)",
    )


def name_of(key: VerifierKey) -> str:
    """Return the ID that tells the keys of one log apart, 8 hexadecimal digits."""
    return f"{key.key_id:08x}"


def _in_force(state: Reading) -> list[Announcement]:
    return [item for item in announcements(state) if item.retired is None]
