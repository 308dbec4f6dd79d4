"""``oneseek keys retire``: a machine writes no more, or a key signs no more versions."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        'oneseek keys retire 1a2b3c4d --reason "the machine was sold"',
        'oneseek keys retire old-machine.vkey --reason "its disk was stolen" --json',
    ),
    codes=(0, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("key", metavar="KEY")
@click.option("--reason", required=True, help="Why; it is recorded for ever.")
def retire(app: App, key: str, reason: str) -> None:
    """Retire KEY: by its ID, the whole public key, or a file with it. Model keys too.

    What it has signed before stays good; it signs nothing after this entry. This cannot be taken
    back: a machine that is to write again gets a new key. Change the machine's password for the
    database too: the ledger can show that somebody wrote, it cannot lock him out.
    """
    from oneseek.cli.wiring.given_keys import given_name
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.usecases.keys import withdraw_key

    if not reason.strip():
        raise click.BadParameter("it is empty", param_hint="--reason")
    name = given_name(key)
    with writing(app) as ports:
        receipt = withdraw_key(ports, name, reason.strip(), app.own_key)
    entry = receipt.indices[0]
    app.out.result(
        {"key": name, "entry": entry, "reason": reason.strip()},
        (f"Retired {name} in entry {entry}: it signs nothing from there on.",),
    )


command = retire
