"""Attacks on the ledger's file by somebody who knows its format. Each is a sentence.

Where an attack needs the log's private key, the attacker is the operator himself: against him only
what the auditor kept helps.
"""

import shutil
import sqlite3
from pathlib import Path

from attacks.scene import Scene
from e2e.harm import forging, roll_back
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key
from oneseek.cli.wiring.writing import writing
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.events import VersionActivated, VersionSigned
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.state.documents import Signature
from oneseek.domain.usecases.record import record

ORIGIN = "test.example/log"


def a_bit_is_flipped_in_an_entry(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        raw = _raw(ledger, 5)
        _put(ledger, 5, raw[:40] + bytes([raw[40] ^ 1]) + raw[41:])


def a_bit_is_flipped_in_an_entry_and_its_leaf_hash_recomputed(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        _forge(ledger, 200)


def an_entry_is_dropped(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        ledger.execute("DELETE FROM entries WHERE position = 100")


def an_entry_is_dropped_and_the_rest_moves_up(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        ledger.execute("DELETE FROM entries WHERE position = 100")
        _shift(ledger, 101, -1)


def an_entry_is_inserted(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        _shift(ledger, 100, 1)
        ledger.execute(
            "INSERT INTO entries SELECT 100, 'registry:x', 1, topic, clock, leaf_hash, state "
            "FROM entries WHERE position = 99"
        )


def two_entries_change_places(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        for source, target in ((60, 100_000), (61, 60), (100_000, 61)):
            ledger.execute("UPDATE entries SET position = ? WHERE position = ?", (target, source))


def the_tail_is_cut_off(scene: Scene) -> None:
    cut(scene, 11)


def the_tail_is_cut_off_and_grows_again_under_the_real_key(scene: Scene) -> None:
    cut(scene, 11)
    _rebuild_state(scene)
    grow(scene, 20)


def an_older_database_is_put_back(scene: Scene) -> None:
    """The whole ledger of a day before the auditor's checkpoint, everything in it genuine."""
    cut(scene, 12)
    _rebuild_state(scene)


def history_is_written_anew_and_signed_with_the_real_key(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        _forge(ledger, 5)
    _resign(scene, _key(scene))
    _rebuild_state(scene)


def everything_is_signed_again_with_another_key(scene: Scene) -> None:
    pem = scene.workspace.root / ".oneseek" / "keys" / "checkpoint.pem"
    pem.unlink()
    verifier = create_key(pem, ORIGIN)
    pinned = scene.workspace.root / ".oneseek" / "checkpoint.vkey"
    pinned.chmod(0o644)
    pinned.write_text(f"{verifier}\n")
    _resign(scene, pem)


def the_size_in_the_head_row_is_smaller(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        frontier = EMPTY_FRONTIER.extend(
            [row[0] for row in ledger.execute(
                "SELECT leaf_hash FROM entries WHERE position < 40 ORDER BY position")]
        )  # fmt: skip
        ledger.execute("UPDATE head SET size = 40, frontier = ?", (frontier.to_bytes(),))


def the_frontier_in_the_head_row_is_another(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        ledger.execute("UPDATE head SET frontier = zeroblob(length(frontier))")


def a_tile_is_edited_and_the_rows_are_intact(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        changed = ledger.execute("UPDATE tiles SET root = zeroblob(32) WHERE level = 0")
        assert changed.rowcount == 1


def a_row_and_its_leaf_hash_are_edited_and_the_tile_is_intact(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        _forge(ledger, 77)


def a_stored_leaf_hash_is_edited_and_the_entry_is_intact(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        ledger.execute("UPDATE entries SET leaf_hash = zeroblob(32) WHERE position = 50")


def a_version_is_signed_by_a_key_that_nobody_announced(scene: Scene) -> None:
    """The operator records a signature by a key of his own making."""
    app = scene.workspace.app()
    try:
        with writing(app) as ports:
            with ports.ledger.view() as view:
                version = find_version(view, "1.0")
                signed = view.get(Signature, version.manifest)
            assert signed is not None
            event = VersionSigned(
                manifest=version.manifest,
                dna=version.dna,
                method=signed.method,
                key="00" * 32,
                signature=signed.signature,
            )
            record(ports, lambda _: Decision((event,)))
    finally:
        app.close()


def a_time_is_moved(scene: Scene) -> None:
    with forging(scene.workspace) as ledger:
        _put(ledger, 8, _raw(ledger, 8).replace(b'"time":"2', b'"time":"1', 1), hashed=True)


# The tools of the trade.


def _raw(ledger: sqlite3.Connection, index: int) -> bytes:
    (raw,) = ledger.execute("SELECT state FROM entries WHERE position = ?", (index,)).fetchone()
    return bytes(raw)


def _put(ledger: sqlite3.Connection, index: int, raw: bytes, *, hashed: bool = False) -> None:
    ledger.execute("UPDATE entries SET state = ? WHERE position = ?", (raw, index))
    if hashed:
        ledger.execute(
            "UPDATE entries SET leaf_hash = ? WHERE position = ?", (leaf_hash(raw), index)
        )


def _forge(ledger: sqlite3.Connection, index: int) -> None:
    """Let somebody else have written an entry; its bytes are canonical, its leaf hash fits."""
    raw = _raw(ledger, index)
    _, _, rest = raw.partition(b'"actor":"')
    actor = rest.partition(b'"')[0]
    forged = raw.replace(b'"actor":"' + actor, b'"actor":"' + b"m" * len(actor), 1)
    assert forged != raw
    _put(ledger, index, forged, hashed=True)


def _shift(ledger: sqlite3.Connection, start: int, by: int) -> None:
    """Give the entries from ``start`` on other indices; in two steps, as each is unique."""
    far = 1_000_000
    ledger.execute("UPDATE entries SET position = position + ? WHERE position >= ?", (far, start))
    ledger.execute(
        "UPDATE entries SET position = position - ? WHERE position >= ?", (far - by, far)
    )


def cut(scene: Scene, size: int) -> None:
    """Roll the ledger back to ``size`` entries, and this machine's memory with it."""
    roll_back(scene.workspace, size)
    _forget(scene)


def seal(scene: Scene, pem: Path) -> None:
    """Put a head over the entries as they are, signed with the key in the file."""
    with forging(scene.workspace) as ledger:
        rows = ledger.execute("SELECT state FROM entries ORDER BY position").fetchall()
        frontier = EMPTY_FRONTIER.extend([leaf_hash(bytes(row[0])) for row in rows])
        note = Ed25519Sealer(ORIGIN, pem)(frontier.size, frontier.root())
        ledger.execute("UPDATE head SET frontier = ?, checkpoint = ?", (frontier.to_bytes(), note))
        ledger.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (note, frontier.size))
    _forget(scene)


def _resign(scene: Scene, pem: Path) -> None:
    """Make hashes, tiles and head fit the entries as they are, under the key in the file."""
    with forging(scene.workspace) as ledger:
        rows = ledger.execute("SELECT state FROM entries ORDER BY position").fetchall()
        hashes = [leaf_hash(bytes(row[0])) for row in rows]
        frontier = EMPTY_FRONTIER.extend(hashes)
        tile = EMPTY_FRONTIER.extend(hashes[:256]).root()
        ledger.execute("UPDATE tiles SET root = ? WHERE level = 0 AND position = 0", (tile,))
        sizes = [size for (size,) in ledger.execute("SELECT size FROM checkpoints").fetchall()]
        for size in sizes:
            note = Ed25519Sealer(ORIGIN, pem)(size, EMPTY_FRONTIER.extend(hashes[:size]).root())
            ledger.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (note, size))
        note = Ed25519Sealer(ORIGIN, pem)(frontier.size, frontier.root())
        ledger.execute("UPDATE head SET frontier = ?, checkpoint = ?", (frontier.to_bytes(), note))
    _forget(scene)


def _key(scene: Scene) -> Path:
    return scene.workspace.root / ".oneseek" / "keys" / "checkpoint.pem"


def grow(scene: Scene, count: int) -> None:
    """Append entries that this ledger could well hold."""
    app = scene.workspace.app()
    try:
        with writing(app) as ports, ports.ledger.view() as view:
            version = find_version(view, "1.0")
        event = VersionActivated(manifest=version.manifest, dna=version.dna, previous=None)
        record(app.ports, lambda _: Decision((event,) * count))
    finally:
        app.close()


def _forget(scene: Scene) -> None:
    """Take away what this machine remembers of the newest checkpoint, and its projections."""
    hidden = scene.workspace.root / ".oneseek"
    for name in ("checkpoint", "known.vkey"):
        (hidden / name).unlink(missing_ok=True)
    shutil.rmtree(hidden / "projections", ignore_errors=True)


def _rebuild_state(scene: Scene) -> None:
    scene.workspace.run("rebuild", "state")
    scene.workspace.run("rebuild")
