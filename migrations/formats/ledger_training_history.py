"""``ml/training_history.json``: the last trainings of the admin pages."""

from functools import partial

from oneseek.migrations.format import Format
from oneseek.migrations.ledgers.recognise import (
    holds_texts_of_people,
    is_training_history,
    ledger_reading,
)
from oneseek.migrations.look import Look


def _is_personal(look: Look) -> bool:
    return is_training_history(look) and holds_texts_of_people(look)


FORMATS = (
    Format(
        name="training-history-personal",
        what="list of the last trainings that holds texts of people",
        rank=23,
        matches=_is_personal,
        read=partial(ledger_reading, "training_history"),
        personal=True,
    ),
    Format(
        name="training-history",
        what="list of the last trainings",
        rank=24,
        matches=is_training_history,
        read=partial(ledger_reading, "training_history"),
    ),
)
