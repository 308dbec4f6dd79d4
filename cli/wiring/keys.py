"""The public keys of the ledger and of this machine, as people see them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from oneseek.cli.app import App
from oneseek.cli.wiring.given_keys import given_name
from oneseek.domain.errors import InvalidInput, NotFound, OneSeekError
from oneseek.domain.keys import CHECKPOINT, announcements
from oneseek.domain.note.signed_note import VerifierKey

if TYPE_CHECKING:
    from oneseek.adapters.keys.key_file import KeyFile

# RFC 8410: so begins every Ed25519 public key in DER.
_ED25519_DER = bytes.fromhex("302a300506032b6570032100")


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key as a person sees it. ``announced`` and ``retired`` are indices of entries."""

    id: str
    purpose: str
    """``checkpoint`` or ``model``."""
    state: str
    """``may sign``, ``retired``, ``not vouched for`` or ``not announced``."""
    announced: int | None
    retired: int | None
    reason: str | None
    pinned: bool
    this_machine: bool
    public_key: str
    protection: str | None = None
    """``passphrase`` or ``none``, where it is known."""

    @property
    def note(self) -> str:
        """What a person should know besides."""
        marks = (
            "this machine" if self.this_machine else "",
            "passphrase" if self.protection == "passphrase" else "",
            "pinned" if self.pinned else "",
        )
        return ", ".join(mark for mark in (*marks, self.reason or "") if mark)


def list_keys(app: App) -> list[ListedKey]:
    """Return every key that was announced or pinned, and those of this machine."""
    return [*_checkpoint_keys(app), *_model_keys(app)]


def _checkpoint_keys(app: App) -> list[ListedKey]:
    from oneseek.domain.decisions.keys import name_of
    from oneseek.domain.state.documents import Key

    head = app.ledger.head()
    trusted, pinned, own = app.ring(head), app.pinned, _own(app)
    with app.ledger.view() as view:
        # In the order of the log, not of their names.
        items = sorted(announcements(view), key=lambda item: (item.added, str(item.key)))
        announced = {item.key: item for item in items}
        reasons = {document.verifier: document.reason for _, document in view.scan(Key)}
    found = []
    for key in dict.fromkeys((*announced, *pinned, *((own,) if own else ()))):
        item = announced.get(key)
        if item is not None and item.retired is not None:
            state = "retired"
        elif key in trusted.keys:
            state = "may sign"
        else:
            state = "not announced" if item is None else "not vouched for"
        found.append(
            ListedKey(
                id=name_of(key),
                purpose=CHECKPOINT,
                state=state,
                announced=item.added if item else None,
                retired=item.retired if item else None,
                reason=reasons.get(str(key)),
                pinned=key in pinned,
                this_machine=key == own,
                public_key=str(key),
                protection=_protection(app.sealer.file) if key == own else None,
            )
        )
    return found


def _model_keys(app: App) -> list[ListedKey]:
    from oneseek.domain.decisions.model_keys import model_key_name
    from oneseek.domain.model_keys import MODEL
    from oneseek.domain.state.documents import ModelKey

    file = app.model_signer.file
    own = _own_model_key(app)
    with app.ledger.view() as view:
        documents = sorted((key for _, key in view.scan(ModelKey)), key=lambda key: key.added)
    return [
        ListedKey(
            id=model_key_name(key.key),
            purpose=MODEL,
            state="may sign" if key.retired is None else "retired",
            announced=key.added,
            retired=key.retired,
            reason=key.reason,
            pinned=False,
            this_machine=key.key == own,
            public_key=key.public_key,
            protection=_protection(file) if key.key == own else None,
        )
        for key in documents
    ]


def _own_model_key(app: App) -> str | None:
    """Return the digest of this machine's model key; None where there is none to be seen."""
    from oneseek.domain.model_keys import key_digest

    file = app.model_signer.file
    try:
        return key_digest(file.public_der()) if file.exists() else None
    except OneSeekError:
        return None


def _protection(file: "KeyFile") -> str | None:
    try:
        return "passphrase" if file.is_protected() else "none"
    except OneSeekError:
        return None


@dataclass(frozen=True, slots=True)
class ExportedKey:
    """A public key as text for others."""

    purpose: str
    id: str
    form: str
    text: str


def exported_key(app: App, name: str | None, form: str | None) -> ExportedKey:
    """Return the public key called ``name``, or this machine's own, as ``form`` wants it.

    Raises:
        NotFound: there is none.
        InvalidInput: a model key has no form as a verifier key.
    """
    from oneseek.domain.decisions.keys import find_key
    from oneseek.domain.decisions.model_keys import find_model_key
    from oneseek.domain.model_keys import public_bytes

    if name is None and form == "vkey":
        return _exported_checkpoint_key(app.own_key, form)
    if name is None:
        file = app.model_signer.file
        if not file.exists():
            raise NotFound(
                "this machine has no model key yet",
                hint="it is made when a version is certified or signed; the other one: "
                "oneseek keys export --format vkey",
            )
        return _exported_model_key(file.public_der(), form)
    with app.ledger.view() as view:
        try:
            return _exported_checkpoint_key(find_key(view, given_name(name)).key, form)
        except NotFound as error:
            try:
                return _exported_model_key(public_bytes(find_model_key(view, name)), form)
            except NotFound:
                raise error from None


def _exported_checkpoint_key(key: VerifierKey, form: str | None) -> ExportedKey:
    from oneseek.domain.decisions.keys import name_of
    from oneseek.domain.model_keys import as_pem

    text = as_pem(_ED25519_DER + key.key) if form == "pem" else f"{key}\n"
    return ExportedKey(CHECKPOINT, name_of(key), form or "vkey", text)


def _exported_model_key(public: bytes, form: str | None) -> ExportedKey:
    from oneseek.domain.decisions.model_keys import model_key_name
    from oneseek.domain.model_keys import MODEL, as_pem, key_digest

    if form == "vkey":
        raise InvalidInput(
            "a model key signs no notes, so it has no form as a verifier key",
            hint="use --format pem",
        )
    return ExportedKey(MODEL, model_key_name(key_digest(public)), "pem", as_pem(public))


def _own(app: App) -> VerifierKey | None:
    """Return the key of this machine; None for a reader who may not see it."""
    try:
        return app.own_key
    except OneSeekError:
        return None
