"""``oneseek migrate run`` of a long old ledger and of many old records, its targets included."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from measures.fixtures import made_once
from migrations.big_ledgers import write_python_ledger
from migrations.big_trees import write_metadata_tree
from oneseek.cli.app import App
from oneseek.cli.output import Output
from oneseek.cli.wiring.migration_run import import_all
from oneseek.cli.wiring.writing import writing


def ledger(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Import a chain of ``size`` blocks: every block judged, every byte kept."""
    return _importing(_ledger(folder, size), folder, blocks=size)


def old_check(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Load the same chain and check it as the old program did, which kept nothing."""
    file = _ledger(folder, size) / "ledger.json"

    def job() -> dict[str, float]:
        with file.open() as stream:
            blocks = json.load(stream)["blocks"]
        before = blocks[0]["previous_hash"]
        for block in blocks:
            data = hashlib.sha256(json.dumps(block["data"], sort_keys=True).encode()).hexdigest()
            text = f"{block['block_id']}{block['timestamp']}{block['previous_hash']}{data}"
            found = hashlib.sha256(text.encode()).hexdigest()
            assert (block["previous_hash"], block["current_hash"]) == (before, found)
            before = found
        return {}

    return job


def files(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Import ``size`` records of weights: every one a version with its claims."""
    return _importing(_tree(folder, size), folder, versions=size)


def reading(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Read, hash and parse the same files, one after the other."""
    tree = _tree(folder, size)

    def job() -> dict[str, float]:
        seen = 0
        for file in tree.rglob("*.json"):
            data = file.read_bytes()
            hashlib.sha256(data).hexdigest()
            json.loads(data)
            seen += 1
        assert seen == size
        return {}

    return job


def _ledger(folder: Path, size: int) -> Path:
    def make(fresh: Path) -> None:
        write_python_ledger(fresh / "ledger.json", size)

    return made_once(folder / f"old-ledger-{size}", make)


def _tree(folder: Path, size: int) -> Path:
    return made_once(folder / f"old-tree-{size}", lambda fresh: _write(fresh, size))


def _write(folder: Path, size: int) -> None:
    write_metadata_tree(folder, size)


def _importing(
    source: Path, folder: Path, *, blocks: int = 0, versions: int = 0
) -> Callable[[], dict[str, float]]:
    workspace = folder / "own" / "workspace"
    program = Path(sys.executable).parent / "oneseek"
    subprocess.run([program, "init", workspace], check=True, capture_output=True)

    def job() -> dict[str, float]:
        app = App(workspace=workspace, actor="bench", out=Output(json=True))
        try:
            with writing(app) as ports:
                (found,) = import_all(app, ports, [source], frozenset())
        finally:
            app.close()
        totals = {total["of"]: sum(total["counts"].values()) for total in found.report["totals"]}
        assert (totals["blocks of old ledgers"], totals["versions"]) == (blocks, versions)
        return {}

    return job
