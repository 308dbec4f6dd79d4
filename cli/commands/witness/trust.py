"""``oneseek witness trust``: whose cosignatures count here."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek witness trust w1.vkey",
        "oneseek witness trust witness.example/w1+1a2b3c4d+BA… --json",
    ),
    codes=(0, 1, 2, 3, 4, 5, 10),
)
@click.argument("key", metavar="VKEY")
def trust(app: App, key: str) -> None:
    """Trust the witness with the public key VKEY (or a file with it).

    It is written into .oneseek/witness.vkey, one key on a line; taking a line away ends the trust.
    Compare the key with its owner over a channel that you trust. Keys of the ledger itself are
    refused: nobody is his own witness.
    """
    from oneseek.cli.wiring.given_keys import given_key
    from oneseek.cli.wiring.witnessing import trust_witness

    found = given_key(key)
    new = trust_witness(app, found)
    app.out.result(
        {"witness": found.name, "key_id": f"{found.key_id:08x}", "new": new},
        (f"{found.name} is trusted as a witness{'' if new else ' already'}.",),
    )


command = trust
