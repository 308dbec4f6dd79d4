"""``.ledger/reset-log.jsonl``: what the last reset left behind."""

from functools import partial

from oneseek.migrations.format import Format
from oneseek.migrations.ledgers.recognise import is_reset_log, ledger_reading

FORMAT = Format(
    name="reset-log",
    what="log of the last reset",
    rank=24,
    matches=is_reset_log,
    read=partial(ledger_reading, "reset_log"),
)
