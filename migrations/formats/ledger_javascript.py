"""A dump of the ledger that the JavaScript backend kept in memory; it names users and questions."""

from functools import partial

from oneseek.migrations.format import Format
from oneseek.migrations.ledgers.recognise import is_javascript_dump, ledger_reading

FORMAT = Format(
    name="javascript-ledger",
    what="dump of the ledger of the JavaScript backend",
    rank=22,
    matches=is_javascript_dump,
    read=partial(ledger_reading, "javascript_chain"),
    personal=True,
)
