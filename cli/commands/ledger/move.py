"""``oneseek ledger move``: the ledger in another database."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek ledger move 'postgresql://anna@db.example/ledgers?schema=oneseek' --dry-run",
        "oneseek ledger move 'postgresql://anna@db.example/ledgers?schema=oneseek'",
        "oneseek ledger move sqlite:.oneseek/ledger.db",
    ),
    codes=(0, 2, 3, 4, 5, 10, 130),
)
@click.argument("url", metavar="TO_URL")
@click.option("--dry-run", is_flag=True, help="Verify all and look at the place; write nothing.")
def move(app: App, url: str, dry_run: bool) -> None:
    """Move the ledger to TO_URL: postgresql://…, or sqlite:PATH from the workspace's folder.

    Every entry and every checkpoint is verified and copied byte for byte; size and root are the
    same afterwards, and the state is folded again and compared. Nobody can append meanwhile. Keys
    of sealed texts and salts go along with a ledger that enters or leaves PostgreSQL. Then
    oneseek.toml names the new place, without any password: give that in PGPASSWORD or ~/.pgpass.
    The old ledger is kept and refuses to be written. A move that was cut off is finished by
    repeating it; a ledger can be moved back.
    """
    from oneseek.cli.wiring.moving import move_ledger

    done = move_ledger(app, url, dry_run=dry_run)
    app.out.result(done.as_json(), done.lines())


command = move
