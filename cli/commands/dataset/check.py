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
    from oneseek.adapters.keys.ed25519 import check_ed25519
    from oneseek.cli.wiring.files import read_input
    from oneseek.cli.wiring.keys import given_key
    from oneseek.domain.errors import CannotCheck
    from oneseek.domain.note.signed_note import parse_note, verify_note
    from oneseek.domain.note.tlog_proof import TlogProof
    from oneseek.domain.usecases.prove_row import check_row_proof

    if proof.is_dir():
        raise InvalidInput(f"{proof} is a folder, not a proof")
    found, shown = check_row_proof(read_input(proof))
    if given:
        keys = tuple(given_key(key) for key in given)
        for text in found.entries:
            note = parse_note(TlogProof.parse(text.encode()).checkpoint)
            verify_note(note, keys, check_ed25519)
        shown.append(f"all checkpoints are signed by {keys[0].name}")
    app.out.result({"ok": True, "line": found.line, "shown": shown, "signature": bool(given)},
                   (found.line, "", *(f"✓ {sentence}" for sentence in shown)))  # fmt: skip
    if not given:
        raise CannotCheck(
            "the checkpoint's signature was not checked", hint="give the ledger's public key: --key"
        )


command = check
