"""Public keys: those that a person gives on the command line, and those of the ledger."""

from dataclasses import dataclass
from pathlib import Path

from oneseek.cli.app import App
from oneseek.cli.wiring.files import read_input
from oneseek.domain.errors import InvalidInput, NotFound, OneSeekError
from oneseek.domain.keys import announcements
from oneseek.domain.note.signed_note import VerifierKey


def given_key(text: str) -> VerifierKey:
    """Return the verifier key that ``text`` spells, or that the file ``text`` holds.

    Raises:
        InvalidInput: it is neither.
    """
    try:
        return VerifierKey.parse(text)
    except InvalidInput as error:
        if text.count("+") > 1 and not Path(text).is_file():
            raise error  # it is meant to be a key: say what is wrong with it
    try:
        return VerifierKey.parse(read_input(Path(text)).decode("utf-8").strip())
    except (NotFound, InvalidInput, UnicodeDecodeError):
        raise InvalidInput(
            f"neither a public key nor a file with one: {text!r}",
            hint="it looks like example.org/log+1a2b3c4d+AQ…; see .oneseek/checkpoint.vkey",
        ) from None


def given_name(text: str) -> str:
    """Return what names a key: the key in the file ``text``, or ``text`` itself."""
    return str(given_key(text)) if "+" in text or Path(text).is_file() else text


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key as a person sees it. ``announced`` and ``retired`` are indices of entries."""

    id: str
    state: str
    """``may sign``, ``retired``, ``not vouched for`` or ``not announced``."""
    announced: int | None
    retired: int | None
    reason: str | None
    pinned: bool
    this_machine: bool
    public_key: str

    @property
    def note(self) -> str:
        """What a person should know besides."""
        marks = ("this machine" if self.this_machine else "", "pinned" if self.pinned else "")
        return ", ".join(mark for mark in (*marks, self.reason or "") if mark)


def list_keys(app: App) -> list[ListedKey]:
    """Return every key that was announced or pinned, and that of this machine."""
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
                state=state,
                announced=item.added if item else None,
                retired=item.retired if item else None,
                reason=reasons.get(str(key)),
                pinned=key in pinned,
                this_machine=key == own,
                public_key=str(key),
            )
        )
    return found


def _own(app: App) -> VerifierKey | None:
    """Return the key of this machine; None for a reader who may not see it."""
    try:
        return app.own_key
    except OneSeekError:
        return None
