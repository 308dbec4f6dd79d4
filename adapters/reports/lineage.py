"""Where the boxes and lines of the lineage graph stand: materials on the left, versions beside.

A figure shows at most :data:`PER_FIGURE` versions in the order of their certification, with only
the materials that they were made from, so that a hundred versions are five readable figures. A
parent that is in an earlier figure stands there again, dashed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PER_FIGURE = 20
MOST_FIGURES = 10

_ROW = 56
_BOX = 40
_MATERIAL_WIDTH = 210
_VERSION_WIDTH = 250
_GAP = 150
_INDENT = 36
_DEEPEST = 5
_TOP = 34
_STUBS = (-7, 7, 13)
"""How far from a version's middle the lines from its base or parent, its dataset and its evaluation
dataset arrive."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Box:
    """One thing: ``kind`` is base, dataset, version or earlier; ``state`` is that of a version."""

    kind: str
    title: str
    detail: str
    hover: str
    x: int
    y: int
    width: int
    height: int = _BOX
    state: str = ""

    @property
    def middle(self) -> int:
        """The height at which lines begin and end."""
        return self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Line:
    """From one box to another: ``kind`` is base, dataset or parent."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One drawing. ``first`` and ``last`` count the versions in it, from 1."""

    first: int
    last: int
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    versions_at: int
    """Where the column of versions begins."""


def figures(
    versions: Sequence[Row],
    bases: Sequence[Row],
    datasets: Sequence[Row],
    states: Mapping[str, str],
) -> Iterator[Figure]:
    """Yield the figures of all versions, at most :data:`MOST_FIGURES`.

    ``states`` says for a manifest whether that version is active, in force, withdrawn or removed.
    """
    known = {**{str(r["digest"]): ("base", r) for r in bases},
             **{str(r["digest"]): ("dataset", r) for r in datasets}}  # fmt: skip
    named = {str(row["manifest"]): row for row in versions}
    for start in range(0, min(len(versions), PER_FIGURE * MOST_FIGURES), PER_FIGURE):
        yield _figure(start, versions[start : start + PER_FIGURE], named, known, states)


def _figure(
    start: int,
    versions: Sequence[Row],
    named: Mapping[str, Row],
    known: Mapping[str, tuple[str, Row]],
    states: Mapping[str, str],
) -> Figure:
    here = {str(row["manifest"]) for row in versions}
    versions = _as_tree(versions, here)
    left = dict.fromkeys(
        digest
        for row in versions
        for digest in _sources(row)
        if digest in known or (digest in named and digest not in here)
    )
    offset = _MATERIAL_WIDTH + _GAP
    depth = _depths(versions, here)
    height = max(len(left), len(versions)) * _ROW + _TOP
    boxes: dict[str, Box] = {}
    for number, digest in enumerate(left):
        y = _TOP + _spread(number, len(left), len(versions))
        boxes[digest] = _material(digest, known, named, y)
    for number, row in enumerate(versions):
        manifest = str(row["manifest"])
        y = _TOP + _spread(number, len(versions), len(left))
        boxes[manifest] = _version(row, offset + depth[manifest] * _INDENT, y, states)
    lines = tuple(line for row in versions for line in _lines(row, boxes, known, list(left)))
    deepest = max(depth.values())
    width = offset + deepest * _INDENT + _VERSION_WIDTH + 4
    return Figure(
        start + 1, start + len(versions), width, height, tuple(boxes.values()), lines, offset
    )


def _sources(row: Row) -> tuple[str, ...]:
    """Return what is drawn on the left of a version: the base only where it has no parent."""
    first = row["parent"] or row["base"]
    return tuple(str(digest) for digest in (first, row["dataset"], row["evaluation"]) if digest)


def _as_tree(versions: Sequence[Row], here: set[str]) -> list[Row]:
    """Return the versions with each one's children right below it."""
    children: dict[str, list[Row]] = {}
    for row in versions:
        parent = str(row["parent"])
        children.setdefault(parent if parent in here else "", []).append(row)
    found: list[Row] = []
    waiting = children.pop("", [])[::-1]
    while waiting:
        row = waiting.pop()
        found.append(row)
        waiting.extend(children.pop(str(row["manifest"]), [])[::-1])
    # What a damaged ledger says may be no tree: nothing is left out for that.
    return [*found, *(row for rows in children.values() for row in rows)]


def _depths(versions: Sequence[Row], here: set[str]) -> dict[str, int]:
    """Return how far each version stands to the right: one step behind its parent."""
    depths: dict[str, int] = {}
    for row in versions:
        parent = str(row["parent"])
        depth = depths.get(parent, 0) + 1 if parent in here else 0
        depths[str(row["manifest"])] = min(depth, _DEEPEST)
    return depths


def _spread(number: int, count: int, others: int) -> int:
    """Centre the shorter column beside the longer one."""
    return number * _ROW + max(0, others - count) * _ROW // 2


def _material(
    digest: str, known: Mapping[str, tuple[str, Row]], named: Mapping[str, Row], y: int
) -> Box:
    if digest not in known:
        row = named[digest]
        detail = f"entry {row['entry']}, in an earlier figure"
        return Box("earlier", short_name(row["dna"]), detail, _hover(row), 2, y, _MATERIAL_WIDTH)
    kind, row = known[digest]
    what = "base model" if kind == "base" else f"dataset, {row['rows']:,} rows"
    hover = f"{row['name']}\n{digest}\nentry {row['entry']}"
    return Box(kind, _cut(str(row["name"])), what, hover, 2, y, _MATERIAL_WIDTH)


def _version(row: Row, x: int, y: int, states: Mapping[str, str]) -> Box:
    state = states.get(str(row["manifest"]), "")
    detail = f"{str(row['time'])[:10]} · entry {row['entry']}" + (f" · {state}" if state else "")
    if evidence := row.get("evidence"):
        detail += f" · {evidence}"
    return Box(
        "version", short_name(row["dna"]), detail, _hover(row), x, y, _VERSION_WIDTH, state=state
    )


def _hover(row: Row) -> str:
    return f"{row['dna']}\nmanifest {row['manifest']}\nentry {row['entry']}, {row['time']}"


def short_name(dna: object) -> str:
    """Return the part of a DNA name that people say: ``v1.492 sv · 8f3a1c9d``."""
    parts = str(dna).split(".")
    if len(parts) == 7:
        return _cut(f"{parts[1]}.{parts[2]} {parts[3]} · {parts[5]}")
    return _cut(str(dna))


def _cut(text: str, most: int = 28) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _lines(
    row: Row, boxes: Mapping[str, Box], known: Mapping[str, tuple[str, Row]], left: list[str]
) -> Iterator[Line]:
    end = boxes[str(row["manifest"])]
    for number, digest in enumerate(_sources(row)):
        begin = boxes.get(digest)
        if begin is None or begin is end:
            continue
        if begin.kind == "version":
            yield Line("parent", _elbow(begin, end))
            continue
        kind = known[digest][0] if digest in known else "parent"
        trunk = begin.x + begin.width + _GAP * (left.index(digest) + 1) // (len(left) + 1)
        yield Line(kind, f"M{begin.x + begin.width} {begin.middle} H{trunk} "
                   f"V{end.middle + _STUBS[number]} H{end.x}")  # fmt: skip


def _elbow(begin: Box, end: Box) -> str:
    x = begin.x + _INDENT // 2
    return f"M{x} {begin.y + begin.height} V{end.middle} H{end.x}"
