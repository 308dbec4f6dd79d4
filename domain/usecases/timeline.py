"""Questions about the past: what was active at a moment, and how large the ledger was then."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from oneseek.domain.errors import InvalidInput
from oneseek.domain.state.documents import Activity
from oneseek.domain.state.store import index_key

if TYPE_CHECKING:
    # For types alone: a read-only command starts faster without them.
    from oneseek.domain.ports import Ledger, View

_LONGEST_SIZE = 18
"""Digits of the largest tree size that can be given."""


def parse_moment(ledger: "Ledger", text: str) -> int:
    """Return the tree size that ``text`` means: a size, or a time in ISO 8601.

    A time means the tree just before the first entry that is later than it. A time without a zone
    is taken as UTC; a date alone as its first moment.

    Raises:
        InvalidInput: it is neither, or the ledger was never that large.
    """
    return read_moment(ledger, text)[0]


def read_moment(ledger: "Ledger", text: str) -> tuple[int, datetime | None]:
    """Return the tree size that ``text`` means, and the time where it is one; see above."""
    size = ledger.head().size
    if text.isascii() and text.isdigit():
        # int() refuses very long numbers with an error of its own.
        if len(text) > _LONGEST_SIZE or int(text) > size:
            raise InvalidInput(f"the ledger has {size} entries, not {text[:30]}")
        return int(text), None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            f"neither a tree size nor a time: {text!r}",
            hint="for instance 42, or 2026-11-20T18:25:38Z",
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return ledger.size_at(moment), moment


def activity_at(view: "View", size: int) -> Activity | None:
    """Return what was active after the first ``size`` entries; None before the first activation."""
    newest = view.scan(Activity, stop=index_key(size), descending=True)
    return next((activity for _, activity in newest), None)
