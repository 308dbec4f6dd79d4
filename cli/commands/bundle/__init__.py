"""``oneseek bundle``: one file with all that proves a version, for somebody else."""

import click

from oneseek.cli.lazy import LazyGroup


@click.group(
    "bundle",
    cls=LazyGroup,
    package="oneseek.cli.commands.bundle",
    members={"export": "export", "verify": "verify", "show": "show"},
)
def command() -> None:
    """Give somebody a version with its whole history and proofs, or check what you were given."""
