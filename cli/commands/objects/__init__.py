"""``oneseek objects``: the content store."""

import click

from oneseek.cli.lazy import LazyGroup


@click.group(
    "objects",
    cls=LazyGroup,
    package="oneseek.cli.commands.objects",
    members={"check": "check", "push": "push", "pull": "pull"},
)
def command() -> None:
    """Look at the content store, and share it between machines."""
