"""``oneseek dataset check``: check a row proof; needs no workspace."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.errors import InvalidInput


@make(
    examples=("oneseek dataset check row-1.json --key checkpoint.vkey",),
    codes=(0, 1, 2, 3, 5, 6),
    workspace=False,
)
@click.argument("proof", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "given",
    multiple=True,
    help="Public key of the ledger (name+hash+base64), or a file that holds it; may be repeated, "
    "for each machine that wrote.",
)
def check(app: App, proof: Path, given: tuple[str, ...]) -> None:
    """Check the row proof in the file PROOF, offline and without a workspace.

    Without --key everything but the checkpoint's signature is checked, and the exit code is 6.
    """
    from oneseek.cli.wiring.checking import check_row
    from oneseek.cli.wiring.files import read_input
    from oneseek.cli.wiring.given_keys import given_keys

    if proof.is_dir():
        raise InvalidInput(f"{proof} is a folder, not a proof")
    check_row(app, read_input(proof), given_keys(given))


command = check
