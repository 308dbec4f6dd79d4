"""The one runner of all projections: follow, rebuild, verify, replay.

Order of every run: fold the new entries, apply the changed units to the target, then save the
position. A crash before the save makes the next run do the same again; applying a unit twice
changes nothing.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from oneseek.adapters.projections.folder import FolderTarget
from oneseek.adapters.projections.paths import Units
from oneseek.adapters.projections.position import (
    Position,
    PositionFile,
    entries_behind,
    open_position,
    position_path,
)
from oneseek.adapters.workspace.locks import locked
from oneseek.adapters.workspace.scratch import Scratch
from oneseek.domain.entry import Entry
from oneseek.domain.errors import Conflict
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER, Frontier
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.ports import Ledger, ObjectStore, OnBytes
from oneseek.domain.projections.difference import Difference
from oneseek.domain.projections.folding import fold, unit, units
from oneseek.domain.projections.nodes import TextFile, expand, require_unit_name
from oneseek.domain.projections.projection import Projection
from oneseek.domain.replay import replay
from oneseek.domain.state.store import DictState, Document, State
from oneseek.domain.stored import Head
from oneseek.domain.usecases.prove_entry import prove_entry


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a dry run saw: the differences, and how many files and links were compared."""

    differences: list[Difference]
    files: int


class ProjectionRunner:
    """Runs projections of ``ledger`` and ``objects`` into folders below ``base``."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        objects: ObjectStore,
        scratch: Scratch,
        base: Path,
        positions: Path,
        locks: Path,
    ) -> None:
        self._ledger = ledger
        self._objects = objects
        self._scratch = scratch
        self._base = base
        self._positions = positions
        self._locks = locks

    def behind(self, projection: Projection, size: int) -> int:
        """Return how many of the first ``size`` entries the target does not show yet."""
        return entries_behind(self._positions, projection.name, projection.version, size)

    def follow(self, projection: Projection) -> int:
        """Bring the target up to the head; return the number of differences that were applied."""
        with locked(self._locks / f"{projection.name}.lock"), self._position(projection) as file:
            head = self._ledger.head()
            position = self._usable(projection, file, head.size)
            if position is not None and position.size == head.size:
                return 0
            start = self._frontier(position.size if position else 0)
            touched = fold(projection, file.state, self._entries(projection, head, start))
            target = self._target(projection)
            claimed = self._claim(projection, file.state, target)
            whole = position is None or touched.everything
            wanted = self._expanded(projection, file.state, touched.names, whole=whole)
            found = claimed + target.reconcile(wanted, whole=whole)
            file.save(Position(projection.version, head.size, head.root))
            return len(found)

    def rebuild(self, projection: Projection, on_bytes: OnBytes | None = None) -> list[Difference]:
        """Fold from the first entry and make the whole target equal; return what was different."""
        with locked(self._locks / f"{projection.name}.lock"), self._position(projection) as file:
            head = self._ledger.head()
            file.start_over()
            touched = fold(projection, file.state, self._entries(projection, head))
            target = self._target(projection)
            claimed = self._claim(projection, file.state, target)
            wanted = self._expanded(projection, file.state, touched.names, whole=True)
            found = claimed + target.reconcile(wanted, whole=True, on_bytes=on_bytes)
            file.save(Position(projection.version, head.size, head.root))
            return found

    def verify(self, projection: Projection, on_bytes: OnBytes | None = None) -> Comparison:
        """Compare the target with the fold at the head, changing nothing."""
        state = DictState()
        fold(projection, state, self._entries(projection, self._ledger.head()))
        return self.compare(projection, state, on_bytes)

    def compare(
        self, projection: Projection, state: State, on_bytes: OnBytes | None = None
    ) -> Comparison:
        """Compare the target with what ``state``, a fold of the whole ledger, says."""
        wanted = self._expanded(projection, state, whole=True)
        differences = self._target(projection).compare(wanted, on_bytes=on_bytes)
        return Comparison(differences, sum(len(unit or {}) for unit in wanted.values()))

    def replay(self, projection: Projection, size: int, base: Path) -> list[Difference]:
        """Write the target as it was at tree size ``size`` below another folder ``base``."""
        state = DictState()
        root = self._frontier(size).root()
        wanted = projection.events
        fold(projection, state, replay(self._ledger, size, root, wanted=wanted))
        target = FolderTarget(base / projection.folder, self._objects, self._scratch)
        return target.reconcile(self._expanded(projection, state, whole=True), whole=True)

    def _expanded(
        self,
        projection: Projection,
        state: State,
        names: Iterable[str] = (),
        *,
        whole: bool = False,
    ) -> Units:
        """Return what is wanted of the units ``names``, and of all others if ``whole``.

        A name without a document is None: that unit vanishes at once, where a file that is merely
        extra would go by itself.
        """
        found: dict[str, Document | None] = {n: unit(projection, state, n) for n in names}
        if whole:
            found |= dict(units(projection, state))
        for name in found:
            require_unit_name(name, projection.depth)
        return {
            name: None
            if document is None
            else expand(projection.render(document), self._objects.read, self._prove)
            for name, document in found.items()
        }

    def _claim(
        self, projection: Projection, state: State, target: FolderTarget
    ) -> list[Difference]:
        """Refuse to take over a folder of somebody else, for a projection that can be known by it.

        Without its mark a folder is ours only if nothing else is in it. The mark is written before
        anything else: after a crash the folder is known, whatever is recorded until then.

        Raises:
            Conflict: it holds something that the projection would not write; nothing was changed.
        """
        mark = unit(projection, state, projection.mark) if projection.mark else None
        if mark is None or projection.mark is None:
            return []
        node = projection.render(mark)[""]
        assert isinstance(node, TextFile)
        first_line = node.text.partition("\n")[0] + "\n"
        if target.begins_with(projection.mark, first_line.encode()):
            return []
        for found in target.compare(self._expanded(projection, state, whole=True)):
            if found.kind not in ("missing", "wrong-mode"):
                raise Conflict(
                    f"{target.root} is not a folder of {projection.name}: it holds {found.path}; "
                    "nothing was changed there",
                    hint="move the folder away (an older tree: import it with oneseek migrate "
                    "before), or switch the projection off in oneseek.toml",
                )
        return target.reconcile(self._expanded(projection, state, [projection.mark]))

    def _prove(self, index: int) -> bytes:
        return prove_entry(self._ledger, index).format()

    def _usable(self, projection: Projection, file: PositionFile, size: int) -> Position | None:
        """Return the position if the ledger still begins with what it was the fold of."""
        position = file.read()
        if (
            position is None
            or position.version != projection.version
            or position.size > size
            or self._frontier(position.size).root() != position.root
        ):
            file.start_over()
            return None
        return position

    def _entries(
        self, projection: Projection, head: Head, start: Frontier = EMPTY_FRONTIER
    ) -> Iterator[tuple[int, Entry]]:
        """Give the entries that the projection reads, proved to be those of the head."""
        return replay(self._ledger, head.size, head.root, start=start, wanted=projection.events)

    def _frontier(self, size: int) -> Frontier:
        return Frontier.at(size, node_reader(self._ledger.hashes_at, size))

    def _target(self, projection: Projection) -> FolderTarget:
        return FolderTarget(self._base / projection.folder, self._objects, self._scratch)

    def _position_path(self, projection: Projection) -> Path:
        return position_path(self._positions, projection.name)

    def _position(self, projection: Projection) -> AbstractContextManager[PositionFile]:
        path = self._position_path(projection)
        path.parent.mkdir(parents=True, exist_ok=True)
        return open_position(path)
