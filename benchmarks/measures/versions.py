"""Registering and activating versions on ledgers that hold more and more.

The history before is versions too, five entries each, so that every look-up has more to look
through. The figure is the median over single versions, the two verbs together; the projections
follow apart.
"""

import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

from msgspec.structs import replace

import builders
from measures.fixtures import made_once
from oneseek.domain.digest import Digest
from oneseek.domain.events import Event
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.ports import ObjectStore
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.registry import activate
from workbench import VERIFIER_SCRIPT, workbench

VERSIONS = 1000
_PER_VERSION = 5
_BATCH = 200


def register(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Certify and activate versions one by one after ``size`` entries."""
    count = min(VERSIONS, max(size // 10, 3))
    place = Path(mkdtemp(dir=folder / "own")) / "workbench"
    shutil.copytree(_history(folder, size), place)
    context = workbench(place)
    bench = context.__enter__()
    produced = produced_files(bench.objects)
    bench.append(*(e for n in range(count) for e in training(f"new-{n}", produced)))

    def job() -> dict[str, float]:
        times = []
        for number in range(count):
            begun = time.process_time()
            dna = certify(bench.ports, f"new-{number}", VERIFIER_SCRIPT)
            activate(bench.ports, dna, lambda *_: [])
            times.append(time.process_time() - begun)
        bench.ledger.close()
        return {"each": statistics.median(times)}

    return job


def _history(folder: Path, size: int) -> Path:
    def make(fresh: Path) -> None:
        with workbench(fresh) as bench:
            bench.open()
            bench.append(builders.base(), builders.dataset())
            produced = produced_files(bench.objects)
            numbers = range(1, max((size - bench.ledger.head().size) // _PER_VERSION, 1) + 1)
            for start in numbers[::_BATCH]:
                group = range(start, min(start + _BATCH, numbers.stop))
                bench.append(*(e for n in group for e in _life(n, produced)))

    return made_once(folder / f"versions-{size}", make)


def _life(number: int, produced: Digest) -> Iterator[Event]:
    name = f"t{number}"
    yield from training(name, produced)
    yield builders.numbered(number)
    yield builders.certified(number)
    yield builders.activated(number, builders.manifest(number - 1) if number > 1 else None)


def training(name: str, produced: Digest) -> tuple[Event, Event]:
    """Return the two events of a training that has succeeded."""
    completed = replace(builders.completed(name), produced=produced)
    return builders.started(name), completed


def produced_files(objects: ObjectStore) -> Digest:
    """Keep the manifest of what every training here has produced."""
    weights = ManifestFile("adapter_model.safetensors", 7, objects.put(b"weights"))
    return objects.put(Manifest((weights,)).to_bytes())
