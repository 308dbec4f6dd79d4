"""Reading everything: ours typed and verified, the library's typed and unverified; and audits."""

from collections.abc import Callable
from pathlib import Path

from measures import fixtures, stock
from measures.events import BATCH
from oneseek.adapters.keys.ed25519 import check_ed25519, public_key
from oneseek.adapters.ledger.opened import OpenLedger
from oneseek.domain.audit.ledger_audit import LedgerReport, audit_ledger
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note
from oneseek.domain.replay import replay


def ours(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Leaf hashes, RFC 6962 root against the signed checkpoint, typed decode after an audit."""
    return _replay(folder, size, audited=True)


def strict(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """The same, with every entry read for the first time: constraints and canonical form."""
    return _replay(folder, size, audited=False)


def _replay(folder: Path, size: int, *, audited: bool) -> Callable[[], dict[str, float]]:
    ledger, key = _open(folder, size)

    def job() -> dict[str, float]:
        note = parse_note(ledger.head().checkpoint)
        verify_note(note, (key,), check_ed25519)
        signed = Checkpoint.parse(note.text)
        count = 0
        for _ in replay(ledger, signed.size, signed.root, audited=audited):
            count += 1
        assert count == size
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


def audit(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """The whole audit of a ledger."""
    ledger, key = _open(folder, size)

    def job() -> dict[str, float]:
        _check(audit_ledger(ledger, (key,), check_ed25519, origin=fixtures.ORIGIN), size)
        return {}

    return job


def since(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """The audit of the newest entries, on the checkpoint before them."""
    ledger, key = _open(folder, size)
    trusted = size - fixtures.newest(size)
    covering, note = ledger.checkpoint_covering(trusted - 1)
    assert covering == trusted, "the fixture's groups end elsewhere"
    checkpoint = Checkpoint.parse(parse_note(note).text)

    def job() -> dict[str, float]:
        report = audit_ledger(
            ledger,
            (key,),
            check_ed25519,
            origin=fixtures.ORIGIN,
            since=checkpoint,
            signers=(key,),
        )
        _check(report, size)
        assert report.start == trusted
        return {}

    return job


def _open(folder: Path, size: int) -> tuple[OpenLedger, VerifierKey]:
    place = fixtures.filled_ledger(folder, size)
    return fixtures.open_ledger(place), public_key(place / fixtures.KEY, fixtures.ORIGIN)


def _check(report: LedgerReport, size: int) -> None:
    assert (report.size, report.findings) == (size, ())
