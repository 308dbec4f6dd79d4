"""``oneseek ledger head``: the newest checkpoint."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek ledger head",
        "oneseek ledger head --json",
        "oneseek ledger head --note > kept.checkpoint",
    )
)
@click.option(
    "--note",
    is_flag=True,
    help="Print the checkpoint alone, as a C2SP signed note: to keep, to publish, to compare.",
)
def head(app: App, note: bool) -> None:
    """Print the newest signed checkpoint: size, root, signature."""
    found = app.ledger.head()
    if note and not app.out.json:
        click.echo(found.checkpoint.decode(), nl=False)
        return
    app.out.result(
        {
            "origin": app.settings.ledger.origin,
            "size": found.size,
            "root": found.root.hex(),
            "time": found.time,
            "checkpoint": found.checkpoint.decode(),
        },
        (
            f"Size  {found.size}",
            f"Root  {found.root.hex()}",
            f"Time  {found.time}",
            "",
            found.checkpoint.decode().rstrip("\n"),
        ),
    )


command = head
