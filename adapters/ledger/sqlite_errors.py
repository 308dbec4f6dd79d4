"""SQLite's errors as ours: who must act, and what to do."""

import re
import sqlite3
from pathlib import Path

from oneseek.adapters.ledger.sql import lost_table
from oneseek.domain.errors import Conflict, LedgerBroken, OneSeekError, ServiceFailed

_RESTORE = "restore the ledger from a backup; nothing was written"
# All bytes of the transaction may be on the disk by then: the next reader may find it complete.
_UNCONFIRMED = ("SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC")


def explain(error: BaseException, path: Path) -> OneSeekError:
    """Return what ``error`` means for the ledger at ``path``.

    The library's errors carry SQLite's as their text, so the text decides where the class cannot.
    """
    text = str(error)
    if (lost := missing_table(text)) is not None:
        return lost_table(str(path), lost)
    if "no such column" in text:
        return LedgerBroken(f"{path} is not a whole ledger: {text}", hint=_RESTORE)
    if "locked" in text or "busy" in text:
        return Conflict(
            f"another process holds the ledger {path}",
            hint="wait until it has finished, then repeat",
        )
    if isinstance(error, sqlite3.IntegrityError):
        return Conflict(f"{path} refused to write: {text}", hint="look again and repeat")
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return LedgerBroken(f"{path} is damaged: {text}", hint=_RESTORE)
    if getattr(error, "sqlite_errorname", "") in _UNCONFIRMED:
        return ServiceFailed(
            f"{path}: the disk did not confirm what was written: {text}",
            hint="it is not known whether it was recorded: mend the disk, then look with: oneseek "
            "log",
        )
    what = "the disk is full" if "full" in text else text
    return ServiceFailed(
        f"{path} cannot be used now: {what}", hint="nothing was recorded; mend it and repeat"
    )


def missing_table(text: str) -> str | None:
    """Return the table that SQLite's message says is not there."""
    found = re.search(r"no such table: (?:main\.)?(\w+)", text)
    return found[1] if found else None
