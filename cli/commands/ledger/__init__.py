"""``oneseek ledger``: the ledger itself."""

import click

from oneseek.cli.lazy import LazyGroup


@click.group(
    "ledger",
    cls=LazyGroup,
    package="oneseek.cli.commands.ledger",
    members={
        "head": "head",
        "prove": "prove",
        "consistency": "consistency",
        "check": "check",
        "move": "move",
    },
)
def command() -> None:
    """Look at the ledger itself, prove what is in it, or move it to another database."""
