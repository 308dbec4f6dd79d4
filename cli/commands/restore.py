"""``oneseek restore``: bring back a version that a reset removed."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=("oneseek restore OneSeek-7B-Zero.v1.0",),
    codes=(0, 1, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("dna")
def restore(app: App, dna: str) -> None:
    """Bring the version DNA back into the certified tree after a reset; it is not activated."""
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.usecases import registry

    with writing(app) as ports:
        version, receipt = registry.restore(ports, dna)
    app.out.result(
        {"restored": version.dna, "entry": receipt.indices[0] if receipt else None},
        (
            f"Restored: {version.dna} (entry {receipt.indices[0]})"
            if receipt
            else f"{version.dna} stands in the certified tree",
        ),
    )


command = restore
