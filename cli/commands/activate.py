"""``oneseek activate``: make a version the one that answers."""

from functools import partial

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=("oneseek activate OneSeek-7B-Zero.v1.0", "oneseek activate 2.0"),
    codes=(0, 1, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("dna")
def activate(app: App, dna: str) -> None:
    """Make the version DNA the active one, after checking its folder byte by byte."""
    from oneseek.cli.wiring.imported_notes import activation_notes
    from oneseek.cli.wiring.inspection import inspect_version
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.usecases import registry

    with writing(app) as ports:
        version, receipt = registry.activate(ports, dna, partial(inspect_version, app))
    index = receipt.indices[0] if receipt else None
    app.out.result(
        {"active": version.dna, "manifest": version.manifest, "entry": index},
        (
            f"Active: {version.dna} (entry {index})"
            if receipt
            else f"{version.dna} was active already",
        ),
    )
    for note in activation_notes(version):
        app.out.note(note)


command = activate
