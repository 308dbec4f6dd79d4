"""``oneseek current``: what is active, now or at a moment in the past."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.errors import NotFound
from oneseek.domain.state.documents import Version
from oneseek.domain.usecases.timeline import activity_at, parse_moment


@make(
    examples=(
        "oneseek current",
        "oneseek current --at 2026-11-20T18:00:00Z",
        "oneseek current --at 42",
    ),
)
@click.option("--at", metavar="TIME|SIZE", help="A time (ISO 8601, UTC) or a tree size.")
def current(app: App, at: str | None) -> None:
    """Show the active version; with --at the one that was active then. Nothing active: exit 3."""
    if at is None:
        app.heal()
    size = parse_moment(app.ledger, at) if at is not None else app.ledger.head().size
    with app.ledger.view() as view:
        activity = activity_at(view, size)
        version = view.get(Version, activity.active) if activity and activity.active else None
    if activity is None or version is None:
        when = f" after {size} entries" if at is not None else ""
        cause = f" since entry {activity.index} ({activity.cause})" if activity else ""
        raise NotFound(
            f"no version {'was' if at is not None else 'is'} active{when}{cause}",
            hint="see all: oneseek versions",
        )
    app.out.result(
        {
            "dna": version.dna,
            "manifest": version.manifest,
            "weights": version.weights,
            "since": activity.time,
            "entry": activity.index,
            "tree_size": size,
        },
        (
            version.dna,
            f"  manifest  {version.manifest}",
            f"  since     {activity.time} (entry {activity.index})",
        ),
    )


command = current
