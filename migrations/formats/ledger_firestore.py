"""An export of Firestore with ``oqt_ledger`` and the collections around it; questions are in it."""

from functools import partial

from oneseek.migrations.format import Format
from oneseek.migrations.ledgers.recognise import is_firestore, ledger_reading

FORMAT = Format(
    name="firestore-export",
    what="export of the Firestore collections with their ledger",
    rank=20,
    matches=is_firestore,
    read=partial(ledger_reading, "firestore_chain"),
    personal=True,
)
