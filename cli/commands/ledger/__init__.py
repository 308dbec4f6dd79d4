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
        "publish": "publish",
        "mirror": "mirror",
        "repair": "repair",
        "index": "index",
        "move": "move",
    },
)
def command() -> None:
    """Look at the ledger itself; prove, publish, mirror, repair or move it."""
