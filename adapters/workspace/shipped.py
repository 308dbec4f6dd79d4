"""The data that comes with OneSeek: datasets and the text for tiny base models."""

from importlib import import_module
from pathlib import Path

from oneseek.domain.errors import NotFound


def shipped_path(name: str) -> Path:
    """Return the path of a shipped file.

    ``oneseek.datasets`` is data without an ``__init__``: its folder is found by its search path.

    Raises:
        NotFound: it was not installed.
    """
    for folder in import_module("oneseek.datasets").__path__:
        path = Path(folder) / name
        if path.is_file():
            return path
    raise NotFound(f"the shipped file {name} is not installed", hint="install OneSeek again")


def shipped_text(name: str) -> str:
    """Return the text of a shipped UTF-8 file."""
    return shipped_path(name).read_text("utf-8")
