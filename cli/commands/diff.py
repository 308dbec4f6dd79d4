"""``oneseek diff``: which layers differ between two versions, and by how much."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.decisions.lookup import find_version


@make(
    examples=("oneseek diff 1.0 2.0", "oneseek diff 1.0 current --tensors --json"),
    codes=(0, 1, 2, 3, 5, 6, 10),
)
@click.argument("dna1")
@click.argument("dna2")
@click.option("--tensors", is_flag=True, help="Show every tensor that differs, not layers.")
def diff(app: App, dna1: str, dna2: str, tensors: bool) -> None:
    """Compare the weights of the versions DNA1 and DNA2, layer by layer or tensor by tensor.

    Which tensors differ is told by their SHA-256; L2 is the norm of the difference.
    """
    from oneseek.cli.wiring.tensors import by_layer, compare_weights

    with app.ledger.view() as view:
        first, second = find_version(view, dna1), find_version(view, dna2)
    changes = compare_weights(app, first, second)
    changed = [change for change in changes if change.changed]
    layers = [layer for layer in by_layer(changes) if layer.changed]
    columns: tuple[str, ...] = ("layer", "tensors", "changed", "L2 change", "largest")
    rows: list[tuple[object, ...]] = [
        (
            item.layer,
            item.tensors,
            item.changed,
            _short(item.l2, ".4g"),
            _short(item.max_abs, ".4g"),
        )
        for item in layers
    ]
    if tensors:
        columns = ("tensor", "shape", "L2 change", "largest", "relative")
        rows = [
            (
                item.name,
                "×".join(str(size) for size in item.shape),
                _short(item.l2, ".4g"),
                _short(item.max_abs, ".4g"),
                _short(item.relative, ".1%"),
            )
            for item in changed
        ]
    app.out.table(
        columns,
        rows,
        {
            "from": first.dna,
            "to": second.dna,
            "tensors": len(changes),
            "changed": len(changed),
            "layers": layers,
            "deltas": changed,
        },
        f"No tensor differs: {len(changes)} tensors are the same to the byte.",
    )
    if changed:
        app.out.note(f"{len(changed)} of {len(changes)} tensors differ")


def _short(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


command = diff
