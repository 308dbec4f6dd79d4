"""Hashing a folder: the product's walk against ``hashlib.file_digest`` in a plain loop.

Both walk the folder themselves and read every byte once; the files are in the cache of the system.
Ours lists modes and links besides, refuses what is not a regular file, and uses every processor.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from measures.fixtures import made_once
from oneseek.adapters.objects.tree import hash_tree

_MB = 1 << 20
_SHARDS = 4
_PER_FOLDER = 100


def large_ours(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """``size`` MB in the files of a certified version."""
    return _ours(_large(folder, size), _SHARDS)


def large_yardstick(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """The same with the plain loop."""
    return _loop(_large(folder, size), _SHARDS)


def small_ours(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """``size`` files of 1 to 4 kB, 100 in a folder."""
    return _ours(_small(folder, size), size)


def small_yardstick(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """The same with the plain loop."""
    return _loop(_small(folder, size), size)


def _ours(tree: Path, files: int) -> Callable[[], dict[str, float]]:
    def job() -> dict[str, float]:
        found = hash_tree(tree)
        assert sum(entry.digest is not None for entry in found.values()) == files
        return {}

    return job


def _loop(tree: Path, files: int) -> Callable[[], dict[str, float]]:
    def job() -> dict[str, float]:
        found = {}
        for place, _, names in os.walk(tree):
            for name in names:
                path = os.path.join(place, name)  # noqa: PTH118 - the fastest plain loop
                with open(path, "rb") as file:  # noqa: PTH123
                    found[path] = hashlib.file_digest(file, "sha256").hexdigest()
        assert len(found) == files
        return {}

    return job


def _large(folder: Path, megabytes: int) -> Path:
    def make(fresh: Path) -> None:
        block = os.urandom(_MB)
        for shard in range(_SHARDS):
            with (fresh / f"model-{shard}.safetensors").open("wb") as file:
                for _ in range(megabytes // _SHARDS):
                    file.write(block)

    return warm(made_once(folder / f"large-{megabytes}", make))


def _small(folder: Path, files: int) -> Path:
    def make(fresh: Path) -> None:
        for number in range(files):
            place = fresh / str(number // _PER_FOLDER)
            place.mkdir(exist_ok=True)
            (place / f"{number}.json").write_bytes(os.urandom(1024 + number % 3072))

    return warm(made_once(folder / f"small-{files}", make))


def warm(tree: Path) -> Path:
    """Read everything once: whoever comes first would pay for the disk."""
    for place, _, names in os.walk(tree):
        for name in names:
            with Path(place, name).open("rb") as file:
                while file.read(_MB):
                    pass
    return tree
