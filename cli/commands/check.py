"""``oneseek check``: check a history proof; needs no workspace."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=("oneseek check active.proof --key checkpoint.vkey",),
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
    """Check the history proof in the file PROOF, offline and without a workspace.

    Says what was active at a moment, what happened to a version, or that it was never active.
    Without --key everything but the checkpoint's signature is checked, and the exit code is 6.
    """
    from oneseek.adapters.keys.ed25519 import check_ed25519
    from oneseek.cli.wiring.files import read_input
    from oneseek.cli.wiring.history_proofs import show_proved
    from oneseek.cli.wiring.keys import given_key
    from oneseek.domain.errors import CannotCheck
    from oneseek.domain.index.checking import check_history_proof

    keys = tuple(given_key(key) for key in given)
    show_proved(app, check_history_proof(read_input(proof), keys, check_ed25519))
    if not keys:
        raise CannotCheck(
            "the checkpoint's signature was not checked", hint="give the ledger's public key: --key"
        )


command = check
