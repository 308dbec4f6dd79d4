"""``ledger_proof.json`` at the top of the certified tree: the list of its models."""

from functools import partial

from oneseek.migrations.format import Format
from oneseek.migrations.ledgers.recognise import is_proof_of_models, ledger_reading

FORMAT = Format(
    name="ledger-proof",
    what="list of the certified models",
    rank=26,
    matches=is_proof_of_models,
    read=partial(ledger_reading, "proof_models"),
)
