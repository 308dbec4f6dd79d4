"""Why a database refused an append: the reason behind its integrity error."""

from oneseek.adapters.ledger import sql
from oneseek.adapters.ledger.closing import Closed
from oneseek.adapters.ledger.sql import Run
from oneseek.domain.errors import Conflict, LedgerBroken, OneSeekError


def refusal(run: Run, closed: Closed | None, place: str, text: str) -> OneSeekError:
    """Return what a refused write means to whoever must act; ``text`` are the database's words."""
    if closed is not None:
        return closed.error()
    if (surplus := sql.find_surplus(run)) is not None:
        return LedgerBroken(
            f"{surplus} of {place} lies beyond the signed head: it was put there by hand",
            hint="look at it with: oneseek verify; restore the ledger from a backup",
        )
    return Conflict(f"the ledger refused to write: {text}", hint="look again and repeat")
