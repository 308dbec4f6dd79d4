"""``oneseek migrate base``: say on which base model an imported version stands."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek migrate base OneSeek-7B-Zero.v1.0 tiny",
        'oneseek migrate base 1.0 tiny --how "the same files as on the training machine"',
    ),
    codes=(0, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("dna")
@click.argument("base_name", metavar="BASE")
@click.option("--how", default="the operator said so", help="What it was recognised by.")
def base(app: App, dna: str, base_name: str, how: str) -> None:
    """Say that the imported version DNA stands on the registered base model BASE.

    Only a person can know: old records call a base model by a name, and a name proves nothing.
    Where shapes show that it cannot be, it is refused. Afterwards the version can be asked and
    trained further.
    """
    from oneseek.cli.wiring.migration_decisions import identify
    from oneseek.cli.wiring.writing import writing

    with writing(app) as ports:
        done = identify(app, ports, dna, base_name, how)
    known = f" (entry {done['entry']})" if done["entry"] is not None else ", as was recorded"
    app.out.result(done, (f"{done['dna']} stands on {done['base']}{known}",))


command = base
