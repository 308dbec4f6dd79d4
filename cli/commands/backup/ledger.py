"""``oneseek backup ledger``: a copy of the ledger in another place."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek backup ledger",
        "oneseek backup ledger --to file:///mnt/disk/oneseek",
        "oneseek backup ledger --to s3://bucket/prefix --json",
    ),
    codes=(0, 1, 2, 3, 4, 5, 10),
    writes=True,
)
@click.option(
    "--to",
    "targets",
    multiple=True,
    metavar="PLACE",
    help="Where to: local, firebase, a folder or a URL; may be repeated.  "
    "[default: [backup] to in oneseek.toml]",
)
def ledger(app: App, targets: tuple[str, ...]) -> None:
    """Copy the ledger: entries, checkpoints, and the evidence that entries name.

    Only what is new is sent. Public keys and settings go along, files of versions do not: they have
    backups of their own (oneseek backup run). Keys never leave this machine, and neither does what
    opens sealed texts (oneseek backup vault). With both, a whole workspace is made again on an
    empty machine: oneseek restore --all --ledger PLACE.
    """
    from oneseek.cli.wiring.ledger_backup import back_up_ledger, ledger_json, ledger_lines

    done = [back_up_ledger(app, target) for target in targets or app.settings.backup.to]
    app.out.result(
        [ledger_json(*item) for item in done],
        [line for item in done for line in ledger_lines(*item)],
    )


command = ledger
