"""``ledger.json`` of the Python programs, and the copies that they put aside as ``.bak``.

Training blocks hold no texts of people; blocks of collected data may. A ledger with such fields is
a format of its own, because its bytes are kept sealed.
"""

from functools import partial

from oneseek.migrations.format import Format
from oneseek.migrations.ledgers.recognise import (
    holds_texts_of_people,
    is_python_ledger,
    ledger_reading,
)
from oneseek.migrations.look import Look


def _is_personal(look: Look) -> bool:
    return is_python_ledger(look) and holds_texts_of_people(look)


FORMATS = (
    Format(
        name="python-ledger-personal",
        what="ledger of the Python programs that holds texts of people",
        rank=29,
        matches=_is_personal,
        read=partial(ledger_reading, "python_chain"),
        personal=True,
    ),
    Format(
        name="python-ledger",
        what="ledger of the Python programs",
        rank=30,
        matches=is_python_ledger,
        read=partial(ledger_reading, "python_chain"),
    ),
)
