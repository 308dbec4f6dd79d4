"""The bundle of a long lineage in a large log: writing it, and judging it in two ways.

Each version continues from the one before it and was active until the next; questions that were
answered lie between them.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

import builders
import oneseek.adapters.bundle.verify_bundle as the_script
from measures.events import answered
from measures.fixtures import made_once
from oneseek.adapters.bundle.reading import open_bundle
from oneseek.adapters.bundle.verifier import verifier_script
from oneseek.adapters.bundle.writing import write_bundle
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.keys.p256 import check_p256
from oneseek.domain.bundle.trust import Trust
from oneseek.domain.bundle.verify import Crypto, verify_bundle
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.dossier import gather
from oneseek.domain.events import Event
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.names import DnaName
from oneseek.domain.usecases.export_bundle import Wish, export_bundle
from workbench import Workbench, workbench

VERSIONS = 100
_BATCH = 1000


def export(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Gather and write the bundle of the newest version; count its bytes."""
    place = _history(folder, size)

    def job() -> dict[str, float]:
        with workbench(place) as bench:
            return {"bytes": float(_write(bench, folder / "own" / "bundle.zip"))}

    return job


def ours(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Judge that bundle with the domain."""
    with _written(folder, size) as (path, bench):
        trust = Trust((bench.key,))

    def job() -> dict[str, float]:
        crypto = Crypto(check_ed25519, check_p256, check_ed25519)
        with open_bundle(path) as files:
            assert verify_bundle(files, trust, crypto).verdict.exit_code == 0
        return {}

    return job


def script(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Judge it with verify_bundle.py, in a process of its own as a receiver does."""
    with _written(folder, size) as (path, bench):
        words = [sys.executable, str(the_script.__file__), str(path), "--trust", str(bench.key)]

    def job() -> dict[str, float]:
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        return {}

    return job


def entries(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Count the bytes of all entries of that log."""
    place = _history(folder, size)

    def job() -> dict[str, float]:
        with workbench(place) as bench:
            chunks = bench.ledger.chunks(0, bench.ledger.head().size)
            return {"bytes": float(sum(len(raw) for chunk in chunks for raw in chunk))}

    return job


@contextmanager
def _written(folder: Path, size: int) -> Iterator[tuple[Path, Workbench]]:
    path = folder / "own" / "bundle.zip"
    with workbench(_history(folder, size)) as bench:
        _write(bench, path)
        yield path, bench


def _write(bench: Workbench, path: Path) -> int:
    with bench.ledger.view() as view:
        head = view.head
        version = find_version(view, f"{versions_in(head.size)}.0")
        dossier = gather(bench.ledger, view, bench.objects.read, version)
    bundle = export_bundle(bench.ports, dossier, head, Wish(verifier_script()))
    return write_bundle(path, bundle, bench.objects.open, lambda _: None)


def versions_in(size: int) -> int:
    """Return how many versions a log of ``size`` entries holds."""
    return max(2, min(VERSIONS, size // 20))


def _history(folder: Path, size: int) -> Path:
    def make(fresh: Path) -> None:
        with workbench(fresh) as bench:
            bench.open()
            bench.add_materials(language="sv")
            events = _events(bench, size)
            group: list[Event] = []
            for event in events:
                group.append(event)
                if len(group) == _BATCH:
                    bench.append(*group)
                    group = []
            bench.append(*group)

    return made_once(folder / f"lineage-{size}", make)


def _events(bench: Workbench, size: int) -> Iterator[Event]:
    """Yield what happens after the materials: so many entries in all."""
    with bench.ledger.view() as view:
        base = next(document for _, document in view.scan(builders.BaseModel))
        dataset = next(document for _, document in view.scan(builders.Dataset))
        left = size - view.head.size
    count = versions_in(size)
    parent: Digest | None = None
    asked = 0
    for number in range(1, count + 1):
        life = list(_life(bench, number, parent, base.manifest, dataset.dataset))
        parent = life[-1].manifest  # type: ignore[attr-defined]
        yield from life
        left -= len(life)
        questions = left // (count - number + 1) if number < count else left
        for _ in range(questions):
            yield answered(asked)
            asked += 1
        left -= questions


def _life(
    bench: Workbench, number: int, parent: Digest | None, base: Digest, dataset: Digest
) -> Iterator[Event]:
    name = f"t{number}"
    weights = bench.objects.put(f"weights {number}".encode())
    files = [ManifestFile("adapter_model.safetensors", len(f"weights {number}"), weights)]
    files += [ManifestFile(f"file-{n}.json", 100, sha256(b"%d" % n)) for n in range(8)]
    manifest = bench.objects.put(Manifest(tuple(files)).to_bytes())
    dna = DnaName.of(
        major=number, minor=0, language="sv", categories=("Identity",), weights=weights,
        certified_at=builders.TIME,
    )  # fmt: skip
    yield replace(builders.started(name, parent), base=base, dataset=dataset)
    yield replace(builders.completed(name), weights=weights)
    yield replace(builders.measured(name), dataset=dataset)
    yield builders.numbered(number)
    yield replace(
        builders.certified(number), manifest=manifest, dna=str(dna), weights=weights, base=base,
        dataset=dataset,
    )  # fmt: skip
    yield replace(builders.activated(number, parent), manifest=manifest, dna=str(dna))
