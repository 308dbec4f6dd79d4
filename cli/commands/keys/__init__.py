"""``oneseek keys``: who may write, who may sign versions, and this machine's own keys."""

import click

from oneseek.cli.lazy import LazyGroup


@click.group(
    "keys",
    cls=LazyGroup,
    package="oneseek.cli.commands.keys",
    members={
        "list": "list",
        "add": "add",
        "retire": "retire",
        "rotate": "rotate",
        "protect": "protect",
        "export": "export",
    },
)
def command() -> None:
    """List, announce, retire, rotate, protect and export the keys of the machines that write."""
