"""Comparing the weights of two versions tensor by tensor.

Which tensors differ is told by their digests, with the standard library alone; by how much needs
numpy, and is absent without it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from oneseek.adapters.objects.hashing import TensorDigest, tensor_digests
from oneseek.cli.app import App
from oneseek.domain.digest import Digest
from oneseek.domain.errors import ObjectAbsent
from oneseek.domain.state.documents import Version

_LAYER = re.compile(r"\b(?:layers|h|blocks)\.([0-9]+)\.")


@dataclass(frozen=True, slots=True)
class TensorChange:
    """One tensor of two versions; numbers are None where they could not be computed here."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    before: Digest | None
    after: Digest | None
    changed: bool
    l2: float | None
    max_abs: float | None
    relative: float | None


@dataclass(frozen=True, slots=True)
class LayerChange:
    """All tensors of one layer together; ``l2`` is the norm over all of them."""

    layer: str
    tensors: int
    changed: int
    l2: float | None
    max_abs: float | None


def by_layer(changes: Sequence[TensorChange]) -> list[LayerChange]:
    """Gather tensor changes by layer, in the order of the layers' numbers."""
    groups: dict[str, list[TensorChange]] = {}
    for change in sorted(changes, key=lambda change: _layer_order(change.name)):
        groups.setdefault(_layer(change.name), []).append(change)
    return [_layer_change(layer, group) for layer, group in groups.items()]


def _layer_change(layer: str, group: list[TensorChange]) -> LayerChange:
    norms = [change.l2 for change in group if change.l2 is not None]
    largest = [change.max_abs for change in group if change.max_abs is not None]
    measured = len(norms) == len(group)
    return LayerChange(
        layer,
        len(group),
        sum(change.changed for change in group),
        hypot(*norms) if measured else None,
        max(largest) if measured else None,
    )


def _layer(name: str) -> str:
    found = _LAYER.search(name)
    return f"layer {found[1]}" if found else name


def _layer_order(name: str) -> tuple[int, str]:
    found = _LAYER.search(name)
    return (int(found[1]) if found else -1, name)


def compare_weights(app: App, first: Version, second: Version) -> list[TensorChange]:
    """Return every tensor of either version's weights, by name.

    Raises:
        NotFound: the weights of one of them are not kept here.
    """
    for version in (first, second):
        if not app.objects.has(version.weights):
            raise ObjectAbsent(
                version.weights, f"the weights of {version.dna} are not in the content store"
            )
    paths = app.objects.path(first.weights), app.objects.path(second.weights)
    old, new = tensor_digests(paths[0]), tensor_digests(paths[1])
    sizes: dict[str, tuple[float | None, float | None, float | None]] = {}
    try:
        from oneseek.adapters.training.weights import compare_adapters
    except ModuleNotFoundError:
        app.out.note("numpy is not installed: only whether tensors differ is shown")
    else:
        sizes = {d.name: (d.l2, d.max_abs, d.relative) for d in compare_adapters(*paths)}
    return [
        _change(name, old.get(name), new.get(name), sizes.get(name, (None, None, None)))
        for name in sorted(old.keys() | new.keys())
    ]


def _change(
    name: str,
    old: TensorDigest | None,
    new: TensorDigest | None,
    size: tuple[float | None, float | None, float | None],
) -> TensorChange:
    shown = new or old
    assert shown is not None
    return TensorChange(
        name,
        tuple(shown.shape),
        shown.dtype,
        old.digest if old else None,
        new.digest if new else None,
        old != new,
        *size,
    )
