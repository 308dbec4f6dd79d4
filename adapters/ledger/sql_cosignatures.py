"""The table of cosignatures in any SQL database: what witnesses said of checkpoints.

It is made with the first cosignature, so the tables of an ordinary ledger stay as they were
released, and one without it reads as having none. No signature of the log covers it: whoever reads
verifies every line with the keys of witnesses that he trusts.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from oneseek.adapters.ledger.sql import Run, first
from oneseek.domain.errors import NotFound
from oneseek.domain.stored import StoredCosignature

_BATCH = 1000
_COLUMNS = "size, name, key_id, signature"


def read(run: Run, has_table: str, above: int = 0) -> Iterator[StoredCosignature]:
    """Yield the cosignatures of checkpoints of more than ``above`` entries, the newest first.

    ``has_table`` is the database's question whether it has the table. Rows of other types than
    they were written with are passed over: they are no cosignatures.
    """
    if not first(run(has_table))[0]:
        return
    last: tuple[Any, ...] | None = None
    while rows := _page(run, above, last):
        for size, name, key_id, signature in rows:
            if isinstance(size, int) and isinstance(name, str) and isinstance(signature, bytes):
                yield StoredCosignature(size, name, key_id, signature)
        last = rows[-1][:3]


def _page(run: Run, above: int, last: tuple[Any, ...] | None) -> list[Any]:
    statement = f"SELECT {_COLUMNS} FROM cosignatures WHERE size > ?"
    values: list[Any] = [above]
    if last is not None:
        statement += " AND (size, name, key_id) < (?, ?, ?)"
        values += last
    statement += " ORDER BY size DESC, name DESC, key_id DESC LIMIT ?"
    return list(run(statement, [*values, _BATCH]))


def write(
    run: Run, has_table: str, make: Callable[[], None], rows: Sequence[StoredCosignature]
) -> int:
    """Insert what is not there yet, inside the caller's transaction; return how many that were.

    ``make`` makes the table with its guards.

    Raises:
        NotFound: there is no checkpoint of such a size.
    """
    for size in sorted({row.size for row in rows}):
        if first(run("SELECT size FROM checkpoints WHERE size = ?", (size,))) is None:
            raise NotFound(f"no checkpoint of exactly {size} entries was signed here")
    if rows and not first(run(has_table))[0]:
        make()
    count = 0
    for row in rows:
        key = (row.size, row.name, row.key_id)
        found = run("SELECT 1 FROM cosignatures WHERE size = ? AND name = ? AND key_id = ?", key)
        if first(found) is None:
            run(f"INSERT INTO cosignatures ({_COLUMNS}) VALUES (?, ?, ?, ?)", (*key, row.signature))
            count += 1
    return count
