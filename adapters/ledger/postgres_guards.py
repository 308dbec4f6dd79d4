"""The triggers of a PostgreSQL ledger: which are gone or asleep, and putting them back."""

from oneseek.adapters.ledger.postgres_schema import FUNCTION, trigger_statements
from oneseek.adapters.ledger.sql import Run


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
    return [name for name in trigger_statements() if name not in awake]


def mend(run: Run) -> None:
    """Put back what is missing, inside the caller's transaction."""
    statements, gone = trigger_statements(), missing(run)
    if gone:
        run(FUNCTION)
    for name in gone:
        run(f"DROP TRIGGER IF EXISTS {name} ON {name.partition('_')[0]}")
        for statement in statements[name]:
            run(statement)
