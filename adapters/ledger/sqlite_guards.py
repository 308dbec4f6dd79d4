"""The triggers of a SQLite ledger: which are gone or were changed, and putting them back."""

from oneseek.adapters.ledger.sql import Run, first
from oneseek.adapters.ledger.sqlite_schema import (
    HAS_COSIGNATURES,
    cosignature_statements,
    ledger_statements,
)

CLOSED = "head_closed"
"""The trigger of a closed ledger, which is no guard of the tables."""


def _triggers(run: Run) -> dict[str, str]:
    """Return the statements that make the triggers of the tables that are there, by name."""
    statements = ledger_statements()
    if first(run(HAS_COSIGNATURES))[0]:
        statements += cosignature_statements()
    return {
        statement.split()[2]: statement
        for statement in statements
        if statement.startswith("CREATE TRIGGER")
    }


def missing(run: Run) -> list[str]:
    """Return the names of the triggers that are not as they were made."""
    found = dict(run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return [name for name, statement in _triggers(run).items() if found.get(name) != statement]


def drop(run: Run) -> None:
    """Take away every trigger but that of closed ledgers, also those that somebody else made.

    For a repair, which puts ours back before its transaction ends.
    """
    for (name,) in list(run("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        if name != CLOSED:
            quoted = name.replace('"', '""')
            run(f'DROP TRIGGER "{quoted}"')


def mend(run: Run) -> None:
    """Put back what is missing, inside the caller's transaction."""
    statements = _triggers(run)
    for name in missing(run):
        run(f"DROP TRIGGER IF EXISTS {name}")
        run(statements[name])
