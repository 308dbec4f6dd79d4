"""The triggers of a PostgreSQL ledger: which are gone or asleep, and putting them back."""

from oneseek.adapters.ledger.postgres_schema import (
    FUNCTION,
    HAS_COSIGNATURES,
    cosignature_triggers,
    trigger_statements,
)
from oneseek.adapters.ledger.sql import Run, first


def _triggers(run: Run) -> dict[str, list[str]]:
    """Return what makes each trigger of the tables that are there, by its name."""
    there = first(run(HAS_COSIGNATURES))[0]
    return trigger_statements() | (cosignature_triggers() if there else {})


def missing(run: Run) -> list[str]:
    """Return the names of the triggers that are gone, or not awake in every session."""
    awake = {
        name
        for (name,) in run(
            "SELECT tgname FROM pg_catalog.pg_trigger "
            "JOIN pg_catalog.pg_class c ON c.oid = tgrelid "
            "WHERE relnamespace = current_schema()::regnamespace AND tgenabled = 'A'"
        )
    }
    return [name for name in _triggers(run) if name not in awake]


def drop(run: Run) -> None:
    """Take the triggers away, for a repair that puts them back before its transaction ends."""
    for name in trigger_statements():
        run(f"DROP TRIGGER IF EXISTS {name} ON {name.partition('_')[0]}")


def mend(run: Run) -> None:
    """Put back what is missing, inside the caller's transaction."""
    statements, gone = _triggers(run), missing(run)
    if gone:
        run(FUNCTION)
    for name in gone:
        run(f"DROP TRIGGER IF EXISTS {name} ON {name.partition('_')[0]}")
        for statement in statements[name]:
            run(statement)
