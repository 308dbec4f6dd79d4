"""``oneseek keys``: which machines may write."""

import click

from oneseek.cli.lazy import LazyGroup


@click.group(
    "keys",
    cls=LazyGroup,
    package="oneseek.cli.commands.keys",
    members={"list": "list", "add": "add", "retire": "retire"},
)
def command() -> None:
    """List, announce and retire the keys of the machines that write this ledger."""
