"""Checkpoints of trainings in the historic layout: ``checkpoints/daily`` and ``weekly``.

The names are the historic ones, with the year in those of weeks. The files are safetensors and say
so: what was drawn as ``.pth`` was never written by any program, and nothing here is a pickle. Of
two trainings on one day the one that was kept last has the name; the other is in the store anyway.
"""

from collections.abc import Mapping
from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.events import CheckpointDropped, CheckpointKept
from oneseek.domain.projections.nodes import Node, ObjectFile, TextFile
from oneseek.domain.state.store import Document, State

FOLDER = "checkpoints"
EMPTY = ("daily/.gitkeep", "weekly/.gitkeep")


class KeptState(Document, frozen=True):
    """One kept checkpoint, by path and training."""

    table: ClassVar[str] = "kept-state"
    path: str
    state: Digest
    index: int


class CheckpointFolder(Document, frozen=True):
    """The folder: which object has which name in it."""

    table: ClassVar[str] = "checkpoint-folder"
    files: dict[str, Digest]


def step(state: State, index: int, entry: Entry) -> None:
    """Fold a checkpoint that was kept or dropped."""
    body = entry.body
    assert isinstance(body, CheckpointKept | CheckpointDropped)
    path = f"{body.period}/{body.name}.safetensors"
    key = f"{path} {body.training}"
    if isinstance(body, CheckpointKept):
        state.put(key, KeptState(path=path, state=body.state, index=index))
    else:
        state.delete(KeptState, key)
    newest = sorted((kept for _, kept in state.scan(KeptState)), key=lambda kept: kept.index)
    state.put(FOLDER, CheckpointFolder(files={kept.path: kept.state for kept in newest}))


def render(folder: CheckpointFolder) -> Mapping[str, Node]:
    """Return what stands in the folder."""
    return {
        **{path: TextFile("") for path in EMPTY},
        **{path: ObjectFile(digest) for path, digest in sorted(folder.files.items())},
    }
