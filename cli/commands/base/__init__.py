"""``oneseek base``: base models."""

import click

from oneseek.cli.lazy import LazyGroup


@click.group(
    "base",
    cls=LazyGroup,
    package="oneseek.cli.commands.base",
    members={"create": "create", "register": "register", "list": "list", "show": "show"},
)
def command() -> None:
    """Create, register and look at base models."""
