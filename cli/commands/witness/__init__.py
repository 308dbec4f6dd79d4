"""``oneseek witness``: a second party that cosigns checkpoints."""

import click

from oneseek.cli.lazy import LazyGroup


@click.group(
    "witness",
    cls=LazyGroup,
    package="oneseek.cli.commands.witness",
    members={"init": "init", "cosign": "cosign", "trust": "trust", "attach": "attach"},
)
def command() -> None:
    """Be a witness of somebody's ledger (init, cosign), or have witnesses (trust, attach)."""
