"""``oneseek diff``: which layers differ between two versions, and by how much."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.decisions.lookup import find_version


@make(
    examples=("oneseek diff 1.0 2.0", "oneseek diff 1.0 current --json"),
    codes=(0, 2, 3, 5, 6, 10),
)
@click.argument("dna1")
@click.argument("dna2")
@click.option("--all", "show_all", is_flag=True, help="List unchanged tensors as well.")
def diff(app: App, dna1: str, dna2: str, show_all: bool) -> None:
    """Compare the weights of the versions DNA1 and DNA2 tensor by tensor."""
    from oneseek.cli.wiring.tensors import compare_weights

    with app.ledger.view() as view:
        first, second = find_version(view, dna1), find_version(view, dna2)
    deltas = compare_weights(app, first, second)
    changed = [delta for delta in deltas if delta.changed]
    app.out.table(
        ("tensor", "shape", "L2 change", "largest", "relative"),
        [
            (
                delta.name,
                "×".join(str(size) for size in delta.shape),
                _short(delta.l2, ".4g"),
                _short(delta.max_abs, ".4g"),
                _short(delta.relative, ".1%"),
            )
            for delta in (deltas if show_all else changed)
        ],
        {
            "from": first.dna,
            "to": second.dna,
            "tensors": len(deltas),
            "changed": len(changed),
            "deltas": deltas if show_all else changed,
        },
        f"No tensor differs: {len(deltas)} tensors are the same to the byte.",
    )
    if changed:
        app.out.note(f"{len(changed)} of {len(deltas)} tensors differ")


def _short(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


command = diff
