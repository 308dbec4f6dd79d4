"""``oneseek firebase``: the collections ``oqt_*``, in Firestore or in the embedded mirror."""

import click

from oneseek.cli.lazy import LazyGroup


@click.group(
    "firebase",
    cls=LazyGroup,
    package="oneseek.cli.commands.firebase",
    members={
        "push": "push",
        "follow": "follow",
        "verify": "verify",
        "rebuild": "rebuild",
        "status": "status",
    },
)
def command() -> None:
    """Show the ledger as the collections oqt_* of a database of documents.

    The target is Firestore where oneseek.toml names a [firebase] project, else the embedded mirror
    .oneseek/mirror.db, which needs nothing.
    """
