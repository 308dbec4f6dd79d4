"""``oneseek ledger check``: does a proof hold? Without the ledger."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek ledger check entry-12.tlog-proof --key log.vkey",
        "oneseek ledger check entry-12.tlog-proof --key log.vkey --witness w1.vkey "
        "--require-witnesses 1",
        "oneseek ledger check since.consistency --key log.vkey --old kept.checkpoint --json",
    ),
    codes=(0, 1, 2, 3, 5, 6),
    workspace=False,
)
@click.argument("proof", type=click.Path(path_type=Path))
@click.option("--key", "given", multiple=True, required=True,
              help="Public key of the log, or a file with it; may be repeated.")  # fmt: skip
@click.option("--witness", "witnesses", multiple=True, metavar="VKEY",
              help="Public key of a witness that you trust, or a file with it; may be repeated.",
              )  # fmt: skip
@click.option("--require-witnesses", "required", type=click.IntRange(min=1), metavar="N",
              help="Refuse a checkpoint that fewer of them cosigned.")  # fmt: skip
@click.option("--old", type=click.Path(path_type=Path), metavar="CHECKPOINT",
              help="The older checkpoint that you kept, for a consistency proof.")  # fmt: skip
def check(
    app: App,
    proof: Path,
    given: tuple[str, ...],
    witnesses: tuple[str, ...],
    required: int | None,
    old: Path | None,
) -> None:
    """Check the file PROOF with public keys alone: no workspace, no ledger, no network.

    PROOF is a C2SP tlog-proof (oneseek ledger prove), a consistency proof (oneseek ledger
    consistency) or a signed checkpoint; CHECKPOINT may be any of the three. Everything in it is
    verified: the log's signature, hashes, cosignatures of the witnesses given. Exit code 1 means
    that it does not prove what it says, 6 that something is missing to tell.
    """
    from oneseek.cli.wiring.given_keys import given_keys
    from oneseek.cli.wiring.proof_check import Trusted, check_proof

    trusted = Trusted(given_keys(given), given_keys(witnesses), required or 0)
    proven = check_proof(proof, trusted, old)
    app.out.result(proven.as_json(), proven.lines())


command = check
