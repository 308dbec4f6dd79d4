"""Leases on one machine: a locked staging folder, which dies with the process that holds it."""

from collections.abc import Iterator
from contextlib import contextmanager

from oneseek.adapters.workspace.scratch import Scratch

_LABEL = "lease-"


class StagingLeases:
    """Leases among the processes that share a workspace folder: a port, see ``Leases``."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        folder = self._scratch.folder(_label(name))
        try:
            yield
        finally:
            self._scratch.release(folder)

    def held(self, name: str) -> bool:
        return self._scratch.is_held(_label(name))


def _label(name: str) -> str:
    return f"{_LABEL}{name}-"
