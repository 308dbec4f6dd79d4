"""``ml/training_history.json``: the last trainings of the admin pages."""

from functools import partial

from oneseek.migrations.format import Format
from oneseek.migrations.ledgers.recognise import is_training_history, ledger_reading

FORMAT = Format(
    name="training-history",
    what="list of the last trainings",
    rank=24,
    matches=is_training_history,
    read=partial(ledger_reading, "training_history"),
)
