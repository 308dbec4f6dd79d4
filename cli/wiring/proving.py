"""Tree sizes and checkpoints that a person names, and the head with who cosigned it."""

from pathlib import Path

from oneseek.adapters.keys.witness_key import check_cosignature
from oneseek.cli.app import App
from oneseek.cli.wiring.files import read_input
from oneseek.cli.wiring.kept_checkpoint import kept_checkpoint
from oneseek.domain.errors import CannotCheck, NotFound
from oneseek.domain.note.encoding import parse_decimal
from oneseek.domain.stored import Head
from oneseek.domain.usecases.prove_consistency import checkpoint_of, require_same_history
from oneseek.domain.usecases.witnessed import Witnessed, cosigned_checkpoint, newest_cosigned


def old_size(app: App, text: str) -> int:
    """Return the tree size that ``text`` is, or that the checkpoint in the file ``text`` states.

    Raises:
        ProofRefused: the ledger does not go on from that checkpoint.
        InvalidInput, NotFound, ServiceFailed: it is neither.
    """
    if _is_size(text):
        return parse_decimal(text, "the tree size")
    checkpoint, _ = kept_checkpoint(app, Path(text), app.pinned)
    require_same_history(app.ledger, checkpoint)
    return checkpoint.size


def new_checkpoint(app: App, text: str | None) -> bytes:
    """Return the note of the checkpoint that is meant: the head's, a size's, or a file's.

    Raises: see :func:`old_size`; NotFound where no checkpoint of the size was signed.
    """
    if text is None:
        head = app.ledger.head()
        return cosigned_head(app, head).note if head.size else checkpoint_of(app.ledger, 0)
    if _is_size(text):
        return checkpoint_of(app.ledger, parse_decimal(text, "the tree size"))
    kept_checkpoint(app, Path(text), app.pinned)
    return read_input(Path(text))


def cosigned_head(app: App, head: Head) -> Witnessed:
    """Return the head's checkpoint with the lines of trusted witnesses."""
    plain = Witnessed(head.size, head.checkpoint, ())
    if not head.size or not (witnesses := app.witnesses):
        return plain
    try:
        return cosigned_checkpoint(app.ledger, head.size, witnesses, check_cosignature)
    except CannotCheck as error:
        app.out.note(f"note: cosignatures are left out: {error.message}")
        return plain


def last_cosigned(app: App) -> Witnessed | None:
    """Return the newest checkpoint that any trusted witness cosigned, None for none."""
    if not (witnesses := app.witnesses):
        return None
    try:
        return newest_cosigned(app.ledger, 0, witnesses, 1, check_cosignature)
    except (NotFound, CannotCheck):  # the latter was told with the head
        return None


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdecimal()
