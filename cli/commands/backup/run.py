"""``oneseek backup run``: copy versions to another place, confirmed."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make

TO = click.option(
    "--to",
    "targets",
    metavar="TARGET",
    multiple=True,
    help='"local", "firebase" or a URL; may be repeated.  [default: [backup] to in oneseek.toml]',
)


@make(
    examples=(
        "oneseek backup run",
        "oneseek backup run --dry-run",
        "oneseek backup run 1.0 current --to file:///mnt/disk/oneseek",
    ),
    codes=(0, 1, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("dna", nargs=-1)
@TO
@click.option("--dry-run", is_flag=True, help="Say what would be copied, and copy nothing.")
def run(app: App, dna: tuple[str, ...], targets: tuple[str, ...], dry_run: bool) -> None:
    """Copy the versions DNA, or those that the policy wants, to another place.

    Only what is not there yet is sent. A backup counts, and is recorded, when the place has
    confirmed every byte of it. It holds the certified folder, the bundle that proves it, and what
    it takes to go on from it; no base model, and no text that people wrote to the model. Repeated,
    or interrupted and repeated, it goes on where it ended.
    """
    from oneseek.cli.wiring.backup_run import preview, run_backups

    (preview if dry_run else run_backups)(app, dna, targets)


command = run
