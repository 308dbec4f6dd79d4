"""An attacker who owns the ledger file: whatever is changed in it, the audit finds and localises."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from msgspec.structs import replace

import builders as make
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519, create_key
from oneseek.domain.audit.ledger_audit import LedgerReport, audit_ledger
from oneseek.domain.entry import Entry
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.findings import Finding
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER, Frontier
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.registry import REGISTRY
from oneseek.domain.usecases.prove_entry import prove_entry
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


def sealed_head(bench: Workbench, key: str = "key.pem", origin: str = make.ORIGIN) -> None:
    """Write a head that fits the entries as they are now, signed with the key in the file."""
    hashes = [leaf_hash(record.raw) for record in bench.ledger.records()]
    frontier = EMPTY_FRONTIER.extend(hashes)
    note = Ed25519Sealer(origin, bench.folder / key)(frontier.size, frontier.root())
    write_head(bench, frontier, note)


def write_head(bench: Workbench, frontier: Frontier, note: bytes) -> None:
    with forging(bench) as connection:
        connection.execute(
            "UPDATE head SET size = ?, frontier = ?, checkpoint = ?",
            (frontier.size, frontier.to_bytes(), note),
        )


@pytest.fixture
def ledger(bench: Workbench) -> Workbench:
    """Ten entries: 0 and 1 open the ledger; 2, 3; 4 to 6 as one group; 7, 8, 9."""
    bench.append(make.base())
    bench.append(make.dataset())
    bench.append(make.numbered(1), make.certified(1), make.numbered(2))
    for major in (1, 2, 1):
        bench.append(make.activated(major))
    assert bench.audit().findings == ()
    return bench


def where(findings: tuple[Finding, ...], check: str) -> list[str]:
    return [finding.where for finding in findings if finding.check == check]


@pytest.mark.parametrize("index", [0, 3, 5, 9])
def test_a_flipped_bit_is_found_with_the_index_of_its_entry(ledger: Workbench, index: int) -> None:
    data = raw(ledger, index)
    for spot in (0, len(data) // 3, len(data) - 1):
        for bit in (1, 0x80):
            flipped = data[:spot] + bytes([data[spot] ^ bit]) + data[spot + 1 :]
            put(ledger, index, flipped, hashed=False)
            found = ledger.audit().findings
            assert where(found, "leaf-hash") == [f"entry {index}"]
            assert where(found, "head-root") == ["tree of 10 entries"]
    put(ledger, index, data, hashed=False)
    assert ledger.audit().findings == ()


@pytest.mark.parametrize(
    ("index", "group"),
    [(2, "entry 2"), (5, "entries 4 to 6"), (9, "entry 9"), (1, "entries 0 to 1")],
)
def test_a_forged_entry_with_its_own_leaf_hash_is_found_by_the_checkpoint_after_it(
    ledger: Workbench, index: int, group: str
) -> None:
    entry = REGISTRY.decode(raw(ledger, index))
    forged = REGISTRY.encode(forge(entry))
    put(ledger, index, forged, hashed=True)
    found = ledger.audit().findings
    assert where(found, "leaf-hash") == []
    assert where(found, "entries-changed") == [group]
    assert {"head-root", "checkpoint-root"} <= {finding.check for finding in found}


def forge(entry: Entry) -> Entry:
    return replace(entry, actor="mallory")


def test_a_forged_entry_under_a_forged_head_is_found_by_the_missing_signature(
    ledger: Workbench,
) -> None:
    create_key(ledger.folder / "evil.pem", make.ORIGIN)
    put(ledger, 3, REGISTRY.encode(forge(REGISTRY.decode(raw(ledger, 3)))), hashed=True)
    sealed_head(ledger, key="evil.pem")
    found = ledger.audit().findings
    assert where(found, "checkpoint") == ["the head"]
    assert where(found, "entries-changed") == ["entry 3"]


def test_two_entries_that_changed_places_are_found(ledger: Workbench) -> None:
    one, other = raw(ledger, 2), raw(ledger, 8)
    put(ledger, 2, other, hashed=True)
    put(ledger, 8, one, hashed=True)
    assert where(ledger.audit().findings, "entries-changed") == ["entry 2"]


@pytest.mark.parametrize("index", [0, 4, 8])
def test_a_removed_entry_is_found_with_its_index(ledger: Workbench, index: int) -> None:
    with forging(ledger) as connection:
        connection.execute("DELETE FROM entries WHERE position = ?", (index,))
    found = ledger.audit().findings
    assert where(found, "entry-missing") == [f"entry {index}"]


def test_entries_cut_off_the_end_are_found(ledger: Workbench) -> None:
    with forging(ledger) as connection:
        connection.execute("DELETE FROM entries WHERE position >= 8")
    found = ledger.audit().findings
    assert where(found, "entry-missing") == ["entry 8"]


def test_an_entry_added_behind_the_head_is_found(ledger: Workbench) -> None:
    data = REGISTRY.encode(make.entry(make.repaired()))
    with forging(ledger) as connection:
        connection.execute(
            "INSERT INTO entries SELECT 10, 'x', 1, 'x', clock, ?, ? FROM entries LIMIT 1",
            (leaf_hash(data), data),
        )
    assert where(ledger.audit().findings, "entry-unsealed") == ["entry 10"]


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE head SET frontier = randomblob(64)", "head-root"),
        ("UPDATE head SET size = 9", "head-root"),
        ("UPDATE head SET size = 12", "head-root"),
        ("UPDATE head SET clock = clock + 1000000000", "head-time"),
        ("UPDATE head SET checkpoint = x''", "checkpoint"),
        ("UPDATE head SET checkpoint = randomblob(300)", "checkpoint"),
        (
            "UPDATE head SET checkpoint = (SELECT note FROM checkpoints WHERE size = 9)",
            "checkpoint-root",
        ),
        (
            "UPDATE head SET checkpoint = CAST(replace(CAST(checkpoint AS TEXT), "
            "'oneseek.test', 'oneseek.evil') AS BLOB)",
            "checkpoint",
        ),
        ("UPDATE tiles SET root = randomblob(32)", "tile-root"),
        ("DELETE FROM tiles", "tile-root"),
    ],
)
def test_an_edited_head_or_tile_is_found(ledger: Workbench, statement: str, check: str) -> None:
    now = ledger.ledger.head().time or ""
    items = [make.entry(make.repaired(), number, now) for number in range(1, 291)]
    if "tiles" in statement:
        ledger.ledger.append(items, {items[0].stream: 0})
        assert ledger.audit().findings == ()
    with forging(ledger) as connection:
        connection.execute(statement)
    assert where(ledger.audit().findings, check)


@pytest.mark.parametrize("size", [0, 7, 1023])
def test_a_head_that_fits_no_tree_is_a_broken_ledger(ledger: Workbench, size: int) -> None:
    with forging(ledger) as connection:
        connection.execute("UPDATE head SET size = ?", (size,))
    with pytest.raises(LedgerBroken, match="frontier"):
        ledger.audit()


def test_a_proof_through_a_forged_tile_or_checkpoint_is_not_given_out(bench: Workbench) -> None:
    items = [make.entry(make.repaired(), number) for number in range(1, 301)]
    bench.ledger.append(items, {items[0].stream: 0})
    assert prove_entry(bench.ledger, 0)
    with forging(bench) as connection:
        connection.execute("UPDATE tiles SET root = randomblob(32)")
    with pytest.raises(LedgerBroken, match="entry 300"):
        prove_entry(bench.ledger, 300)
    with forging(bench) as connection:
        connection.execute(
            "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 302) "
            "WHERE size = 2"
        )
    with pytest.raises(LedgerBroken, match="entry 0"):
        prove_entry(bench.ledger, 0)


def test_a_clock_that_was_set_back_is_found(ledger: Workbench) -> None:
    entry = REGISTRY.decode(raw(ledger, 5))
    early = replace(entry, time="2026-11-20T18:25:30.000000Z")
    put(ledger, 5, REGISTRY.encode(early), hashed=True)
    assert where(ledger.audit().findings, "clock-backwards") == ["entry 5"]


def test_bytes_that_are_no_entry_are_found_even_under_a_good_signature(ledger: Workbench) -> None:
    put(ledger, 7, b'{"kind":"unknown/v1"}', hashed=True)
    sealed_head(ledger)
    assert where(ledger.audit().findings, "entry-unreadable") == ["entry 7"]


def audited(
    bench: Workbench, *, keys: tuple[VerifierKey, ...] | None = None, origin: str = make.ORIGIN
) -> LedgerReport:
    known = (bench.key,) if keys is None else keys
    return audit_ledger(bench.ledger, known, check_ed25519, origin=origin)


def test_another_origin_is_found(ledger: Workbench) -> None:
    found = audited(ledger, origin="other.test/log").findings
    assert where(found, "origin") == ["entry 0"]
    assert where(found, "checkpoint-origin") == ["the head"]


def test_a_ledger_of_another_key_is_found(ledger: Workbench) -> None:
    other = create_key(ledger.folder / "other.pem", make.ORIGIN)
    found = audited(ledger, keys=(other,)).findings
    assert where(found, "checkpoint") == ["the head", "checkpoint of 2 entries and 6 more"]
    assert where(found, "first-key") == ["entry 1"]
    assert where(audited(ledger, keys=()).findings, "checkpoint")[0] == "the head"


def test_a_forger_who_also_rewrites_checkpoints_is_found_by_the_next_good_one(
    ledger: Workbench,
) -> None:
    create_key(ledger.folder / "evil.pem", make.ORIGIN)
    put(ledger, 3, REGISTRY.encode(forge(REGISTRY.decode(raw(ledger, 3)))), hashed=True)
    leaves = [leaf_hash(record.raw) for record in ledger.ledger.records()]
    root = EMPTY_FRONTIER.extend(leaves[:4]).root()
    note = Ed25519Sealer(make.ORIGIN, ledger.folder / "evil.pem")(4, root)
    with forging(ledger) as connection:
        connection.execute("UPDATE checkpoints SET note = ? WHERE size = 4", (note,))
    found = ledger.audit().findings
    assert where(found, "entries-changed") == ["entries 3 to 6"]
    assert where(found, "checkpoint") == ["checkpoint of 4 entries"]


def test_a_ledger_without_older_checkpoints_still_says_that_it_was_changed(
    ledger: Workbench,
) -> None:
    put(ledger, 3, REGISTRY.encode(forge(REGISTRY.decode(raw(ledger, 3)))), hashed=True)
    with forging(ledger) as connection:
        connection.execute("DELETE FROM checkpoints")
    found = ledger.audit().findings
    assert where(found, "head-root") == ["tree of 10 entries"]
    assert where(found, "checkpoint") == ["from entry 0 on"]


def test_an_empty_ledger_has_no_findings(blank: Workbench) -> None:
    report = blank.audit()
    assert (report.size, report.root, report.findings) == (0, EMPTY_FRONTIER.root(), ())


def test_the_report_says_what_was_read(ledger: Workbench) -> None:
    head = ledger.ledger.head()
    report = ledger.audit()
    assert (report.size, report.root) == (head.size, head.root)
    seen: list[int] = []
    audit_ledger(
        ledger.ledger, (ledger.key,), check_ed25519, origin=make.ORIGIN, on_entries=seen.append
    )
    assert sum(seen) == 10


def test_a_ledger_that_grows_meanwhile_is_no_finding(ledger: Workbench) -> None:
    """Another process may append while the audit reads."""
    rival = ledger.as_actor("bo")

    late = make.entry(make.repaired(), time=ledger.ledger.head().time or "")

    def meanwhile(_: int) -> None:
        rival.ledger.append([late], {late.stream: 0})

    report = audit_ledger(
        ledger.ledger, (ledger.key,), check_ed25519, origin=make.ORIGIN, on_entries=meanwhile
    )
    assert report.findings == ()
    assert report.size == 10
    assert ledger.ledger.head().size == 11
