"""``ledger_proof.json`` in the folder of a run: one signed entry."""

from functools import partial

from oneseek.migrations.format import Format
from oneseek.migrations.ledgers.recognise import is_signed_entry, ledger_reading

FORMAT = Format(
    name="signed-run-entry",
    what="signed ledger entry of a run",
    rank=24,
    matches=is_signed_entry,
    read=partial(ledger_reading, "signed_entry"),
)
