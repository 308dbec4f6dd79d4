"""``oneseek reset``: empty the certified tree, on record."""

import sys

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.errors import InvalidInput


@make(
    examples=('oneseek reset --confirm RESET --reason "starting over for the election year"',),
    codes=(0, 2, 4, 5, 10, 130),
    writes=True,
)
@click.option("--confirm", metavar="RESET", help="The word RESET; without it you are asked for it.")
@click.option("--reason", default="", help="Why; it is recorded.")
def reset(app: App, confirm: str | None, reason: str) -> None:
    """Empty the certified tree. History, objects and base models stay; each version can return.

    Who, why and what was there is recorded before anything is removed.
    """
    from oneseek.cli.wiring.inspection import keep_and_list
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.usecases.reset import WORD
    from oneseek.domain.usecases.reset import reset as run

    if confirm is None:
        if not sys.stdin.isatty():
            raise InvalidInput(
                f"a reset needs the word {WORD}", hint=f"oneseek reset --confirm {WORD}"
            )
        app.paths  # noqa: B018 - a missing workspace is told before anybody types
        click.echo("This empties models/oneseek-certified. The history and all objects stay.")
        confirm = click.prompt(f"Type {WORD} to go on")
    if confirm != WORD:
        raise InvalidInput(
            f"a reset needs the word {WORD}, exactly so; nothing happened",
            hint=f"oneseek reset --confirm {WORD}",
        )
    with writing(app) as ports:
        receipt = run(ports, word=confirm, reason=reason, inventory=lambda: keep_and_list(app))
    app.out.result(
        {"entry": receipt.indices[0]},
        (
            f"Reset recorded as entry {receipt.indices[0]}; the certified tree is empty.",
            "The history is still there: oneseek log. Bring a version back: oneseek restore DNA",
        ),
    )


command = reset
