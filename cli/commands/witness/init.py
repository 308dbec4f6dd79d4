"""``oneseek witness init``: become a witness."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek witness init my-witness --name witness.example/w1",
        "oneseek witness init my-witness --name witness.example/w1 --algorithm ml-dsa-44",
    ),
    codes=(0, 2, 4, 5, 6),
    workspace=False,
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", required=True,
              help="Your name in cosignatures: a URL without scheme, yours alone.")  # fmt: skip
@click.option("--algorithm", type=click.Choice(("ed25519", "ml-dsa-44")), default="ed25519",
              show_default=True, help="ml-dsa-44 also withstands quantum computers.")  # fmt: skip
def init(app: App, folder: Path, name: str, algorithm: str) -> None:
    """Make the folder DIR of a witness: its private key and its memory of what it cosigned.

    Keep the folder on a machine that the operator of the ledger does not control, and keep it:
    a witness that forgets can be shown another history. OQT_KEY_PASSPHRASE encrypts the key.
    """
    from oneseek.adapters.witness.folder import WitnessFolder

    made = WitnessFolder(folder)
    key = made.create(name, algorithm)
    app.out.result(
        {"folder": str(folder), "name": name, "algorithm": algorithm, "public_key": str(key)},
        (
            f"Witness {name} in {folder}",
            f"Public key, in {made.vkey}:",
            str(key),
        ),
    )


command = init
