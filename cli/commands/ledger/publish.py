"""``oneseek ledger publish``: the ledger as a static log that any file server can host."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek ledger publish public-log",
        "oneseek ledger publish public-log --json",
    ),
    codes=(0, 2, 3, 4, 5, 10, 130),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def publish(app: App, folder: Path) -> None:
    """Write the ledger into DIR as a static log (C2SP tlog-tiles), only what is new.

    Any file server or bucket can host DIR. It holds the signed checkpoint, the hashes, the entries,
    and the public keys; entries hold digests, never anybody's text. Each entry is verified against
    the signed root before it is written. Files never change once they are full; the checkpoint is
    written last and only ever forward. A run that was cut off is finished by repeating it.
    """
    from oneseek.cli.wiring.static_log import publish_ledger

    done = publish_ledger(app, folder)
    app.out.result(
        {
            "folder": str(folder),
            "origin": done.origin,
            "size": done.size,
            "root": done.root.hex(),
            "new": done.new,
        },
        (
            f"✓ {folder}: {done.size} entries published, {done.new} of them new",
            f"  root {done.root.hex()}",
        ),
    )


command = publish
