"""Rotating and protecting this machine's keys, and finishing what a crash cut off.

Files and entries are two places; the order of the steps makes each crash harmless:

- checkpoint: the next key is on disk, then announced (signed by the old one), then takes the old
  one's place, then retires it (signed by the new one). Between any two steps one of them may sign;
- model: the next key is on disk, then one group announces it and retires the old one, then it takes
  the place. An announced key that is not in place yet is put there by the next command;
- protection: what is about to be done is on disk, then the file is replaced, then the entry is
  written. A replaced file without an entry gets it from the next command.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

import msgspec
from msgspec import Struct

from oneseek.adapters.keys.ed25519 import WHAT as SIGNING_KEY
from oneseek.adapters.keys.ed25519 import create_key
from oneseek.adapters.keys.key_file import KeyFile, key_pem
from oneseek.adapters.keys.p256 import WHAT as MODEL_KEY
from oneseek.adapters.keys.p256 import create_model_key
from oneseek.adapters.keys.passphrase import ask_passphrase, new_passphrase
from oneseek.adapters.keys.rotation import keep_aside, take_place
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import fsync_dir, write_atomic
from oneseek.adapters.objects.partial import sweep_partials
from oneseek.adapters.workspace.locks import locked
from oneseek.cli.app import App
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.keys import name_of
from oneseek.domain.decisions.model_keys import model_key_name, rotate_model_key
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import FoundDamage, NotFound, OneSeekError
from oneseek.domain.events import KeyProtectionChanged
from oneseek.domain.keys import CHECKPOINT, announcements
from oneseek.domain.model_keys import MODEL, key_digest
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.ports import Ports
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Key, ModelKey, key_of
from oneseek.domain.usecases.keys import announce_key, withdraw_key
from oneseek.domain.usecases.record import record

PURPOSES = (CHECKPOINT, MODEL)
"""What keys are for."""


class KeyChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is being done to the file of a key. ``file`` is the digest of its new bytes."""

    event: KeyProtectionChanged
    size: int
    file: Digest


def changing_keys(app: App) -> AbstractContextManager[None]:
    """Hold the lock under which keys of this machine are changed."""
    return locked(app.paths.locks / "keys.lock")


def finish_key_changes(app: App) -> None:
    """Finish what a process left open that died while it changed a key; costs three look-ups."""
    paths = app.paths
    sweep_partials(paths.keys)
    if paths.next_key(MODEL).exists() or paths.key_change.exists():
        with changing_keys(app):
            _finish_model_rotation(app)
            _finish_protection(app)
    if paths.next_key(CHECKPOINT).exists():
        app.out.note(
            "note: a rotation of the key was cut off; both keys are good. Finish it with: "
            "oneseek keys rotate --reason TEXT"
        )


def rotate_checkpoint(app: App, ports: Ports, reason: str) -> tuple[list[str], str]:
    """Give this machine a new key for checkpoints; return the IDs of the retired and of the new.

    A rotation that was cut off is finished instead of beginning another.
    """
    with changing_keys(app):
        following = app.paths.next_key(CHECKPOINT)
        if following.exists() or not _replaced(app):
            new = _next_checkpoint_key(app)
            with ports.ledger.view() as view:
                known = view.get(Key, key_of(CHECKPOINT, str(new)))
            if known is None:
                announce_key(ports, app.settings.ledger.origin, new)
            take_place(app.sealer.file, following, app.paths.retired_keys)
        own, retired = app.own_key, []
        for old in _replaced(app):
            withdraw_key(ports, str(old), reason, own)
            retired.append(name_of(old))
        return retired, name_of(own)


def rotate_model(app: App, ports: Ports, reason: str) -> tuple[list[str], str]:
    """Give this machine a new key for versions; return the names of the retired and of the new.

    Raises:
        NotFound: it has none yet.
    """
    current = app.model_signer.file
    if not current.exists():
        raise NotFound(
            "this machine has no model key yet", hint="it is made when a version is certified"
        )
    with changing_keys(app):
        following = app.paths.next_key(MODEL)
        if not following.exists():
            create_model_key(following, _same_protection(current))
        old = current.public_der()
        new = KeyFile(following, "P-256", MODEL_KEY).public_der()
        record(ports, lambda view: rotate_model_key(view, old, new, reason))
        with _after_recording():
            take_place(current, following, app.paths.retired_keys)
        return [model_key_name(key_digest(old))], model_key_name(key_digest(new))


def protect(app: App, ports: Ports, purpose: str, *, remove: bool) -> KeyProtectionChanged:
    """Set, change or remove the passphrase of a key of this machine, and record that it was done.

    Raises:
        NotFound: there is no such key.
        InvalidInput, CannotCheck: see :mod:`oneseek.adapters.keys.passphrase`.
    """
    file = app.sealer.file if purpose == CHECKPOINT else app.model_signer.file
    with changing_keys(app):
        key, protected = file.private(), file.is_protected()
        given = None if remove else new_passphrase(f"the {file.what}", protected=protected)
        data = key_pem(key, given)
        name = str(app.own_key) if purpose == CHECKPOINT else key_digest(file.public_der())
        event = KeyProtectionChanged(
            purpose=purpose, key=name, protection="none" if given is None else "passphrase"
        )
        change = KeyChange(event, ports.ledger.head().size, sha256(data))
        write_atomic(app.paths.key_change, msgspec.json.encode(change), 0o600)
        write_atomic(file.path, data, 0o600)
        file.adopt(key)  # whoever has typed the new passphrase is not asked for it again
        _finish_protection(app)
    return event


def _next_checkpoint_key(app: App) -> VerifierKey:
    """Return the key that follows; one that was retired before it came into its place goes."""
    origin, following = app.settings.ledger.origin, app.paths.next_key(CHECKPOINT)
    file = KeyFile(following, "Ed25519", SIGNING_KEY)
    if following.exists():
        found = _as_verifier(app, file)
        with app.ledger.view() as view:
            known = view.get(Key, key_of(CHECKPOINT, str(found)))
        if known is None or known.retired is None:
            return found
        with disk_errors("remove", following):
            keep_aside(file, app.paths.retired_keys)
            following.unlink()
    return create_key(following, origin, _same_protection(app.sealer.file))


def _replaced(app: App) -> list[VerifierKey]:
    """Return the keys that this machine has put aside, and nobody has retired yet."""
    own = app.own_key
    files = sorted(app.paths.retired_keys.glob("Ed25519-*.pem"))
    aside: set[VerifierKey] = set()
    for path in files:
        with suppress(OneSeekError):  # what is no key was never ours to retire
            aside.add(_as_verifier(app, KeyFile(path, "Ed25519", SIGNING_KEY)))
    with app.ledger.view() as view:
        return [
            item.key
            for item in announcements(view, app.settings.ledger.origin)
            if item.retired is None and item.key in aside and item.key != own
        ]


def _as_verifier(app: App, file: KeyFile) -> VerifierKey:
    from oneseek.adapters.keys.ed25519 import public_key

    return public_key(file.path, app.settings.ledger.origin)


def _same_protection(file: KeyFile) -> bytes | None:
    return ask_passphrase(f"the {file.what}") if file.is_protected() else None


def _finish_model_rotation(app: App) -> None:
    following = app.paths.next_key(MODEL)
    if not following.exists():
        return
    new = KeyFile(following, "P-256", MODEL_KEY).public_der()
    with app.ledger.view() as view:
        known = view.get(ModelKey, key_digest(new))
    if known is not None:  # its announcement retired the one that is still in its place
        take_place(app.model_signer.file, following, app.paths.retired_keys)


def _finish_protection(app: App) -> None:
    path = app.paths.key_change
    try:
        change = msgspec.json.decode(path.read_bytes(), type=KeyChange)
    except FileNotFoundError:
        return
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise FoundDamage(
            f"{path} is not what this software writes there",
            hint="take it away: it tells of a change to a key's file that may lack its entry",
        ) from None
    file = app.sealer.file if change.event.purpose == CHECKPOINT else app.model_signer.file
    replaced = file.exists() and sha256(file.path.read_bytes()) == change.file
    if replaced and not _is_recorded(app, change):
        record(app.ports, lambda _: Decision((change.event,)))
    with _after_recording() if replaced else nullcontext(), disk_errors("remove", path):
        path.unlink(missing_ok=True)
        fsync_dir(path.parent)


@contextmanager
def _after_recording() -> Iterator[None]:
    """Say of an error that what was to be recorded is: repeating would record it twice."""
    try:
        yield
    except OneSeekError as error:
        error.message = f"recorded, but {error.message}"
        error.hint = f"{error.hint or 'mend it'}; the next command finishes it"
        raise


def _is_recorded(app: App, change: KeyChange) -> bool:
    return any(
        REGISTRY.read(row.raw).body == change.event for row in app.ledger.records(change.size)
    )
