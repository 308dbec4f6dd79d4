"""Which keys may sign versions: announcing, retiring and rotating them."""

from oneseek.domain.decisions import Decision
from oneseek.domain.errors import Conflict, InvalidInput, NotFound
from oneseek.domain.events import Event, ModelKeyAdded, ModelKeyRetired
from oneseek.domain.model_keys import ALGORITHM, as_text, key_digest, require_public_key
from oneseek.domain.state.documents import ModelKey, Signature, Version
from oneseek.domain.state.store import Reading, prefix_range

LEDGER = frozenset({"ledger"})
_LIST = "see them with: oneseek keys list"
_SHORTEST_PREFIX = 4
_SHOWN = 8


def model_key_name(key: str) -> str:
    """Return the beginning of a model key's digest that people call it by."""
    return key[:_SHOWN]


def announced(state: Reading, public: bytes) -> tuple[Event, ...]:
    """Return the announcement of a key that is to sign now, or nothing where it was announced.

    Raises:
        InvalidInput: ``public`` is no key on P-256.
        Conflict: it was retired.
    """
    require_public_key(public)
    digest = key_digest(public)
    known = state.get(ModelKey, digest)
    if known is None:
        return (ModelKeyAdded(key=digest, algorithm=ALGORITHM, public_key=as_text(public)),)
    if known.retired is not None:
        raise Conflict(
            f"the model key {model_key_name(digest)} of this machine was retired by entry "
            f"{known.retired}",
            hint="make a new one: oneseek keys rotate --purpose model --reason TEXT",
        )
    return ()


def rotate_model_key(state: Reading, old: bytes, new: bytes, reason: str) -> Decision:
    """Announce the key ``new`` and retire ``old``, in one group; ``old`` may be retired already.

    Nothing happens where both was done.

    Raises:
        Conflict: ``new`` was retired.
    """
    events = announced(state, new)
    known = state.get(ModelKey, key_digest(old))
    if known is not None and known.retired is None:
        events += (ModelKeyRetired(key=known.key, reason=reason),)
    return Decision(events, LEDGER)


def retire_model_key(state: Reading, text: str, reason: str) -> Decision:
    """Retire the model key whose digest begins with ``text``.

    Raises:
        NotFound, InvalidInput: no key is named so, or several are.
        Conflict: it is retired already.
    """
    found = find_model_key(state, text)
    if found.retired is not None:
        name = model_key_name(found.key)
        raise Conflict(f"the model key {name} was retired by entry {found.retired}")
    return Decision((ModelKeyRetired(key=found.key, reason=reason),), LEDGER)


def find_model_key(state: Reading, text: str) -> ModelKey:
    """Return the announced model key whose digest begins with ``text``.

    Raises:
        NotFound: there is none.
        InvalidInput: there are several.
    """
    found = model_keys_like(state, text)
    if not found:
        raise NotFound(f"no model key of this ledger begins with {text!r}", hint=_LIST)
    if len(found) > 1:
        raise InvalidInput(f"{text!r} is the beginning of {len(found)} model keys", hint=_LIST)
    return found[0]


def model_keys_like(state: Reading, text: str) -> list[ModelKey]:
    """Return the model keys whose digests begin with ``text``, none where it is too short."""
    if len(text) < _SHORTEST_PREFIX:
        return []
    start, stop = prefix_range(text)
    return [key for _, key in state.scan(ModelKey, start=start, stop=stop)]


def is_signed(state: Reading, version: Version) -> bool:
    """Say whether the version has a signature by a key that may sign now."""
    signature = state.get(Signature, version.manifest)
    key = state.get(ModelKey, signature.key) if signature is not None else None
    return key is not None and key.retired is None


def require_signable(version: Version) -> None:
    """Refuse to sign what must not be used.

    Raises:
        Conflict: the version was withdrawn.
    """
    if version.withdrawn is not None:
        raise Conflict(
            f"{version.dna} was withdrawn by entry {version.withdrawn}: nobody should use it",
            hint="sign one that stands: oneseek versions",
        )
