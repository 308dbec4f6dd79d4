"""What is measured: each function is one job, run alone in a process of its own.

Usage: ``python measures.py NAME FOLDER SIZE``; prints one JSON object with CPU and wall seconds of
the job itself (preparation is not counted), peak memory in MB, and what the job counted.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from oneseek.domain.events import QueryAnswered
from oneseek.domain.registry import REGISTRY
from oneseek.domain.values import format_time

BATCH = 1000
ORIGIN = "bench.oneseek.local/log"


def _event(number: int) -> QueryAnswered:
    digest = f"{number:064x}"
    return QueryAnswered(
        query=f"q{number}",
        version=digest,
        base=digest,
        question=digest,
        answer=digest,
        prompt_format="question-answer/v1",
        prompt_tokens=12,
        answer_tokens=34,
        duration_ms=56,
    )


def _ledger(folder: Path) -> Any:
    from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key
    from oneseek.adapters.ledger.sqlite_ledger import SqliteLedger, create_ledger

    key, path = folder / "key.pem", folder / "ledger.db"
    if not path.exists():
        create_key(key, ORIGIN)
        create_ledger(path)
    return SqliteLedger(path, Ed25519Sealer(ORIGIN, key))


def append_ours(folder: Path, size: int) -> int:
    """Append ``size`` events in groups, evidence and state documents included."""
    ledger = _ledger(folder)
    for start in range(0, size, BATCH):
        now = format_time(datetime.now(UTC))
        events = [_event(number) for number in range(start, start + BATCH)]
        entries = [REGISTRY.entry(e, stream_version=1, time=now, actor="bench") for e in events]
        ledger.append(entries, {event.stream: 0 for event in events})
    return size


def _stock(folder: Path) -> Any:
    from eventsourcing.application import Application

    return Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "stock.db"),
        }
    )


def _stock_aggregates(start: int) -> list[Any]:
    from stock import Query

    fields = QueryAnswered.__struct_fields__
    events = (_event(number) for number in range(start, start + BATCH))
    return [Query(body={field: getattr(event, field) for field in fields}) for event in events]


def append_stock(folder: Path, size: int) -> int:
    """The same events as aggregates of the stock application, default JSON, in groups."""
    application = _stock(folder)
    for start in range(0, size, BATCH):
        application.save(*_stock_aggregates(start))
    return size


def replay_ours(folder: Path, size: int) -> int:
    """Read every entry verified and typed: leaf hash, RFC 6962 root against the checkpoint."""
    from oneseek.adapters.keys.ed25519 import check_ed25519, public_key
    from oneseek.domain.audit.ledger_audit import audit_ledger

    keys = (public_key(folder / "key.pem", ORIGIN),)
    report = audit_ledger(_ledger(folder), keys, check_ed25519, origin=ORIGIN)
    broken = [f for f in report.findings if f.check not in ("opening",)]
    assert report.size == size
    assert not broken, broken[:2]
    return report.size


def replay_stock(folder: Path, size: int) -> int:
    """Read every stock event as a typed object, unverified."""
    application = _stock(folder)
    _stock_aggregates(0)
    count = start = 0
    while count < size:
        found = application.recorder.select_notifications(
            start=start, limit=BATCH, inclusive_of_start=False
        )
        for notification in found:
            application.mapper.to_domain_event(notification)
        count, start = count + len(found), found[-1].id
    return count


def prove(folder: Path, size: int) -> int:
    """Make one inclusion proof on a cold connection; return the bytes of its hashes."""
    from oneseek.domain.usecases.prove_entry import prove_entry

    return 32 * len(prove_entry(_ledger(folder), size * 7 // 9).path)


def full_scan(folder: Path, size: int) -> int:
    """What a proof would cost without tiles: hash every entry."""
    from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
    from oneseek.domain.merkle.hashing import leaf_hash

    frontier = EMPTY_FRONTIER
    frontier = frontier.extend([leaf_hash(record.raw) for record in _ledger(folder).records()])
    return frontier.size


def main() -> None:
    """Run one measure and print its figures."""
    measure: Callable[[Path, int], int] = globals()[sys.argv[1]]
    folder, size = Path(sys.argv[2]), int(sys.argv[3])
    _ledger(folder)
    cpu, wall = time.process_time(), time.perf_counter()
    counted = measure(folder, size)
    figures = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "counted": counted,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
