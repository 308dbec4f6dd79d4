"""Reading everything: ours typed and verified, the library's typed and unverified."""

from collections.abc import Callable
from pathlib import Path

from measures import fixtures, stock
from measures.events import BATCH
from oneseek.adapters.keys.ed25519 import check_ed25519, public_key
from oneseek.domain.audit.ledger_audit import audit_ledger


def ours(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Leaf hashes, RFC 6962 root against the signed checkpoint, strict typed decode."""
    return audit(folder, size)


def audit(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """The whole audit of a ledger: as ``oneseek verify`` does it."""
    place = fixtures.filled_ledger(folder, size)
    keys = (public_key(place / fixtures.KEY, fixtures.ORIGIN),)
    ledger = fixtures.open_ledger(place)

    def job() -> dict[str, float]:
        report = audit_ledger(ledger, keys, check_ed25519, origin=fixtures.ORIGIN)
        # These ledgers begin with a question, not with their opening: said, and nothing else.
        broken = [finding for finding in report.findings if finding.check != "opening"]
        assert report.size == size
        assert not broken, broken[:2]
        return {}

    return job


def yardstick(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Select every stock event in batches and make it a typed object."""
    application = stock.sqlite(fixtures.filled_stock(folder, size))
    stock.aggregates(0, 1)  # its classes are set up on first use

    def job() -> dict[str, float]:
        count = start = 0
        while count < size:
            found = application.recorder.select_notifications(
                start=start, limit=BATCH, inclusive_of_start=False
            )
            for notification in found:
                application.mapper.to_domain_event(notification)
            count, start = count + len(found), found[-1].id
        return {}

    return job
