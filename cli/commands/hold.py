"""``oneseek hold``: a version that must be kept, whatever the retention policy says."""

import click
from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.errors import InvalidInput


@make(
    examples=(
        'oneseek hold 1.0 --reason "an open complaint"',
        'oneseek hold 1.0 --release --reason "the complaint is closed"',
        "oneseek hold --list",
    ),
    codes=(0, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("dna", required=False)
@click.option("--reason", default="", help="Why; it is recorded.")
@click.option("--release", is_flag=True, help="Let the policy count again.")
@click.option("--list", "listing", is_flag=True, help="List what is held; change nothing.")
def hold(app: App, dna: str | None, reason: str, release: bool, listing: bool) -> None:
    """Hold the version DNA: no prune and no gc takes it or its backups until it is released."""
    if listing:
        if dna is not None or release or reason:
            raise InvalidInput("--list takes no version, no reason and no --release")
        _list(app)
        return
    if dna is None:
        raise InvalidInput("name the version to hold", hint="or see what is held: --list")
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.usecases import holds

    with writing(app) as ports:
        version, receipt = (holds.release if release else holds.hold)(ports, dna, reason)
    index = receipt.indices[0] if receipt else None
    word = "Released" if release else "Held"
    nothing = "was not held" if release else "is held for this reason already"
    app.out.result(
        {"released" if release else "held": version.dna, "entry": index},
        (f"{word}: {version.dna} (entry {index})" if receipt else f"{version.dna} {nothing}",),
    )


def _list(app: App) -> None:
    from oneseek.domain.state.documents import Hold

    with app.ledger.view() as view:
        found = [item for _, item in view.scan(Hold)]
    found.sort(key=lambda item: item.index)
    app.out.table(
        ("DNA", "entry", "reason"),
        [(item.dna, item.index, item.reason) for item in found],
        [to_builtins(item) for item in found],
        "Nothing is held.",
    )


command = hold
