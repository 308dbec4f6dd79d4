"""What is compared with a golden ledger: its state, and the trees that its projections make."""

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from oneseek.adapters.ledger.sqlite_hold import hold
from oneseek.adapters.projections.runner import ProjectionRunner
from oneseek.adapters.workspace.scratch import Scratch
from oneseek.domain.projections.all import PROJECTIONS
from workbench import Workbench


def state_kinds(database: Path) -> set[str]:
    """Return the kinds of which there are state documents."""
    with hold(database) as held:
        return {kind for kind, _, _ in held.state().page(None, 100_000)}


def state_digest(database: Path, kinds: Collection[str]) -> str:
    """Return the SHA-256 over the state documents of ``kinds``, as they are stored, in order."""
    digest = sha256()
    with hold(database) as held:
        for kind, key, body in held.state().page(None, 100_000):
            if kind in kinds:
                digest.update(b"\x00".join((kind.encode(), key.encode(), body)) + b"\n")
    return digest.hexdigest()


def projected_digests(bench: Workbench, base: Path) -> dict[str, str]:
    """Render every projection below ``base``; return a digest over each of their folders."""
    base.mkdir()
    runner = ProjectionRunner(
        ledger=bench.ledger,
        objects=bench.objects,
        scratch=Scratch(base / "staging", base / "displaced"),
        base=base,
        positions=base / "positions",
        locks=base / "locks",
    )
    for name in ("staging", "displaced", "positions", "locks"):
        (base / name).mkdir()
    found = {}
    for projection in PROJECTIONS:
        runner.follow(projection)
        found[projection.name] = tree_digest(base / projection.folder)
    return found


def tree_digest(folder: Path) -> str:
    """Return the SHA-256 over names, links and bytes of everything below ``folder``."""
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            digest.update(f"{name} -> {path.readlink()}\n".encode())
        elif path.is_file():
            digest.update(f"{name} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
