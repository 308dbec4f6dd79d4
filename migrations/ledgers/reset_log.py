"""``.ledger/reset-log.jsonl``: one line for a reset, in the folder that the next reset empties.

So a log tells of the last reset only, whatever was before. It is evidence of erased history; never
of there having been none.
"""

import json
from collections.abc import Callable
from typing import Any

from oneseek.migrations.ledgers.judging import LedgerJudgement, OnBlock
from oneseek.migrations.ledgers.telling import Telling
from oneseek.migrations.ledgers.window import gone
from oneseek.migrations.look import Look
from oneseek.migrations.rules.firestore import milliseconds_of
from oneseek.migrations.verdicts import Verdict

MAX_LINE = 64 * 1024
_BOM = b"\xef\xbb\xbf"
_ASSERTED = "only the log says so: it is neither hashed nor signed, and the user is always Admin"
_NO_LINE = "the line is no record of a reset"


def judge(
    look: Look,
    on_block: OnBlock,
    *,
    wanted: frozenset[str] = frozenset(),
    trusted: frozenset[str] = frozenset(),
    on_bytes: Callable[[int], None] | None = None,
) -> LedgerJudgement:
    """Judge a log; see :class:`oneseek.migrations.ledgers.judging.Judge`."""
    telling = Telling(look.path, on_block, wanted)
    resets = 0
    try:
        with look.open() as stream:
            offset = 0
            while line := stream.readline(MAX_LINE):
                if on_bytes:
                    on_bytes(len(line))
                resets += _judge_line(telling, line, offset)
                offset += len(line)
    except OSError as error:
        return telling.unreadable(gone(error))
    return _whole(telling, resets)


def _judge_line(telling: Telling, line: bytes, offset: int) -> bool:
    """Judge one line; say whether it tells of a reset."""
    text = line.removeprefix(_BOM) if not offset else line
    begin = offset + len(line) - len(text)
    stripped = text.strip()
    if not stripped:
        return False
    number = str(telling.blocks)
    record = _record(stripped)
    if record is None or record.get("action") != "FULL_RESET":
        telling.find("ledger-block", f"line {number}", "a record of a reset", "another line")
        verdict = Verdict.CONTRADICTED
        telling.block(number, begin, len(text), "", verdict, _NO_LINE)
        return False
    moment = record.get("timestamp")
    if milliseconds_of(moment) is None:
        telling.find("ledger-time", f"line {number}", "a time in UTC", "none that can be read")
        when = "at an unknown time"
    else:
        when = f"at {moment}"
    lost = f"a full reset {when} removed every model, ledger_proof.json and the log of any before"
    telling.gap("erased-by-reset", lost)
    telling.block(number, begin, len(text.rstrip(b"\r\n")), "reset", Verdict.ASSERTED, _ASSERTED)
    return True


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _whole(telling: Telling, resets: int) -> LedgerJudgement:
    if resets > 1:
        found = f"{resets}: each reset erases the log of the one before"
        telling.find("reset-log-length", "", "one line", found)
    if not resets:
        telling.gap("erased-by-reset", "there is a log of resets, but no line of one in it")
    reason = f"{telling.summary()}; what was before the last reset is erased, not absent"
    return telling.judgement(reason, Verdict.ASSERTED)
