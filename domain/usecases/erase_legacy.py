"""Erasing the text of a legacy file: its key is destroyed; entries, inventory and proofs stay."""

from oneseek.domain.decisions import Decision
from oneseek.domain.digest import Digest
from oneseek.domain.errors import OneSeekError
from oneseek.domain.events import LegacyTextErased
from oneseek.domain.ports import Ports, View
from oneseek.domain.state.documents import LegacyErasure
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.record import record


def erase_legacy(
    ports: Ports, source: str, path: str, sealed: Digest, reason: str
) -> Receipt | None:
    """Destroy the key of a sealed legacy file; None when that had been recorded before.

    The entry comes first, as in :func:`oneseek.domain.usecases.erase.erase`: a crash in between
    leaves a text that is recorded as erased, and repeating the command destroys its key.
    """

    def on(view: View) -> Decision:
        if view.get(LegacyErasure, sealed) is not None:
            return Decision()
        event = LegacyTextErased(source=source, path=path, object=sealed, reason=reason)
        return Decision((event,))

    receipt = record(ports, on)
    try:
        ports.vault.erase([sealed])
    except OneSeekError as error:
        error.message = f"recorded, but the text may still be readable: {error.message}"
        error.hint = "mend it and repeat the command: it destroys the key"
        raise
    return receipt
