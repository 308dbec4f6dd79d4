"""``oneseek replay``: everything as it was at a moment in the past, in a folder of its own."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.wiring.keeping_out import refuse_own_places
from oneseek.domain.errors import Conflict
from oneseek.domain.usecases.timeline import parse_moment


@make(
    examples=(
        "oneseek replay --until 2026-11-20T18:00:00Z --to /tmp/then",
        "oneseek replay --until 42 --to then",
    ),
    codes=(0, 1, 2, 3, 4, 5, 10),
)
@click.option("--until", required=True, metavar="SIZE|TIME", help="Tree size or time (ISO 8601).")
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="New or empty folder.",
)
def replay(app: App, until: str, folder: Path) -> None:
    """Write all projections as they were at a moment in the past into the folder DIR."""
    size = parse_moment(app.ledger, until)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"{folder} is not an empty folder", hint="give a new one")
    refuse_own_places(app, folder)
    written = {
        projection.name: len(app.runner.replay(projection, size, folder))
        for projection in app.projections
    }
    app.out.result(
        {"size": size, "folder": str(folder), "written": written},
        (
            f"As after {size} entries, in {folder}:",
            *(f"  {item.folder}: {written[item.name]} paths" for item in app.projections),
        ),
    )


command = replay
