"""An operator whose ledger was cosigned, and the desk of an auditor with nothing but files."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from e2e.workspaces import Workspace, copy_workspace
from witnesses import witness

ORIGIN = "test.example/log"


@dataclass(frozen=True)
class Desk:
    """An auditor's desk: proofs, a kept checkpoint and public keys; no workspace, no ledger."""

    folder: Path
    size: int

    def check(self, name: str, *words: str, expect: int = 0, key: str = "log.vkey") -> str:
        """Run ``oneseek ledger check`` far from any workspace; return what it printed."""
        done = Workspace(self.folder).run(
            "ledger", "check", name, "--key", key, *words, expect=expect,
            env={"OQT_WORKSPACE": ""},
        )  # fmt: skip
        if expect:
            assert len(done.err.strip().splitlines()) <= 2
        return done.out + done.err

    def write(self, name: str, data: bytes) -> str:
        (self.folder / name).write_bytes(data)
        return name

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


def make_operator(stock: Path, folder: Path) -> Workspace:
    """Make a ledger that went on after two witnesses cosigned it; its files lie in ``out``."""
    found = copy_workspace(stock, folder / "w")
    out = found.root / "out"
    out.mkdir()
    shutil.copy(found.root / ".oneseek" / "checkpoint.vkey", out / "log.vkey")
    for name, algorithm in (("w.example/1", "ed25519"), ("w.example/2", "ml-dsa-44")):
        made = witness(folder, name, algorithm)
        vkey = out / f"w{name[-1]}.vkey"
        vkey.write_text(f"{made.key}\n", "utf-8")
        found.run("witness", "trust", str(vkey))
        kept = found.run("ledger", "head", "--note").out.encode()
        cosigned = out / "kept.checkpoint"
        cosigned.write_bytes(made.cosign(kept))
        found.run("witness", "attach", str(cosigned))
    found.run("activate", "1.0")
    found.run("ledger", "prove", "2", "-o", "out/entry.tlog-proof")
    found.run("ledger", "prove", "2", "--require-witnesses", "2", "-o", "out/seen.tlog-proof")
    found.run("ledger", "prove", "1.0", "-o", "out/version.tlog-proof")
    found.run("ledger", "consistency", "out/kept.checkpoint", "-o", "out/since.consistency")
    return found
