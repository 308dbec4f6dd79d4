"""``oneseek ledger``: the ledger itself."""

import click

from oneseek.cli.lazy import LazyGroup


@click.group(
    "ledger",
    cls=LazyGroup,
    package="oneseek.cli.commands.ledger",
    members={"head": "head", "move": "move"},
)
def command() -> None:
    """Look at the ledger itself, or move it to another database."""
