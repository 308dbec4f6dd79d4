"""``oneseek lineage``: what a version was made from, back to the base model."""

from collections.abc import Iterator

import click
from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import one_line
from oneseek.domain.decisions.lookup import find_any_version
from oneseek.domain.lineage import NOT_IDENTIFIED, Material, Step
from oneseek.domain.lineage import lineage as read_lineage
from oneseek.domain.state.documents import LegacySource
from oneseek.domain.state.imported import Imported


@make(examples=("oneseek lineage current", "oneseek lineage 2.0 --json"))
@click.argument("dna")
def lineage(app: App, dna: str) -> None:
    """Show what the version DNA was made from, and the ledger entries that say so.

    At an imported version the way back ends: what it was made from is only claimed.
    """
    with app.ledger.view() as view:
        steps = read_lineage(view, find_any_version(view, dna))
        places = {
            step.imported.source: _place(view.get(LegacySource, step.imported.source))
            for step in steps
            if step.imported is not None
        }
    lines: list[str] = []
    for depth, step in enumerate(steps):
        indent = "   " * depth
        inner = f"{indent}   {'   ' if depth else ''}"
        lines.append(f"{indent}{'└─ ' if depth else ''}{step.what}: {step.name}")
        lines.append(f"{inner}{_entry(step)}")
        lines += (f"{inner}{line}" for line in _imported(step, places))
        for made_from in step.inputs:
            lines.append(f"{inner}· {made_from.what}: {made_from.name}  {_entry(made_from, 12)}")
    app.out.result(
        [
            {
                "what": step.what,
                "name": step.name,
                "digest": step.digest,
                "entry": step.index,
                "evidence": step.evidence,
                "imported": to_builtins(step.imported),
                "inputs": [
                    {"what": i.what, "name": i.name, "digest": i.digest, "entry": i.index}
                    for i in step.inputs
                ],
            }
            for step in steps
        ],
        lines,
    )


def _entry(thing: Material, digits: int = 64) -> str:
    if thing.digest is None:
        return f"{NOT_IDENTIFIED}: which registered one it is, nobody has said"
    shown = thing.digest if digits == len(thing.digest) else f"{thing.digest[:digits]}…"
    return f"{shown}  (entry {thing.index})"


def _imported(step: Step, places: dict[str, str]) -> Iterator[str]:
    found: Imported | None = step.imported
    if found is None:
        return
    yield f"imported from {one_line(found.path)} of {one_line(places[found.source])}"
    yield f"{found.verdict}: {one_line(found.reason)}"
    yield "parents unknown: what it was trained from is not recorded"


def _place(source: LegacySource | None) -> str:
    return source.path if source is not None else "an unknown source"


command = lineage
