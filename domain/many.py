"""Groups of values that may be too many for memory: they are made anew for every pass."""

from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

FEW = 1000
"""So many values are simply held."""


class Group(Protocol[T_co]):
    """Values in an order, with their number: a tuple, a list, or :class:`Many`."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[T_co]: ...


class Many(Generic[T]):
    """``count`` values that ``make`` gives one by one, the same ones on every call."""

    def __init__(self, count: int, make: Callable[[], Iterator[T]]) -> None:
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return self._make()


def group(count: int, make: Callable[[], Iterator[T]]) -> Group[T]:
    """Return the ``count`` values of ``make``: held where they are few, else made when needed."""
    return tuple(make()) if count <= FEW else Many(count, make)
