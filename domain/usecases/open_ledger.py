"""The first entries of a new ledger."""

from oneseek.domain.decisions import Decision
from oneseek.domain.entry import FORMAT
from oneseek.domain.errors import Conflict
from oneseek.domain.events import KeyAdded, LedgerOpened
from oneseek.domain.ports import Ports, View
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.record import record


def open_ledger(ports: Ports, origin: str, verifier: str) -> Receipt:
    """Record the ledger's name, format and first key.

    Raises:
        Conflict: the ledger has entries already.
    """

    def on(view: View) -> Decision:
        if view.head.size:
            raise Conflict("this ledger has been opened before")
        return Decision(
            (
                LedgerOpened(origin=origin, format=FORMAT, software=ports.software),
                KeyAdded(purpose="checkpoint", verifier=verifier),
            )
        )

    receipt = record(ports, on)
    assert receipt is not None
    return receipt
