"""The questions that every SQL ledger answers with the same statements.

Values stand as ``?``; :class:`Run` executes one statement where its database wants it executed. So
``sqlite3.Connection.execute`` is one as it stands, and PostgreSQL's translates the placeholders.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from itertools import starmap
from typing import Any, Protocol

from oneseek.adapters.ledger.rows import HeadRow, Row
from oneseek.domain.errors import InvalidInput, LedgerBroken, NotFound
from oneseek.domain.merkle.frontier import Frontier
from oneseek.domain.stored import Head, IndexRow, Record
from oneseek.domain.values import format_time, from_microseconds, microseconds

_STREAMS_AT_ONCE = 500
"""Below what every database takes as values of one statement."""

_LAST_CLOCK = microseconds(datetime.max.replace(tzinfo=UTC))


class Run(Protocol):
    """Executes a statement with its values and returns the rows."""

    def __call__(self, statement: str, values: Any = ..., /) -> Iterable[Any]: ...


class RunMany(Protocol):
    """Executes a statement once for every row of values."""

    def __call__(self, statement: str, rows: Sequence[Sequence[Any]], /) -> object: ...


def first(rows: Iterable[Any]) -> Any:
    """Return the first of ``rows``, None where there is none."""
    return next(iter(rows), None)


def read_head(run: Run) -> Head:
    """Return the head row as a value; its root is computed from the frontier."""
    return HeadRow(*select_head(run)).as_head()


def select_head(run: Run, *, lock: str = "") -> tuple[Frontier, int, bytes]:
    """Return frontier, latest time (µs since 1970) and checkpoint as they are stored.

    Raises:
        LedgerBroken: the row is absent, or its values do not belong together.
    """
    row = first(run(f"SELECT size, frontier, clock, checkpoint FROM head{lock}"))
    if row is None:
        raise LedgerBroken("the ledger has lost its head row")
    size, frontier, clock, checkpoint = row
    if not (
        isinstance(size, int)
        and isinstance(clock, int)
        and 0 <= clock <= _LAST_CLOCK
        and isinstance(frontier, bytes)
        and isinstance(checkpoint, bytes)
    ):
        raise LedgerBroken("the head row is damaged", hint="restore the ledger from a backup")
    return Frontier.from_bytes(size, frontier), clock, checkpoint


def stream_versions(run: Run, streams: Collection[str]) -> dict[str, int]:
    """Return the newest version of every one of ``streams`` that has entries."""
    found: dict[str, int] = {}
    names = list(streams)
    for start in range(0, len(names), _STREAMS_AT_ONCE):
        some = names[start : start + _STREAMS_AT_ONCE]
        rows = run(
            # A maximum of its own for every stream: one look into the index, where GROUP BY would
            # read every entry of a long stream.
            "SELECT column1, (SELECT MAX(originator_version) FROM entries "
            "WHERE originator_id = column1) "
            f"FROM (VALUES {','.join(['(CAST(? AS TEXT))'] * len(some))}) AS wanted",
            some,
        )
        found.update((stream, version) for stream, version in rows if version is not None)
    return found


def select_hashes(run: Run, level: int, start: int, stop: int) -> list[bytes]:
    """Return leaf hashes (level 0) or roots of full tiles of ``level - 1``, in order."""
    if level == 0:
        sql = "SELECT leaf_hash FROM entries WHERE position >= ? AND position < ? ORDER BY position"
        values: tuple[int, ...] = (start, stop)
    else:
        sql = (
            "SELECT root FROM tiles WHERE level = ? AND position >= ? AND position < ? "
            "ORDER BY position"
        )
        values = (level - 1, start, stop)
    hashes = [_bytes(row[0]) for row in run(sql, values)]
    if len(hashes) != stop - start:
        raise LedgerBroken(
            f"hashes {start} to {stop} of tile level {level} are not all in the ledger"
        )
    return hashes


def select_records(run: Run, start: int, limit: int) -> list[Record]:
    """Return up to ``limit`` rows from index ``start`` on."""
    rows = list(
        run(
            "SELECT position, state, leaf_hash FROM entries "
            "WHERE position >= ? ORDER BY position LIMIT ?",
            (start, limit),
        )
    )
    # At once where nothing is damaged: every audit passes here with every entry.
    if {type(row[1]) for row in rows} | {type(row[2]) for row in rows} <= {bytes}:
        return list(starmap(Record, rows))
    return [Record(position, _bytes(raw), _bytes(hashed)) for position, raw, hashed in rows]


def select_stream(run: Run, stream: str, after: int, limit: int) -> list[tuple[int, Record]]:
    """Return up to ``limit`` rows of ``stream`` above version ``after``, with their versions."""
    rows = run(
        "SELECT originator_version, position, state, leaf_hash FROM entries "
        "WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version LIMIT ?",
        (stream, after, limit),
    )
    return [
        (version, Record(position, _bytes(raw), _bytes(hashed)))
        for version, position, raw, hashed in rows
    ]


def select_entries(run: Run, start: int, stop: int) -> list[bytes]:
    """Return the bytes of the entries with ``start`` <= index < ``stop``, in order."""
    rows = run(
        "SELECT state FROM entries WHERE position >= ? AND position < ? ORDER BY position",
        (start, stop),
    )
    return [raw if isinstance(raw, bytes) else b"" for (raw,) in rows]


def select_rows(run: Run, start: int, stop: int) -> list[Row]:
    """Return the whole rows with ``start`` <= index < ``stop``, in order."""
    rows = run(
        "SELECT position, originator_id, originator_version, topic, clock, leaf_hash, state "
        "FROM entries WHERE position >= ? AND position < ? ORDER BY position",
        (start, stop),
    )
    return [
        Row(position, stream, version, kind, clock, _bytes(hashed), _bytes(raw))
        for position, stream, version, kind, clock, hashed, raw in rows
    ]


def select_checkpoints(
    run: Run, after: int | None, last: int | None, limit: int = -1
) -> list[tuple[int, bytes]]:
    """Return size and note of the checkpoints with ``after`` < size <= ``last``, in order."""
    statement = "SELECT size, note FROM checkpoints WHERE size > ?"
    values = [after or 0]
    if last is not None:
        statement += " AND size <= ?"
        values.append(last)
    statement += " ORDER BY size"
    if limit >= 0:
        statement += " LIMIT ?"
        values.append(limit)
    return [(size, _bytes(note)) for size, note in run(statement, values)]


def select_index_rows(run: Run, start: int, limit: int) -> list[IndexRow]:
    """Return the look-up columns of up to ``limit`` rows from index ``start`` on."""
    rows = run(
        "SELECT position, originator_id, originator_version, topic, clock FROM entries "
        "WHERE position >= ? ORDER BY position LIMIT ?",
        (start, limit),
    )
    return [
        IndexRow(position, stream, version, kind, _time_text(clock))
        for position, stream, version, kind, clock in rows
    ]


def _time_text(clock: object) -> str:
    try:
        return format_time(from_microseconds(clock))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, InvalidInput):
        return f"no time: {clock!r}"


def lost_table(place: str, table: str) -> LedgerBroken:
    """Return the error of a ledger that has lost a table. ``state`` alone is derived."""
    hint = (
        "fold it again from the entries: oneseek rebuild state"
        if table == "state"
        else "restore the ledger from a backup; nothing was written"
    )
    return LedgerBroken(f"{place} has lost its table {table}", hint=hint)


def find_surplus(run: Run) -> str | None:
    """Return the name of a row that lies behind the head, where an append would want to write."""
    from oneseek.domain.merkle.tiles import TILE_WIDTH  # late: only a refused write asks

    size = select_head(run)[0].size
    entry = first(run("SELECT MIN(position) FROM entries WHERE position >= ?", (size,)))[0]
    if entry is not None:
        return f"entry {entry}"
    note = first(run("SELECT MIN(size) FROM checkpoints WHERE size > ?", (size,)))[0]
    if note is not None:
        return f"the checkpoint of {note} entries"
    level, count = 0, size // TILE_WIDTH
    while True:
        tile = first(
            run("SELECT MIN(position) FROM tiles WHERE level = ? AND position >= ?", (level, count))
        )[0]
        if tile is not None:
            return f"tile {tile} of level {level}"
        if count == 0:
            return None
        level, count = level + 1, count // TILE_WIDTH


def select_checkpoint(run: Run, index: int) -> tuple[int, bytes]:
    """Return size and note of the first checkpoint whose tree holds leaf ``index``."""
    row = first(
        run("SELECT size, note FROM checkpoints WHERE size > ? ORDER BY size LIMIT 1", (index,))
    )
    if row is None:
        raise NotFound(f"no checkpoint covers entry {index}: the ledger ends before it")
    return row[0], _bytes(row[1])


def size_at(run: Run, moment: datetime, place: str) -> int:
    """Binary search: ``clock`` never falls, it is the latest time of all entries so far."""
    limit, low, high = microseconds(moment), 0, read_head(run).size
    while low < high:
        middle = (low + high) // 2
        row = first(run("SELECT clock FROM entries WHERE position = ?", (middle,)))
        if row is None:
            raise LedgerBroken(f"entry {middle} is missing from {place}")
        if row[0] <= limit:
            low = middle + 1
        else:
            high = middle
    return low


def _bytes(value: object) -> bytes:
    """Return a stored value as bytes; what a damaged row holds instead reads as empty.

    No entry, hash or checkpoint is empty: whoever looks at it finds it wrong, at its place.
    """
    return value if isinstance(value, bytes) else b""
