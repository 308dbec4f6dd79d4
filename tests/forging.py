"""What an attacker does who owns the ledger file and knows its format."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from builders import ORIGIN
from oneseek.adapters.keys.ed25519 import Ed25519Sealer
from oneseek.domain.findings import Finding
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.registry import REGISTRY
from workbench import Workbench


@contextmanager
def forging(bench: Workbench) -> Iterator[sqlite3.Connection]:
    """Open the ledger file as its owner: without triggers nothing stands in the way."""
    bench.ledger.close()
    connection = sqlite3.connect(bench.database)
    try:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        connection.commit()
    finally:
        connection.close()


def raw(bench: Workbench, index: int) -> bytes:
    return next(iter(bench.ledger.records(index, index + 1))).raw


def put(bench: Workbench, index: int, data: bytes, *, hashed: bool) -> None:
    """Store ``data`` as entry ``index``, with the leaf hash that belongs to it or the old one."""
    with forging(bench) as connection:
        connection.execute("UPDATE entries SET state = ? WHERE position = ?", (data, index))
        if hashed:
            digest = leaf_hash(data)
            connection.execute(
                "UPDATE entries SET leaf_hash = ? WHERE position = ?", (digest, index)
            )


def sealed_head(bench: Workbench, key: str = "key.pem") -> None:
    """Write a head that fits the entries as they are now, signed with the key in the file."""
    frontier = EMPTY_FRONTIER.extend([leaf_hash(row.raw) for row in bench.ledger.records()])
    note = Ed25519Sealer(ORIGIN, bench.folder / key)(frontier.size, frontier.root())
    with forging(bench) as connection:
        connection.execute(
            "UPDATE head SET size = ?, frontier = ?, checkpoint = ?",
            (frontier.size, frontier.to_bytes(), note),
        )


def forge(bench: Workbench, index: int) -> None:
    """Let somebody else have written entry ``index``; bytes and leaf hash fit together."""
    entry = REGISTRY.decode(raw(bench, index))
    put(bench, index, REGISTRY.encode(replace(entry, actor="mallory")), hashed=True)


def where(findings: tuple[Finding, ...], check: str) -> list[str]:
    return [finding.where for finding in findings if finding.check == check]
