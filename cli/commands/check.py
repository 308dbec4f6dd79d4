"""``oneseek check``: check any file that proves something; needs no workspace."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek check active.proof --key log.vkey",
        "oneseek check entry-12.tlog-proof --key log.vkey --json",
        "oneseek check version.zip --key log.vkey",
    ),
    codes=(0, 1, 2, 3, 5, 6),
    workspace=False,
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "given",
    metavar="VKEY",
    multiple=True,
    help="Public key of the ledger (name+hash+base64), or a file that holds it; may be repeated, "
    "for each machine that wrote.",
)
def check(app: App, file: Path, given: tuple[str, ...]) -> None:
    """Check whatever FILE proves, offline and without a workspace.

    FILE is a proof of what was active, of a version's history or absence, of an entry, of a row, or
    of consistency with the empty log; a checkpoint; or a bundle. Without --key nothing says that
    the ledger signed it, and the exit code is 6. More is asked for, such as an older checkpoint or
    witnesses, by: oneseek ledger check, oneseek bundle verify.
    """
    from oneseek.cli.wiring.checking import check_file

    check_file(app, file, given)


command = check
