"""The training libraries: loaded late, and missed with one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from oneseek.domain.errors import ServiceFailed


@contextmanager
def training_libraries() -> Iterator[None]:
    """Import torch and its company in this block.

    Raises:
        ServiceFailed: they are not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise ServiceFailed(
            f"training needs the library {error.name}, which is not installed",
            hint='install it with: pip install "oneseek-provenance[train]"',
        ) from None
