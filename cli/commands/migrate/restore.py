"""``oneseek migrate restore``: put a tree back that ``cleanup`` had moved away."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=("oneseek migrate restore", "oneseek migrate restore models/oqt"),
    codes=(0, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("source", required=False)
def restore(app: App, source: str | None) -> None:
    """Move a SOURCE that was moved away back to where it lay."""
    from oneseek.cli.wiring.migration_moves import move_back
    from oneseek.cli.wiring.writing import writing

    with writing(app) as ports:
        found, place, index = move_back(app, ports, source)
    app.out.result(
        {"source": found.source, "path": str(place), "entry": index},
        (f"Back: {place} (entry {index})",) if index is not None else (f"{place} lies there",),
    )


command = restore
