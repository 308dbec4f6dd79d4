"""``oneseek ledger head``: the newest checkpoint."""

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(examples=("oneseek ledger head", "oneseek ledger head --json"))
def head(app: App) -> None:
    """Print the newest signed checkpoint: size, root, signature."""
    found = app.ledger.head()
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
