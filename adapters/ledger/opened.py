"""What a location opens: a ledger that holds connections until it is told to release them."""

from typing import TYPE_CHECKING, Protocol

from oneseek.domain.ports import Ledger

if TYPE_CHECKING:
    from oneseek.adapters.ledger.closing import Closed


class OpenLedger(Ledger, Protocol):
    """A ledger that holds connections."""

    def closed(self) -> "Closed | None":
        """Return why it takes no entries, None for an open one."""
        ...

    def close(self) -> None:
        """Release them."""
        ...
