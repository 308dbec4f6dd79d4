"""``oneseek keys add``: let another machine write."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek keys add example.org/log+1a2b3c4d+AQ…",
        "oneseek keys add second-machine.vkey --json",
    ),
    codes=(0, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("key", metavar="VKEY")
def add(app: App, key: str) -> None:
    """Announce the public key VKEY (or a file with it): its machine may write from now on.

    Run it on a machine that may write. `oneseek init --join` prints the key of a new machine;
    compare the two by eye, or over a channel that you trust.
    """
    from oneseek.cli.wiring.given_keys import given_key
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.decisions.keys import name_of
    from oneseek.domain.usecases.keys import announce_key

    found = given_key(key)
    with writing(app) as ports:
        receipt = announce_key(ports, app.settings.ledger.origin, found)
    entry = receipt.indices[0]
    app.out.result(
        {"id": name_of(found), "public_key": str(found), "entry": entry},
        (f"Announced {name_of(found)} in entry {entry}: its machine may write from now on.",),
    )


command = add
