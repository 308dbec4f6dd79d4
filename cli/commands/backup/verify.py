"""``oneseek backup verify``: read backups again and compare every byte."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek backup verify",
        "oneseek backup verify 1.0 --from local",
        "oneseek backup verify --quick",
    ),
    codes=(0, 1, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("dna", nargs=-1)
@click.option(
    "--from",
    "targets",
    metavar="TARGET",
    multiple=True,
    help='"local", "firebase" or a URL; may be repeated.  [default: [backup] to in oneseek.toml]',
)
@click.option("--quick", is_flag=True, help="Compare lengths only; nothing is recorded.")
@click.option("--no-record", is_flag=True, help="Do not record what was found.")
def verify(
    app: App, dna: tuple[str, ...], targets: tuple[str, ...], quick: bool, no_record: bool
) -> None:
    """Read the backups of DNA, or all of them, and compare them with what the ledger says.

    Objects that several backups share are read once. What is missing, damaged or altered there is
    told of, with the backups that it harms, and so is a backup that no entry knows. A damaged
    backup no longer counts as a copy, until it was taken again or is found whole.
    """
    from oneseek.cli.wiring.backup_care import verify_places

    verify_places(app, dna, targets, quick=quick, keep_record=not no_record)


command = verify
