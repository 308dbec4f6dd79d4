"""``oneseek migrate``: what older systems left behind, brought in honestly."""

import click

from oneseek.cli.lazy import LazyGroup


@click.group(
    "migrate",
    cls=LazyGroup,
    package="oneseek.cli.commands.migrate",
    members={
        "scan": "scan",
        "plan": "plan",
        "run": "run",
        "report": "report",
        "base": "base",
        "erase": "erase",
        "cleanup": "cleanup",
        "restore": "restore",
    },
)
def command() -> None:
    """Bring in old trees and ledgers: look, plan, run, read the report, move the old away.

    The source is only read, and nothing in it is ever run. Begin with: oneseek migrate scan PATH
    """
