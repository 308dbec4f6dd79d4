"""Forgeries that only a root tells: checkpoints say which entries, tiles and proofs are watched."""

import pytest
from forging import forge, forging, put, raw, sealed_head, where

import builders as make
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.usecases.prove_entry import prove_entry
from workbench import Workbench


@pytest.mark.parametrize(
    ("index", "group"),
    [(2, "entry 2"), (5, "entries 4 to 6"), (9, "entry 9"), (1, "entries 0 to 1")],
)
def test_a_forged_entry_with_its_own_leaf_hash_is_found_by_the_checkpoint_after_it(
    ledger: Workbench, index: int, group: str
) -> None:
    forge(ledger, index)
    found = ledger.audit().findings
    assert where(found, "leaf-hash") == []
    assert where(found, "entries-changed") == [group]
    assert {"head-root", "checkpoint-root"} <= {finding.check for finding in found}


def test_a_forged_entry_under_a_forged_head_is_found_by_the_missing_signature(
    ledger: Workbench,
) -> None:
    create_key(ledger.folder / "evil.pem", make.ORIGIN)
    forge(ledger, 3)
    sealed_head(ledger, key="evil.pem")
    found = ledger.audit().findings
    assert where(found, "checkpoint") == ["the head"]
    assert where(found, "entries-changed") == ["entry 3"]


def test_two_entries_that_changed_places_are_found(ledger: Workbench) -> None:
    one, other = raw(ledger, 2), raw(ledger, 8)
    put(ledger, 2, other, hashed=True)
    put(ledger, 8, one, hashed=True)
    assert where(ledger.audit().findings, "entries-changed") == ["entry 2"]


def test_a_forger_who_also_rewrites_checkpoints_is_found_by_the_next_good_one(
    ledger: Workbench,
) -> None:
    create_key(ledger.folder / "evil.pem", make.ORIGIN)
    forge(ledger, 3)
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
    forge(ledger, 3)
    with forging(ledger) as connection:
        connection.execute("DELETE FROM checkpoints")
    found = ledger.audit().findings
    assert where(found, "head-root") == ["tree of 10 entries"]
    assert where(found, "checkpoint") == ["from entry 0 on"]


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


@pytest.fixture
def tiled(ledger: Workbench) -> Workbench:
    """A ledger of 600 entries: two full tiles."""
    now = ledger.ledger.head().time or ""
    items = [make.entry(make.repaired(), number, now) for number in range(1, 591)]
    ledger.ledger.append(items, {items[0].stream: 0})
    assert ledger.audit().findings == ()
    return ledger


def test_lost_tiles_are_one_finding_however_many_pieces_are_read(
    tiled: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oneseek.domain.audit.ledger_audit._BATCH", 256)
    with forging(tiled) as connection:
        connection.execute("DELETE FROM tiles")
    assert where(tiled.audit().findings, "tile-root") == ["tiles of level 0"]


def test_where_an_entry_was_changed_the_tiles_are_held_against_the_kept_hashes(
    tiled: Workbench,
) -> None:
    forge(tiled, 300)
    found = tiled.audit().findings
    assert where(found, "tile-root") == ["tile 1 of level 0"]
    assert where(found, "head-root")


def test_where_an_entry_was_changed_lost_tiles_are_still_one_finding(tiled: Workbench) -> None:
    forge(tiled, 300)
    with forging(tiled) as connection:
        connection.execute("DELETE FROM tiles")
    assert where(tiled.audit().findings, "tile-root") == ["tiles of level 0"]
