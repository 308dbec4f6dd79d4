"""Comparing the weights of two versions tensor by tensor.

Which tensors differ is told by their digests, with the standard library alone; by how much needs
numpy, and is absent without it.
"""

from dataclasses import dataclass

from oneseek.adapters.objects.hashing import TensorDigest, tensor_digests
from oneseek.cli.app import App
from oneseek.domain.digest import Digest
from oneseek.domain.errors import NotFound
from oneseek.domain.state.documents import Version


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


def compare_weights(app: App, first: Version, second: Version) -> list[TensorChange]:
    """Return every tensor of either version's weights, by name.

    Raises:
        NotFound: the weights of one of them are not kept here.
    """
    for version in (first, second):
        if not app.objects.has(version.weights):
            raise NotFound(f"the weights of {version.dna} are not in the content store")
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
