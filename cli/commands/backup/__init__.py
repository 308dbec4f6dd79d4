"""``oneseek backup``: copies of versions, of the ledger and of the vault in another place."""

import click

from oneseek.cli.lazy import LazyGroup

MEMBERS = {
    "run": "run",
    "ledger": "ledger",
    "vault": "vault",
    "status": "status",
    "verify": "verify",
    "list": "list",
    "prune": "prune",
}


@click.group("backup", cls=LazyGroup, package="oneseek.cli.commands.backup", members=MEMBERS)
def command() -> None:
    """Keep copies of versions and of the ledger elsewhere, prove them, and let old ones go."""
