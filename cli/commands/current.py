"""``oneseek current``: what is active, now or at a moment in the past."""

from pathlib import Path

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
        "oneseek current --at 42 --proof active.proof",
    ),
    codes=(0, 2, 3, 5, 6, 10),
)
@click.option("--at", metavar="TIME|SIZE", help="A time (ISO 8601, UTC) or a tree size.")
@click.option(
    "--proof",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write the proof to: it is checked without the ledger (oneseek check).",
)
def current(app: App, at: str | None, proof: Path | None) -> None:
    """Show the active version; with --at the one that was active then. Nothing active: exit 3.

    With --proof the answer, also that nothing was active, is written as a file that proves it. That
    needs an index which reaches so far (oneseek ledger index), else the exit code is 6. Without
    --at it is then the newest moment that the index reaches.
    """
    if proof is not None:
        # Late: looking, without a proof, has to start fast.
        from oneseek.cli.wiring.history_proofs import write_proof

        write_proof(app, proof, lambda prover: prover.active_at(at))
        return
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
