"""Localising damage: which entry, which field, from where trust ends, what is provable before it.

The ledger is walked from checkpoint to checkpoint, each signed when its entries were appended. For
each group of entries there are up to three versions of their leaf hashes: those of a verified
reference, those over the bytes as they are, and those that are stored. The one that leads to the
signed root is proven; whatever differs from it is damaged, and the walk goes on with it. So one
changed entry does not hide what is behind it. Where none leads to a signed root only the group can
be named, and nothing behind it is proven any more.
"""

from collections.abc import Collection

from oneseek.domain.audit.entry_group import StoredLog
from oneseek.domain.audit.key_chain import CheckSignature
from oneseek.domain.audit.ledger_walk import LedgerWalk
from oneseek.domain.audit.localisation import Localisation, Reference
from oneseek.domain.audit.signers import Signers
from oneseek.domain.note.signed_note import VerifierKey

MAX_PLACES = 1000
"""Damaged places that are listed; all are counted."""


def localise(
    ledger: StoredLog,
    pinned: Collection[VerifierKey],
    check: CheckSignature,
    *,
    origin: str,
    reference: Reference | None = None,
    limit: int | None = MAX_PLACES,
) -> Localisation:
    """Return every damaged place of ``ledger``; one that is whole has none.

    ``pinned`` are keys that the caller has chosen to trust; keys that the entries announce follow.
    With ``reference``, entries are compared with its bytes, and fields are named. ``limit`` is the
    number of places that are listed, None lists all. Nothing is changed; memory grows with the
    damage and with the largest group that was appended at once, not with the ledger.

    Raises:
        LedgerBroken, ServiceFailed: tables are gone, or the ledger cannot be read at all.
    """
    walk = LedgerWalk(ledger, Signers(pinned, check, origin), reference, limit)
    head = walk.checkpoints()
    walk.rest(head)
    return walk.result()
