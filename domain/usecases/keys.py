"""Announcing and retiring the keys of machines, and knowing which of them to trust."""

from collections.abc import Collection

from oneseek.domain.audit.key_chain import CheckSignature, trusted_ring
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.keys import add_key, retire_key
from oneseek.domain.decisions.model_keys import model_keys_like, retire_model_key
from oneseek.domain.errors import LedgerBroken, NotFound, OneSeekError
from oneseek.domain.events import KeyAdded
from oneseek.domain.keys import CHECKPOINT, Announcement, KeyRing, announcements
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note
from oneseek.domain.ports import Ledger, Ports, View
from oneseek.domain.registry import REGISTRY
from oneseek.domain.stored import Head, Receipt
from oneseek.domain.usecases.prove_entry import prove_entry
from oneseek.domain.usecases.record import record


def announce_key(ports: Ports, origin: str, key: VerifierKey) -> Receipt:
    """Record that ``key`` may sign from here on; see :func:`add_key` for what is refused."""
    receipt = record(ports, lambda view: add_key(view, origin, key))
    assert receipt is not None
    return receipt


def withdraw_key(ports: Ports, text: str, reason: str, own: VerifierKey) -> Receipt:
    """Record that the key named ``text`` signs no more, for checkpoints or for versions.

    See :func:`retire_key` and :func:`retire_model_key`; a name of both means the former.
    """

    def on(view: View) -> Decision:
        try:
            return retire_key(view, text, reason, own)
        except NotFound:
            if not model_keys_like(view, text):
                raise
            return retire_model_key(view, text, reason)

    receipt = record(ports, on)
    assert receipt is not None
    return receipt


def trusted_keys(
    ledger: Ledger, head: Head, pinned: Collection[VerifierKey], origin: str, check: CheckSignature
) -> KeyRing:
    """Return the keys to trust up to ``head``, at the cost of a few reads for each key.

    State documents say where announcements are; no signature covers these documents, so each
    announcement is proved to be in the tree before it is believed.
    """
    with ledger.view() as view:
        announced = announcements(view, origin)
    proved = [
        item
        for item in announced
        if item.key in pinned or (item.added < head.size and _is_announced(ledger, item))
    ]
    return trusted_ring(ledger, head, pinned, proved, check)


def signers(checkpoint: bytes) -> tuple[tuple[str, int], ...]:
    """Return names and IDs of the keys that a checkpoint claims to be signed by."""
    try:
        return tuple((item.name, item.key_id) for item in parse_note(checkpoint).signatures)
    except OneSeekError:
        return ()


def require_trusted_head(head: Head, ring: KeyRing, check: CheckSignature) -> None:
    """Refuse a head that no trusted key has signed: nothing may be built on it.

    Raises:
        LedgerBroken: nobody in ``ring`` has signed it.
    """
    if not head.size:
        return
    try:
        verify_note(parse_note(head.checkpoint), ring.at(head.size), check)
    except OneSeekError as error:
        raise LedgerBroken(
            f"the newest checkpoint, of {head.size} entries, is not by a key that is trusted here: "
            f"{error.message}",
            hint="nothing was changed; look at it with: oneseek verify",
        ) from None


def _is_announced(ledger: Ledger, item: Announcement) -> bool:
    try:
        proof = prove_entry(ledger, item.added)
        event = REGISTRY.decode(proof.extra or b"").body
    except OneSeekError:
        return False
    return event == KeyAdded(purpose=CHECKPOINT, verifier=str(item.key))
