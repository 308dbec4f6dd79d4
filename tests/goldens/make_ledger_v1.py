"""Made the golden ledger of format 1, once. It is kept to say how; it is never run again.

    python make_ledger_v1.py FOLDER

Clock and entropy are fixed. The signing key is a fresh one and is thrown away with the workbench:
only its public half is kept.
"""

import base64
import hashlib
import json
import shutil
import sqlite3
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import builders as make
from golden import projected_digests, state_digest, state_kinds
from oneseek.domain.events import (
    ALL_EVENTS,
    RegistryReset,
    VersionActivated,
    VersionRestored,
    VersionWithdrawn,
)
from oneseek.domain.usecases.train import train
from workbench import FakeTrainer, Workbench, workbench


def fill(bench: Workbench) -> None:
    """Record at least one event of every kind."""
    bench.open()
    bench.add_materials()
    first, second = (bench.version(bench.certify(name)) for name in ("t1", "t2"))
    bench.append(make.measured("t1"))
    with suppress(RuntimeError):
        train(bench.ports, FakeTrainer(error=RuntimeError("no memory")), bench.order("t3"), print)
    bench.append(VersionActivated(manifest=first.manifest, dna=first.dna, previous=None))
    bench.append(
        VersionActivated(manifest=second.manifest, dna=second.dna, previous=first.manifest)
    )
    bench.append(make.answered("q1", second.manifest), make.answered("q2"))
    bench.append(make.erased("q1"))
    bench.append(
        VersionWithdrawn(
            manifest=first.manifest, dna=first.dna, reason="felaktiga data", was_active=False
        )
    )
    inventory = bench.objects.put(b"[]\n")
    bench.append(
        RegistryReset(
            reason="börjar om", inventory=inventory, versions=2, files=0, active=second.manifest
        )
    )
    bench.append(VersionRestored(manifest=second.manifest, dna=second.dna))
    bench.append(VersionActivated(manifest=second.manifest, dna=second.dna, previous=None))
    # Enough for a full tile, in one group, so that tile roots are part of the golden file.
    bench.append(*(make.repaired(f"p{number % 3}") for number in range(240)))
    bench.append(make.repaired())


def main(target: Path) -> None:
    """Write every file of the golden ledger into the new folder ``target``."""
    target.mkdir()
    with tempfile.TemporaryDirectory() as folder, workbench(Path(folder)) as bench:
        fill(bench)
        events = bench.events()
        missing = {event.kind for event in ALL_EVENTS} - {event.kind for event in events}
        assert not missing, missing
        assert not bench.audit().findings
        head = bench.ledger.head()
        (target / "key.vkey").write_text(f"{bench.key}\n", "utf-8")
        raws = [record.raw for record in bench.ledger.records()]
        (target / "entries.jsonl").write_bytes(b"".join(raw + b"\n" for raw in raws))
        notes = {bench.ledger.checkpoint_covering(index) for index in range(head.size)}
        (target / "checkpoints.jsonl").write_text(
            "".join(
                json.dumps({"size": size, "note": note.decode()}, ensure_ascii=False) + "\n"
                for size, note in sorted(notes)
            ),
            "utf-8",
        )
        objects = {str(digest): bench.objects.read(digest) for digest, _ in bench.objects.digests()}
        (target / "objects.json").write_text(
            json.dumps(
                {name: base64.b64encode(objects[name]).decode() for name in sorted(objects)},
                indent=0,
            )
            + "\n",
            "utf-8",
        )
        expected = {
            "origin": make.ORIGIN,
            "size": head.size,
            "root": head.root.hex(),
            "time": head.time,
            "kinds": sorted({event.kind for event in events}),
            "state": state_digest(bench.database, state_kinds(bench.database)),
            "projections": projected_digests(bench, Path(folder) / "projected"),
        }
        (target / "expected.json").write_text(json.dumps(expected, indent=2) + "\n", "utf-8")
        bench.ledger.close()
        with sqlite3.connect(bench.database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(bench.database, target / "ledger.db")
    size = (target / "ledger.db").stat().st_size
    digest = hashlib.sha256((target / "ledger.db").read_bytes()).hexdigest()
    sys.stdout.write(f"{head.size} entries, ledger.db {size} bytes, SHA-256 {digest}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
