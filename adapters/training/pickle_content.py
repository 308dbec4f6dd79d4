"""What the object in a file of weights is: an adapter, other tensors, or a whole checkpoint."""

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from oneseek.adapters.training.pickle_values import Refused

Leaf = TypeVar("Leaf")

PEFT_NAME = re.compile(
    r"(?P<prefix>(?:base_model\.model\.)+)(?P<module>.+)"
    r"\.lora_(?P<matrix>[AB])(?:\.(?P<adapter>[^.]+))?\.weight"
)
"""What PEFT calls the matrices of a linear layer. Files that it writes leave the adapter's name
out; a state dictionary that was saved by hand keeps it, mostly ``default``."""
_MANY = 4
_LONGEST = 1000
"""Characters in a path of names, so that a hostile one costs no memory."""


@dataclass(frozen=True, slots=True)
class Content(Generic[Leaf]):
    """The tensors of a file by name, in order of names."""

    kind: str
    """``adapter``, ``tensors``, ``checkpoint`` or ``none``."""
    says: str
    """A phrase for people."""
    tensors: dict[str, Leaf]
    """Nested names are joined with ``/``."""
    nested: bool = False
    """PEFT's prefix stands in a name more than once."""


def content_of(root: object, leaf: type[Leaf]) -> Content[Leaf]:
    """Return what ``root`` holds; its tensors are the values of type ``leaf``.

    It may hold itself.

    Raises:
        Refused: it is nested too deeply, or its names are too long to be any.
    """
    tensors = dict(sorted(_walk(root, leaf)))
    if not tensors:
        return Content("none", "holds no tensors", {})
    parts = root if isinstance(root, dict) else {}
    if not parts or not all(
        type(key) is str and isinstance(value, leaf) for key, value in parts.items()
    ):
        return Content("checkpoint", _checkpoint(parts), tensors)
    return Content(*describe_names(tensors), tensors, is_nested(tensors))


def describe_names(names: dict[str, Leaf]) -> tuple[str, str]:
    """Return kind and phrase for a flat file with tensors of these names."""
    if any(PEFT_NAME.fullmatch(name) for name in names) and all(
        name.startswith("base_model.model.") for name in names
    ):
        return "adapter", "holds a PEFT adapter"
    if any(name.split(".")[0] in ("lora_A", "lora_B") for name in names):
        return "tensors", "holds LoRA matrices, but names no module that they belong to"
    return "tensors", "holds tensors that are no PEFT adapter"


def is_nested(names: dict[str, Leaf]) -> bool:
    """Say whether a name carries PEFT's prefix twice: see ``WeightsJudgement.nested``."""
    return any(name.startswith("base_model.model.base_model.model.") for name in names)


def _checkpoint(parts: dict[Any, object]) -> str:
    names = sorted(part for part in parts if type(part) is str)
    known = [name for name in names if name.endswith("state_dict") or name in _PARTS]
    if not known:
        return "holds tensors among other values"
    return f"holds a checkpoint with {', '.join(known[:_MANY])}"


_PARTS = frozenset({"epoch", "metadata", "model", "optimizer", "scheduler", "state_dict", "step"})


def _walk(root: object, leaf: type[Leaf]) -> list[tuple[str, Leaf]]:
    """Return every tensor once under the first path that leads to it, without recursion."""
    found: list[tuple[str, Leaf]] = []
    seen: set[int] = set()
    waiting: list[tuple[str, object]] = [("", root)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, leaf):
            if len(path) > _LONGEST:
                raise Refused("a tensor in it has an endless name")
            found.append((path, value))
        elif isinstance(value, (dict, list, tuple)) and id(value) not in seen:
            seen.add(id(value))
            items = value.items() if isinstance(value, dict) else enumerate(value)
            if len(path) > _LONGEST:
                raise Refused("its values are nested too deeply, or have endless names")
            inner = [(key if isinstance(key, str) else f"#{key}", each) for key, each in items]
            waiting.extend((f"{path}/{key}" if path else key, each) for key, each in inner[::-1])
    return found
