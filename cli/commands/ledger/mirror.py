"""``oneseek ledger mirror``: following somebody's published log, and verifying it."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek ledger mirror https://log.example/oneseek my-mirror --key log.vkey",
        "oneseek ledger mirror public-log my-mirror --key log.vkey --json",
        "oneseek ledger mirror https://log.example/oneseek my-mirror --key log.vkey --follow",
    ),
    codes=(0, 1, 2, 3, 4, 5, 130),
    workspace=False,
)
@click.argument("source", metavar="URL_OR_DIR")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "keys",
    multiple=True,
    required=True,
    help="Public key of the log (or a file with it); may be repeated. Keys that it announces "
    "follow.",
)
@click.option("--follow", is_flag=True, help="Go on looking for new entries until interrupted.")
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    help="Seconds between two looks, with --follow.",
)
def mirror(
    app: App, source: str, folder: Path, keys: tuple[str, ...], follow: bool, every: float
) -> None:
    """Copy the static log at URL_OR_DIR into DIR, verified, and find out when it cheats.

    Only what is new is fetched. Every entry is verified against the tiles, these against the signed
    checkpoint, and that against the one that DIR has kept. A log that was rolled back, or that
    shows another history than before, is a finding: both checkpoints are kept in DIR/evidence and
    nothing else is changed. DIR is a static log itself: it can be served and mirrored. No workspace
    is needed.
    """
    from oneseek.cli.wiring.static_log import follow_log, mirror_log

    if follow:
        follow_log(app.out, source, folder, keys, every)
        return
    done = mirror_log(app.out, source, folder, keys)
    app.out.result(
        {
            "source": source,
            "folder": str(folder),
            "origin": done.origin,
            "size": done.size,
            "root": done.root.hex(),
            "new": done.new,
            "ok": True,
            "findings": [],
        },
        (
            f"✓ {folder}: {done.size} entries of {done.origin} verified, {done.new} of them new",
            f"  root {done.root.hex()}",
        ),
    )


command = mirror
