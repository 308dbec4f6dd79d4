"""The few calls that a pickle of tensors makes, done by rules instead of by the callables.

Their arguments are those that ``torch/_utils.py`` writes.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from oneseek.adapters.training.pickle_names import TYPES
from oneseek.adapters.training.pickle_values import (
    MAX_DIMENSIONS,
    Named,
    Refused,
    StoredTensor,
    place_tensor,
    shown,
)


def call(function: object, arguments: object) -> object:
    """Return what calling ``function`` would give.

    Raises:
        Refused: it is none of the few, or has other arguments than torch gives it.
    """
    if not isinstance(function, Named) or not isinstance(arguments, tuple):
        raise Refused("its pickle calls something that it made itself")
    made = CALLS.get(function.name)
    if made is None:
        raise Refused(f"its pickle wants to call {shown(function.name).replace(' ', '.')}")
    try:
        return made(*arguments)
    except (KeyError, TypeError, ValueError):
        raise Refused(
            f"its pickle calls {function.name.replace(' ', '.')} as torch never does"
        ) from None


def is_key(value: object) -> bool:
    """Say whether ``value`` may be a key: nested tuples can take for ever to be hashed."""
    if isinstance(value, int):
        return value.bit_length() <= 64
    return value is None or isinstance(value, (str, bytes, float))


def _tensor(
    storage: object,
    offset: object,
    shape: object,
    strides: object,
    requires_grad: object = False,
    hooks: object = None,
    *metadata: object,
) -> StoredTensor:
    if hooks or any(metadata) or len(metadata) > 1:
        raise ValueError
    return place_tensor(storage, offset, shape, strides)


def _typed_tensor(
    storage: object,
    offset: object,
    shape: object,
    strides: object,
    requires_grad: object,
    hooks: object,
    dtype: object,
    *metadata: object,
) -> StoredTensor:
    if hooks or any(metadata) or len(metadata) > 1 or not isinstance(dtype, Named):
        raise ValueError
    return place_tensor(storage, offset, shape, strides, TYPES[dtype.name])


def _parameter(data: object, requires_grad: object, hooks: object) -> StoredTensor:
    if hooks or not isinstance(data, StoredTensor):
        raise ValueError
    return data


def _ordered() -> OrderedDict[Any, Any]:
    # Always empty: pickles set the items afterwards. A list given here would be copied at every
    # call, and a small file could ask for any memory.
    return OrderedDict()


def _size(lengths: object) -> tuple[Any, ...]:
    if type(lengths) is not tuple or len(lengths) > MAX_DIMENSIONS:
        raise ValueError
    return lengths


def _device(kind: object, index: object = 0) -> str:
    if not isinstance(kind, str) or type(index) is not int:
        raise ValueError
    return f"{kind}:{index}"


CALLS: dict[str, Callable[..., object]] = {
    "collections OrderedDict": _ordered,
    "torch Size": _size,
    "torch device": _device,
    "torch._utils _rebuild_parameter": _parameter,
    "torch._utils _rebuild_tensor": _tensor,
    "torch._utils _rebuild_tensor_v2": _tensor,
    "torch._utils _rebuild_tensor_v3": _typed_tensor,
}
"""By the name that stands in the pickle."""
