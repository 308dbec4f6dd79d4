"""What comes out of a pickle that was read without running it: values and plans of tensors."""

from dataclasses import dataclass
from typing import TypeGuard

from oneseek.adapters.training.pickle_names import BYTES

MAX_DIMENSIONS = 64


class Refused(Exception):
    """The file asks for more than tensors, or is damaged; the text says which, in a sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Something that the pickle names, as ``module name``; never looked up."""

    name: str


@dataclass(frozen=True, slots=True)
class Storage:
    """A run of numbers that lies elsewhere in the file."""

    key: str
    dtype: str
    count: int

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self.count * BYTES[self.dtype]


@dataclass(frozen=True, slots=True, eq=False)
class StoredTensor:
    """A tensor as the pickle describes it."""

    storage: Storage
    dtype: str
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """Values in it."""
        count = 1
        for length in self.shape:
            count *= length
        return count

    @property
    def size(self) -> int:
        """Length in bytes once it is written out, which a stretched one was not."""
        return self.count * BYTES[self.dtype]


def place_tensor(
    storage: object, offset: object, shape: object, strides: object, dtype: str | None = None
) -> StoredTensor:
    """Return the tensor at ``offset`` (in numbers) of ``storage``.

    Raises:
        Refused: it is no tensor, or reaches beyond its storage; torch would ask for the memory.
    """
    if not isinstance(storage, Storage) or not _is_count(offset):
        raise Refused("a tensor in it has no storage")
    if not _are_counts(shape) or not _are_counts(strides) or len(shape) != len(strides):
        raise Refused("a tensor in it has no usable shape")
    kind = dtype or storage.dtype
    last = -1 if 0 in shape else sum((n - 1) * step for n, step in zip(shape, strides, strict=True))
    if (offset + last + 1) * BYTES[kind] > storage.size:
        raise Refused(f"a tensor in it reaches beyond its storage of {storage.size} bytes")
    return StoredTensor(storage, kind, shape)


def shown(text: str) -> str:
    """Return ``text`` from a file so that it can be printed on one line."""
    return ascii(text)[1:-1][:120]


def _is_count(value: object) -> TypeGuard[int]:
    # type(…) is int, because True is an int to isinstance.
    return type(value) is int and 0 <= value < 2**63


def _are_counts(value: object) -> TypeGuard[tuple[int, ...]]:
    return isinstance(value, tuple) and len(value) <= MAX_DIMENSIONS and all(map(_is_count, value))
