"""Looking at a ledger that a machine wants to join: its name, its format, and whom to trust."""

from collections.abc import Callable
from dataclasses import dataclass

from oneseek.domain.audit.key_chain import CheckSignature
from oneseek.domain.audit.ledger_audit import audit_ledger
from oneseek.domain.entry import FORMAT
from oneseek.domain.errors import CannotCheck, InvalidInput, LedgerBroken, NotFound
from oneseek.domain.events import KeyAdded, LedgerOpened
from oneseek.domain.keys import CHECKPOINT
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What a new workspace takes over: the log's name, and the keys that it is to trust."""

    origin: str
    pinned: tuple[VerifierKey, ...]
    size: int


def get_acquainted(
    ledger: Ledger,
    trust: VerifierKey | None,
    check: CheckSignature,
    on_entries: Callable[[int], None] | None = None,
) -> Acquaintance:
    """Verify the whole ledger from the key ``trust`` on; None means its own first key.

    A later key brings the first one with it, where it vouches for it: with both, trust can be
    followed from the first entry on.

    Raises:
        NotFound: the ledger is empty.
        CannotCheck: it is of a format that this software does not know.
        InvalidInput: ``trust`` is a key of another log.
        LedgerBroken: ``trust`` does not vouch for what is there now, or something is damaged.
    """
    origin, first = _opening(ledger)
    if trust is not None and trust.name != origin:
        raise InvalidInput(f"the key to trust is named {trust.name}, this log is {origin}")
    start = trust or first
    report = audit_ledger(ledger, (start,), check, origin=origin, on_entries=on_entries)
    if report.findings:
        finding = report.findings[0]
        raise LedgerBroken(
            f"the ledger cannot be verified with the key {start}: {finding.check} at "
            f"{finding.where}: expected {finding.expected}, found {finding.found}",
            hint="ask the owner of a machine that writes it for its public key: oneseek keys list",
        )
    return Acquaintance(origin, tuple(dict.fromkeys((start, first))), report.size)


def _opening(ledger: Ledger) -> tuple[str, VerifierKey]:
    bodies = [REGISTRY.decode(row.raw, where=f"entry {row.index}").body
              for row in ledger.records(0, 2)]  # fmt: skip
    match bodies:
        case []:
            raise NotFound(
                "the ledger is empty",
                hint="the first machine makes it: oneseek init, without --join",
            )
        case [LedgerOpened() as opened, *_] if opened.format != FORMAT:
            raise CannotCheck(
                f"the ledger is of the format {opened.format}, this software knows {FORMAT}",
                hint="update OneSeek",
            )
        case [LedgerOpened() as opened, KeyAdded() as added] if added.purpose == CHECKPOINT:
            return opened.origin, VerifierKey.parse(added.verifier)
    raise LedgerBroken("the ledger does not begin with its name and its first key")
