"""``oneseek dataset``: training and evaluation data."""

import click

from oneseek.cli.lazy import LazyGroup


@click.group(
    "dataset",
    cls=LazyGroup,
    package="oneseek.cli.commands.dataset",
    members={
        "add": "add",
        "list": "list",
        "show": "show",
        "prove": "prove",
        "check": "check",
    },
)
def command() -> None:
    """Add datasets, look at them, prove that a row is in one."""
