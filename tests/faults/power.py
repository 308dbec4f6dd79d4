"""A loss of power: what a disk may hold of steps that were made and were not yet synced.

The steps of one run are written down with their bytes. From them, and the files at the beginning,
every state is made that POSIX lets a disk be in at a moment: bytes are safe once their file was
synced, a name once its folder was. A rename is one step in every file system with a journal: it
happened or it did not.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from random import Random

from faults.steps import Step


@dataclass(eq=False, slots=True)
class Node:
    """A file, folder or link, whatever its names are."""

    kind: str
    data: bytes = b""
    target: str = ""
    mode: int = 0o755
    children: dict[str, "Node"] = field(default_factory=dict)
    changed: int = 0
    """When its bytes were written, in nanoseconds; 0: in the run that is watched."""


@dataclass(eq=False, slots=True)
class Change:
    """One step as it concerns nodes. Exactly one of ``names`` and ``node`` is set."""

    names: tuple[tuple[Node, str, Node | None], ...] = ()
    """Folder, name, and what has that name from now on."""
    node: Node | None = None
    step: Step | None = None
    safe: bool = False

    def is_about(self, node: Node) -> bool:
        return self.node is node or any(folder is node for folder, _, _ in self.names)


Survives = Callable[[Change], bool]


class Disk:
    """The files below ``root`` at the beginning, and what has happened to them since."""

    def __init__(self, begin: Path, root: Path) -> None:
        self._root = root
        self._now = _load(begin)
        self._first = {node: dict(node.children) for node in _folders(self._now)}
        self._top = self._now
        self._changes: list[Change] = []

    def happens(self, step: Step) -> None:
        """Take a step; what lies in memory alone (SQLite's index of its log) has no place here."""
        if step.kind == "print" or step.path.endswith("-shm"):
            return
        match step.kind:
            case "create":
                self._name(step.path, Node("file", mode=step.mode & 0o755))
            case "mkdir":
                self._name(step.path, Node("dir"))
            case "symlink":
                self._name(step.path, Node("link", target=step.to))
            case "unlink":
                self._name(step.path, None)
            case "link":
                self._name(step.to, self._find(step.path))
            case "rename":
                self._rename(step.path, step.to)
            case "sync":
                node = self._find(step.path)
                for change in self._changes:
                    change.safe = change.safe or change.is_about(node)
            case _:
                self._changes.append(Change(node=self._find(step.path), step=step))

    def left(self, survives: Survives) -> list[Change]:
        """Return the changes that a loss of power leaves: the safe ones and those given."""
        return [change for change in self._changes if change.safe or survives(change)]

    def write(self, kept: Sequence[Change], target: Path) -> None:
        """Make the new folder ``target`` from the beginning and the changes that are left."""
        tree = {node: dict(children) for node, children in self._first.items()}
        for change in kept:
            for folder, name, node in change.names:
                tree.setdefault(folder, {}).pop(name, None)
                if node is not None:
                    tree[folder][name] = node
        contents: dict[Node, list[Step]] = {}
        for change in kept:
            if change.node is not None and change.step is not None:
                contents.setdefault(change.node, []).append(change.step)
        _store(self._top, target, tree, contents)

    def unsafe(self) -> list[Change]:
        """Return the changes that a loss of power may take away."""
        return [change for change in self._changes if not change.safe]

    def _find(self, path: str) -> Node:
        node = self._now
        for part in PurePath(path).relative_to(self._root).parts:
            node = node.children[part]
        return node

    def _place(self, path: str) -> tuple[Node, str]:
        return self._find(os.path.dirname(path)), os.path.basename(path)  # noqa: PTH119, PTH120

    def _name(self, path: str, node: Node | None) -> None:
        self._apply((*self._place(path), node))

    def _rename(self, old: str, new: str) -> None:
        node = self._find(old)
        self._apply((*self._place(old), None), (*self._place(new), node))

    def _apply(self, *names: tuple[Node, str, Node | None]) -> None:
        for folder, name, node in names:
            folder.children.pop(name, None)
            if node is not None:
                folder.children[name] = node
        self._changes.append(Change(names=names))


def losses(disk: Disk, seed: str) -> Iterator[tuple[str, Survives]]:
    """Yield the ways in which power may be lost now, each with its name."""
    yield "nothing unsynced is left", lambda _: False
    yield "names are left, bytes are not", lambda change: bool(change.names)
    yield "bytes are left, names are not", lambda change: not change.names
    random, unsafe = Random(seed), disk.unsafe()
    first = set(unsafe[: random.randrange(len(unsafe) + 1)])
    yield "the first of it is left", first.__contains__
    some = {change for change in unsafe if not change.names and random.random() < 0.5}
    some.update([change for change in unsafe if change.names][: random.randrange(len(unsafe) + 1)])
    yield "some is left", some.__contains__


def _load(path: Path) -> Node:
    if path.is_symlink():
        return Node("link", target=os.readlink(path))  # noqa: PTH115
    mode = path.stat().st_mode & 0o7777
    if path.is_dir():
        found = {inner.name: _load(inner) for inner in path.iterdir()}
        return Node("dir", mode=mode, children=found)
    return Node("file", data=path.read_bytes(), mode=mode, changed=path.stat().st_mtime_ns)


def _folders(node: Node) -> Iterator[Node]:
    if node.kind == "dir":
        yield node
        for child in node.children.values():
            yield from _folders(child)


def _store(
    node: Node,
    target: Path,
    tree: dict[Node, dict[str, Node]],
    contents: dict[Node, list[Step]],
) -> None:
    if node.kind == "link":
        target.symlink_to(node.target)
        return
    steps = contents.get(node, [])
    modes = [step.mode for step in steps if step.kind == "chmod"]
    if node.kind == "dir":
        target.mkdir()
        for name, child in tree.get(node, {}).items():
            if not name.endswith("-shm"):
                _store(child, target / name, tree, contents)
    else:
        target.write_bytes(_content(node.data, steps))
        if node.changed and not steps:
            os.utime(target, ns=(node.changed, node.changed))
    target.chmod(modes[-1] if modes else node.mode)


def _content(data: bytes, steps: Sequence[Step]) -> bytes:
    found = bytearray(data)
    for step in steps:
        if step.kind == "truncate":
            del found[step.offset :]
            found.extend(bytes(step.offset - len(found)))
        elif step.kind == "write":
            found.extend(bytes(max(0, step.offset - len(found))))
            found[step.offset : step.offset + len(step.data)] = step.data
    return bytes(found)
