"""``oneseek backup status``: what would be lost if this disk died now."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=("oneseek backup status", "oneseek backup status --check --json"),
    codes=(0, 1, 2, 3, 5, 10),
)
@click.option("--check", is_flag=True, help="Ask the places what still stands there.")
def status(app: App, check: bool) -> None:
    """Say what would be lost if this disk died now: entries, versions, objects, keys of texts.

    It is answered from the ledger's own records of backups; no place is asked without --check. A
    copy on the same disk as the workspace does not count, and neither does one that was found
    damaged. Private keys and base models are in no backup: they are named, and copied by hand.
    Exit code 0: nothing else would be lost. 1: something would.
    """
    from oneseek.cli.wiring.exposing import status as look

    found = look(app, check=check)
    rows = found.rows()
    if app.out.json:
        app.out.result(found.as_json())
    elif rows:
        click.echo("If this disk died now, you would lose:")
        app.out.table(("what", "how much", "back it up with"), rows, None, "")
    else:
        click.echo("If this disk died now, every entry, version and sealed text could be restored.")
    if not app.out.json:
        app.out.result(None, found.notes())
    if not found.safe:
        raise SystemExit(1)


command = status
