"""``oneseek lineage``: what a version was made from, back to the base model."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.lineage import lineage as read_lineage


@make(examples=("oneseek lineage current", "oneseek lineage 2.0 --json"))
@click.argument("dna")
def lineage(app: App, dna: str) -> None:
    """Show what the version DNA was made from, and the ledger entries that say so."""
    with app.ledger.view() as view:
        steps = read_lineage(view, find_version(view, dna))
    lines: list[str] = []
    for depth, step in enumerate(steps):
        indent = "   " * depth
        lines.append(f"{indent}{'└─ ' if depth else ''}{step.what}: {step.name}")
        lines.append(f"{indent}   {'   ' if depth else ''}{step.digest}  (entry {step.index})")
        for made_from in step.inputs:
            lines.append(
                f"{indent}   {'   ' if depth else ''}· {made_from.what}: {made_from.name}  "
                f"{made_from.digest[:12]}…  (entry {made_from.index})"
            )
    app.out.result(
        [
            {
                "what": step.what,
                "name": step.name,
                "digest": step.digest,
                "entry": step.index,
                "inputs": [
                    {"what": i.what, "name": i.name, "digest": i.digest, "entry": i.index}
                    for i in step.inputs
                ],
            }
            for step in steps
        ],
        lines,
    )


command = lineage
