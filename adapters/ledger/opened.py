"""What a location opens: a ledger that holds connections until it is told to release them."""

from typing import Protocol

from oneseek.domain.ports import Ledger


class OpenLedger(Ledger, Protocol):
    """A ledger that holds connections."""

    def close(self) -> None:
        """Release them."""
        ...
