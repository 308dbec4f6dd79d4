"""``oneseek ledger``: the ledger itself."""

import click

from oneseek.cli.lazy import LazyGroup


@click.group(
    "ledger",
    cls=LazyGroup,
    package="oneseek.cli.commands.ledger",
    "check",
    "consistency",
    "head",
    "index",
    "mirror",
    "move",
    "prove",
    "publish",
    "repair",
)
def command() -> None:
    """Look at the ledger itself; prove, publish, mirror, repair or move it."""
