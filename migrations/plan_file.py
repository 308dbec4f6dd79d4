"""A plan as a file: what was found when, so that a run later can tell whether it still holds.

It holds the report and, of every entry, just enough to see that it changed. The run reads the
source again: nothing is believed because a file says so. Texts of people are named by no digest,
as they could be guessed from it: the time of their last change stands for them.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput
from oneseek.migrations.comparing import Seen, differences, seen
from oneseek.migrations.item import Item
from oneseek.migrations.paths import raw_path, shown_path
from oneseek.migrations.places import real_path
from oneseek.migrations.plan import PLAN_FORMAT, SourcePlan
from oneseek.migrations.report import report_of

_OPENING = b'{"format":"' + PLAN_FORMAT.rpartition("/")[0].encode() + b"/"


class KeptEntry(Struct, frozen=True, array_like=True):
    """An entry in a plan file."""

    path: str
    type: str
    size: int
    digest: Digest | None
    changed: int
    """Nanoseconds since 1970 of the last change, of texts of people; else 0."""
    target: str


class KeptSource(Struct, frozen=True):
    """A source in a plan file."""

    root: str
    source: str
    report: dict[str, Any]
    entries: tuple[KeptEntry, ...]

    @property
    def place(self) -> Path:
        """Where the source lay."""
        return Path(os.fsdecode(raw_path(self.root)))


class KeptPlan(Struct, frozen=True):
    """A plan file."""

    format: str
    trust: tuple[str, ...]
    sources: tuple[KeptSource, ...]


def is_plan_file(path: Path) -> bool:
    """Say whether ``path`` is a file that begins as plans do; any other file is a source."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return stream.read(len(_OPENING)) == _OPENING
    except OSError:
        return False


def write_plan(to: BinaryIO, sources: Iterable[SourcePlan], trust: Iterable[str]) -> None:
    """Write the plan of ``sources``, one entry a line."""
    to.write(b'{"format":"%s","trust":%s,"sources":['
             % (PLAN_FORMAT.encode(), json.dumps(sorted(trust)).encode()))  # fmt: skip
    for number, plan in enumerate(sources):
        head = {
            "root": shown_path(os.fsencode(plan.root)),
            "source": plan.source,
            "report": report_of(plan),
        }
        to.write((b",\n" if number else b"\n") + msgspec.json.encode(head)[:-1] + b',"entries":[')
        for place, item in enumerate(plan.items):
            kept = msgspec.json.encode(_kept(plan.root, item))
            to.write((b",\n" if place else b"\n") + kept)
        to.write(b"]}")
    to.write(b"\n]}\n")


def read_plan(data: bytes, name: str) -> KeptPlan:
    """Read a plan file.

    Raises:
        InvalidInput: it is none, or of another format.
    """
    try:
        kept = msgspec.json.decode(data, type=KeptPlan)
    except msgspec.DecodeError as error:
        raise InvalidInput(f"{name} is no plan: {error}") from None
    if kept.format != PLAN_FORMAT:
        raise InvalidInput(
            f"{name} is a plan of another format, {kept.format}", hint="make a new plan"
        )
    return kept


def changes(kept: KeptSource, plan: SourcePlan) -> Iterator[str]:
    """Yield what is not as it was when the plan was made."""
    was = {entry.path: entry.changed for entry in kept.entries if entry.changed}

    def same(old: Seen, new: Seen) -> bool:
        then = was.get(old.path)
        return then is None or then == _changed(plan.root, new)

    before = (seen(_item(entry), entry.digest) for entry in kept.entries)
    return differences(before, (_seen_now(item) for item in plan.items), same)


def _kept(root: Path, item: Item) -> KeptEntry:
    return KeptEntry(
        path=item.path,
        type=item.type,
        size=item.size,
        digest=None if item.personal else item.digest,
        changed=_mtime(real_path(root, item.path)) if item.personal else 0,
        target=item.target,
    )


def _item(entry: KeptEntry) -> Item:
    return Item(
        path=entry.path,
        type=entry.type,
        size=entry.size,
        target=entry.target,
    )


def _seen_now(item: Item) -> Seen:
    return seen(item, None if item.personal else item.digest)


def _changed(root: Path, entry: Seen) -> int:
    return _mtime(real_path(root, entry.path))


def _mtime(path: Path) -> int:
    try:
        return path.lstat().st_mtime_ns
    except OSError:
        return 0
