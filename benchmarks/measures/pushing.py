"""A ledger into the five collections of the embedded mirror, with the product's runner.

Half of the events are answered questions whose texts lie in a vault, half are the lives of
versions: trained, measured, numbered, certified. Ours proves, opens and commits in batches, with
the position, and every commit is synced. The yardstick is what the old services did, on the same
mirror: one commit for every document, of documents that are made already.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter, process_time

from msgspec.structs import replace

import builders
from measures.fixtures import made_once
from measures.versions import training
from oneseek.adapters.documents.mirror import MirrorStore
from oneseek.adapters.documents.runner import CollectionRunner
from oneseek.domain.digest import Digest
from oneseek.domain.documents import DocumentStore, Write
from oneseek.domain.events import Event
from oneseek.domain.projections.collections.all import COLLECTIONS
from oneseek.domain.projections.collections.collection import Collection
from oneseek.domain.projections.collections.ledger import LEDGER
from workbench import Workbench, workbench

_CYCLE = 10
"""Events of which half are questions and half the life of one version."""
_TEXTS = 500
"""So many different texts: every question and every answer is read, checked and opened anew."""
_GROUP = 100
_NAIVE = 20
"""The yardstick writes every so many-th document; it would take minutes otherwise."""

Job = Callable[[], dict[str, float]]


def collections(folder: Path, size: int) -> Job:
    """Push all five collections."""
    return _pushing(folder, size, COLLECTIONS)


def blocks(folder: Path, size: int) -> Job:
    """Push ``oqt_ledger``: a block for every event, with its proof."""
    return _pushing(folder, size, (LEDGER,))


def naive_collections(folder: Path, size: int) -> Job:
    """Commit documents of all five collections one by one."""
    return _naive(folder, size, COLLECTIONS)


def naive_blocks(folder: Path, size: int) -> Job:
    """Commit blocks one by one."""
    return _naive(folder, size, (LEDGER,))


def _pushing(folder: Path, size: int, wanted: tuple[Collection, ...]) -> Job:
    history = _history(folder, size)
    own = Path(mkdtemp(dir=folder / "own"))

    def push() -> int:
        with workbench(history) as bench:
            return _push(bench, MirrorStore(own / "mirror.db"), own, wanted)

    return _each(push)


def _naive(folder: Path, size: int, wanted: tuple[Collection, ...]) -> Job:
    own = Path(mkdtemp(dir=folder / "own"))
    made = MirrorStore(own / "made.db")
    with workbench(_history(folder, min(size, 2000))) as bench:
        _push(bench, made, own, wanted)
    writes = [
        Write(collection.name, found.id, found.fields)
        for collection in wanted
        for found in list(made.scan(collection.name))[::_NAIVE]
    ]
    store = MirrorStore(own / "mirror.db")

    def commit() -> int:
        for write in writes:
            store.commit([write])
        return len(writes)

    return _each(commit)


def _each(write: Callable[[], int]) -> Job:
    """Make a job of what says how many documents it has written."""

    def job() -> dict[str, float]:
        cpu, wall = process_time(), perf_counter()
        count = write()
        return {"each": (perf_counter() - wall) / count, "cpu_each": (process_time() - cpu) / count}

    return job


def _push(bench: Workbench, store: DocumentStore, own: Path, wanted: tuple[Collection, ...]) -> int:
    runner = CollectionRunner(
        ledger=bench.ledger,
        vault=bench.vault,
        store=store,
        origin=builders.ORIGIN,
        positions=own / "positions",
        locks=own / "locks",
    )
    return sum(runner.push(collection).documents for collection in wanted)


def _history(folder: Path, size: int) -> Path:
    def make(fresh: Path) -> None:
        with workbench(fresh) as bench:
            bench.open()
            bench.append(builders.base(), builders.dataset())
            texts = [f"Vad säger motion {n} om skogen?".encode() * 4 for n in range(_TEXTS)]
            with bench.objects.together() as together:
                sealed = bench.vault.seal_many(texts, together)
            cycles = range(1, max(size // _CYCLE, 1) + 1)
            for start in cycles[:: _GROUP // _CYCLE]:
                group = range(start, min(start + _GROUP // _CYCLE, cycles.stop))
                bench.append(*(event for n in group for event in _cycle(n, sealed)))

    return made_once(folder / f"pushed-{size}", make)


def _cycle(number: int, sealed: list[Digest]) -> Iterator[Event]:
    name = f"t{number}"
    yield from training(name, builders.digest("produced"))
    yield builders.measured(name)
    yield builders.numbered(number)
    yield builders.certified(number)
    for place in range(_CYCLE // 2):
        at = number * _CYCLE + 2 * place
        yield replace(
            builders.answered(f"q{number}-{place}", builders.manifest(number)),
            question=sealed[at % _TEXTS],
            answer=sealed[(at + 1) % _TEXTS],
        )
