"""The verdict on a repeated training: a rule on what was compared, and nothing else."""

from collections.abc import Sequence
from math import inf

import msgspec
from msgspec import to_builtins

from oneseek.domain.manifest import Manifest
from oneseek.domain.recipe import Environment
from oneseek.domain.reproduction import (
    DIFFERENT,
    SAME_BYTES,
    WITHIN_TOLERANCE,
    Difference,
    TensorDifference,
    Tolerance,
)

WEIGHTS = "adapter_model.safetensors"
SETTINGS = "adapter_config.json"
_OTHER_FORM = "adapter_model.bin"
"""The weights once more: its bytes cannot be the same where theirs are not."""


def judge(
    files: Sequence[Difference],
    settings: Sequence[Difference],
    tensors: Sequence[TensorDifference],
    tolerance: Tolerance,
) -> tuple[str, str]:
    """Return the verdict and its reason.

    Args:
        files: the produced files that differ.
        settings: the settings of the adapter that differ, see :func:`compare_settings`.
        tensors: all tensors of the weights; the tolerance is for them alone.
        tolerance: what counts as rounding.
    """
    if not files:
        return SAME_BYTES, "every produced file has the recorded bytes"
    changed = sum(not tensor.same for tensor in tensors)
    beyond = [tensor for tensor in tensors if not within(tensor, tolerance)]
    spared = {WEIGHTS, SETTINGS} | ({_OTHER_FORM} if changed else set())
    other = [file.what for file in files if file.what not in spared]
    reasons = []
    if beyond:
        worst = furthest_first(beyond)[0].name
        reasons.append(f"{len(beyond)} of {len(tensors)} tensors beyond the tolerance: {worst}")
    if settings:
        reasons.append(f"other settings: {', '.join(setting.what for setting in settings)}")
    if other:
        reasons.append(f"other bytes: {', '.join(other)}")
    if reasons:
        return DIFFERENT, "; ".join(reasons)
    if changed:
        return WITHIN_TOLERANCE, f"{changed} of {len(tensors)} tensors differ by rounding alone"
    names = ", ".join(file.what for file in files)
    return WITHIN_TOLERANCE, f"all tensors and settings are the same, written otherwise: {names}"


def compare_settings(recorded: bytes, repeated: bytes) -> tuple[Difference, ...]:
    """Return the settings in which two ``adapter_config.json`` differ.

    A setting that only one of them knows, because another version of PEFT wrote it, counts when it
    is anything but null, false, nothing or empty. What is no JSON object has no settings.
    """
    old, new = _settings(recorded), _settings(repeated)
    return tuple(
        Difference(what=name, recorded=_shown(old.get(name)), repeated=_shown(new.get(name)))
        for name in sorted(old.keys() | new.keys())
        if (old.get(name) or None) != (new.get(name) or None)
    )


def _settings(raw: bytes) -> dict[str, object]:
    try:
        return msgspec.json.decode(raw, type=dict[str, object])
    except msgspec.DecodeError:
        return {}


def _shown(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def within(tensor: TensorDifference, tolerance: Tolerance) -> bool:
    """Say whether ``tensor`` ended where the record did, but for rounding."""
    if tensor.same:
        return True
    if tensor.error is None or tensor.peak is None:
        return False  # what cannot be measured is not called near
    return tensor.error <= tolerance.error and tensor.peak <= tolerance.peak


def furthest_first(tensors: Sequence[TensorDifference]) -> tuple[TensorDifference, ...]:
    """Return ``tensors`` by their error, the greatest and the unmeasurable ones first."""

    def order(tensor: TensorDifference) -> tuple[float, str]:
        return (-inf if tensor.error is None else -tensor.error, tensor.name)

    return tuple(sorted(tensors, key=order))


def compare_files(recorded: Manifest, repeated: Manifest) -> tuple[Difference, ...]:
    """Return the files of which only one side has these bytes, by path."""
    old = {file.path: file.digest for file in recorded.files}
    new = {file.path: file.digest for file in repeated.files}
    return tuple(
        Difference(what=path, recorded=old.get(path), repeated=new.get(path))
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    )


def compare_environments(recorded: Environment, now: Environment) -> tuple[Difference, ...]:
    """Return every fact in which ``now`` differs from the record, side by side.

    Two equal environments are the same machine class and versions: bytes are expected to repeat.
    """
    old, new = _facts(recorded), _facts(now)
    return tuple(
        Difference(what=name, recorded=old.get(name), repeated=new.get(name))
        for name in [*old, *(name for name in new if name not in old)]
        if old.get(name) != new.get(name)
    )


def _facts(environment: Environment) -> dict[str, str | None]:
    found = to_builtins(environment)
    packages = found.pop("packages")
    facts = {name.replace("_", " "): _text(value) for name, value in found.items()}
    return {**facts, **packages}


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)
