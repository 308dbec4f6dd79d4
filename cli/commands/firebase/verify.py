"""``oneseek firebase verify``: was anything in the collections changed by hand?"""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import count_text


@make(
    examples=("oneseek firebase verify", "oneseek firebase verify --collection oqt_ledger --json"),
    codes=(0, 1, 2, 3, 5, 6, 10),
)
@click.option("--collection", "names", multiple=True, metavar="NAME",
              help="Only this collection; may be repeated.")  # fmt: skip
def verify(app: App, names: tuple[str, ...]) -> None:
    """Compare every document with the ledger; name each one changed, added or deleted by hand.

    The field that differs is named. Texts of people are compared and never shown. Nothing is
    changed: oneseek firebase rebuild puts right what is found.
    """
    from oneseek.cli.wiring.firebase import chosen, open_runner
    from oneseek.cli.wiring.firebase_text import verified_json, verified_lines, verify_all

    runner = open_runner(app)
    seen = verify_all(app, runner, chosen(names))
    app.out.result(
        {"target": runner.store.name, "collections": [verified_json(c, v) for c, v in seen]},
        [f"Target  {runner.store.name}"] + [line for c, v in seen for line in verified_lines(c, v)],
    )
    found = sum(v.count for _, v in seen)
    app.out.note(f"{count_text(found, 'finding')}" if found else "everything is as it should be")
    if found:
        raise click.exceptions.Exit(1)


command = verify
