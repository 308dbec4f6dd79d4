"""One cell of the table: a prepared workspace, a fault, and what it broke (nothing, we hope)."""

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from e2e.workspaces import make_stocked
from faults import promises
from faults.power import Change, Disk, losses
from faults.row import Row, cli
from faults.rows import ROWS
from faults.rows_of_auditors import ROWS_OF_AUDITORS
from faults.rows_of_backups import ROWS_OF_BACKUPS
from faults.rows_of_firebase import ROWS_OF_FIREBASE
from faults.rows_of_keeping import ROWS_OF_KEEPING
from faults.rows_of_migrator import ROWS_OF_MIGRATOR
from faults.small_disk import small_disk
from faults.steps import Step
from faults.watched import Fault, Outcome, limited, run, watched

NEVER = 1_000_000_000

by_name = {
    row.name: row
    for row in (
        *ROWS,
        *ROWS_OF_AUDITORS,
        *ROWS_OF_MIGRATOR,
        *ROWS_OF_BACKUPS,
        *ROWS_OF_FIREBASE,
        *ROWS_OF_KEEPING,
    )
}


@dataclass(frozen=True, slots=True)
class Result:
    """What a row of cells came to."""

    cells: int
    struck: int
    """In how many of them the fault has hit."""
    wrong: list[str]


@contextmanager
def prepared(row: Row) -> Iterator[tuple[Path, Path]]:
    """Give the workspace in which ``row`` begins, and a free place for copies of it."""
    with tempfile.TemporaryDirectory(prefix="oneseek-faults-", dir=fast_folder()) as folder:
        begin = Path(folder) / "begin"
        shutil.copytree(_stock(), begin, symlinks=True)
        outcome = run(row.prepare, begin)
        assert outcome.code == 0, outcome.err
        yield begin, Path(folder) / "w"


def fast_folder() -> Path | None:
    """Return a folder in memory where there is one: a cell copies a workspace."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 50_000_000 else None


_made: list[tempfile.TemporaryDirectory[str]] = []


def _stock() -> Path:
    """Return the workspace that all rows begin with; it is made once and goes with the process."""
    if not _made:
        _made.append(tempfile.TemporaryDirectory(prefix="oneseek-faults-"))
        make_stocked(Path(_made[0].name) / "stock")
    return Path(_made[0].name) / "stock"


def points(steps: Sequence[Step]) -> list[int]:
    """Return the steps before which the disk is in a state of its own.

    Bytes count when they are complete: of several writes to one file in a row the first is taken.
    The last point is after the end.
    """
    first = [0] if steps else []
    found = [
        number
        for number, (last, step) in enumerate(pairwise(steps), 1)
        if step.kind != "write" or (last.kind, last.path) != ("write", step.path)
    ]
    return [*first, *found, len(steps)]


def some(items: Sequence[int], most: int | None) -> list[int]:
    """Return at most ``most`` of ``items``, evenly spread, with the first and the last."""
    if most is None or len(items) <= most:
        return list(items)
    return sorted({items[round(n * (len(items) - 1) / (most - 1))] for n in range(most)})


def _part(row: Row, most: int | None) -> int | None:
    return None if most is None else max(min(most, 3), round(most * row.tried))


def strike(
    name: str, kind: str, error: int = 0, most: int | None = None, at: str | None = None
) -> Result:
    """Do the row ``name`` again and again, struck by a fault at one point after another.

    ``at`` is a pattern: only at steps that are told so.
    """
    row = by_name[name]
    with prepared(row) as (begin, work):
        before = _size(begin)
        _fresh(begin, work)
        steps = watched(row.act, work).steps
        wrong, struck = [], 0
        found = points(steps)
        if at is not None:
            found = [n for n, step in enumerate(steps) if re.search(at, step.told(work))]
        numbers = some(found, _part(row, most))
        for number in numbers:
            _fresh(begin, work)
            # The end is no step: a run a step longer than the first is not struck there.
            when = number if number < len(steps) else NEVER
            outcome = watched(row.act, work, Fault(kind, when, error))
            struck += bool(outcome.hits)
            place = steps[number].told(work) if number < len(steps) else "its end"
            wrong += [
                f"step {number}, at {place}: {text}"
                for text in broken(row, work, before, outcome, killed=kind == "killed")
            ]
    return Result(len(numbers), struck, wrong)


def lose_power(name: str, most: int | None = None) -> Result:
    """Do the row ``name`` once, and look at what is left if power is lost at each point."""
    row = by_name[name]
    with prepared(row) as (begin, work):
        before = _size(begin)
        _fresh(begin, work)
        steps = watched(row.act, work).steps
        wrong, cells = [], 0
        for number, printed, way, disk, kept in _outages(
            name, begin, work, steps, _part(row, most)
        ):
            shutil.rmtree(work)
            disk.write(kept, work)
            cells += 1
            code = -9 if number < len(steps) else 0
            place = steps[number].told(work) if number < len(steps) else "its end"
            found = broken(row, work, before, Outcome(code, printed, ""), killed=True)
            wrong += [f"step {number}, before {place}, {way}: {text}" for text in found]
    return Result(cells, cells, wrong)


def _outages(
    name: str, begin: Path, work: Path, steps: Sequence[Step], most: int | None
) -> Iterator[tuple[int, str, str, Disk, list[Change]]]:
    """Yield each different state that is left: step, what was printed, the way of losing power."""
    disk, printed, seen = Disk(begin, work), "", set()
    numbers = set(some(points(steps), most))
    for number in range(len(steps) + 1):
        for way, survives in losses(disk, f"{name} {number}") if number in numbers else ():
            kept = disk.left(survives)
            state = (printed, frozenset(map(id, kept)))
            if state not in seen:
                seen.add(state)
                yield number, printed, way, disk, kept
        if number < len(steps):
            disk.happens(steps[number])
            if steps[number].kind == "print":
                printed += steps[number].data.decode()


def broken(row: Row, root: Path, before: int, outcome: Outcome, *, killed: bool) -> list[str]:
    """Return every promise that ``outcome`` and the workspace it left break."""
    found: list[str] = []
    if killed and outcome.code not in (-9, 0):
        found.append(f"ended with {outcome.code}: {outcome.err}")
    if not killed:
        found += promises.one_sentence(outcome)
    found += promises.at_once(row, root, before, outcome)
    return found or promises.healed(row, root)


def _fresh(begin: Path, work: Path) -> None:
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(begin, work, symlinks=True)


def fill_disk(name: str, what: str, most: int | None = None) -> Result:
    """Do the row ``name`` on a disk of its own with room for 0, 1, 2… blocks or inodes."""
    row = by_name[name]
    with prepared(row) as (begin, _), small_disk() as disk:
        before, work = _size(begin), disk.root / "w"

        def do(room: int) -> tuple[Outcome, list[str]]:
            _fresh(begin, work)
            disk.leave(what, room)
            outcome = run(row.act, work)
            # Nobody may be kept from looking without being told why.
            look = run(cli("log"), work) if before and not row.mends else outcome
            disk.free()
            return outcome, promises.one_sentence(look)

        needed = 0
        while do(needed)[0].code:
            needed = 2 * needed + 1
        wrong, struck = [], 0
        # Two more than were needed: what was freed last is not always free again at once.
        numbers = some(range(needed + 3), _part(row, most))
        for room in numbers:
            outcome, unread = do(room)
            struck += outcome.code != 0
            found = unread + broken(row, work, before, outcome, killed=False)
            wrong += [f"room for {room} {what}: {text}" for text in found]
    return Result(len(numbers), struck, wrong)


def limit_files(name: str, most: int | None = None) -> Result:
    """Do the row ``name`` where no file may grow beyond one size after another (RLIMIT_FSIZE)."""
    row = by_name[name]
    with prepared(row) as (begin, work):
        before = _size(begin)
        sizes = [path.stat().st_size for path in begin.rglob("*") if path.is_file()]
        limits = {0, 100, 1_000, 5_000, *sizes, *(size + 5_000 for size in sizes)}
        numbers = some(sorted(limits), _part(row, most))
        wrong, struck = [], 0
        for number in numbers:
            _fresh(begin, work)
            outcome = limited(row.act, work, number)
            struck += outcome.code != 0
            found = broken(row, work, before, outcome, killed=False)
            wrong += [f"files of at most {number} bytes: {text}" for text in found]
    return Result(len(numbers), struck, wrong)


def _size(root: Path) -> int:
    return promises.size_of(root) if promises.is_workspace(root) else 0
