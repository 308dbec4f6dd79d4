"""A whole ledger of a released format: it verifies, folds and renders as on its first day."""

import base64
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from golden import projected_digests, state_digest, state_kinds
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.domain.audit.evidence_audit import find_changed_entries
from oneseek.domain.audit.index_audit import audit_index
from oneseek.domain.audit.ledger_audit import audit_ledger
from oneseek.domain.audit.state_audit import audit_state
from oneseek.domain.audit.streams_audit import audit_streams
from oneseek.domain.keys import KeyRing, KeyTerm
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note
from oneseek.domain.registry import REGISTRY
from workbench import Workbench, workbench

GOLDEN = Path(__file__).parents[2] / "goldens" / "ledger-v1"
EXPECTED = json.loads((GOLDEN / "expected.json").read_text("utf-8"))
KEY = VerifierKey.parse((GOLDEN / "key.vkey").read_text("utf-8").strip())
ENTRIES = (GOLDEN / "entries.jsonl").read_bytes().splitlines()
CHECKPOINTS = [
    json.loads(line) for line in (GOLDEN / "checkpoints.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture
def golden(tmp_path: Path) -> Iterator[Workbench]:
    """A workbench on a copy; its own key signs nothing here."""
    spare = tmp_path / "spare"
    spare.mkdir()
    with workbench(spare):
        pass
    (spare / "ledger.db").unlink()
    shutil.copy(GOLDEN / "ledger.db", spare / "ledger.db")
    objects = FileObjectStore(spare / "objects", spare / "staging")
    for name, text in json.loads((GOLDEN / "objects.json").read_text("utf-8")).items():
        assert str(objects.put(base64.b64decode(text))) == name
    with workbench(spare) as made:
        yield made


def test_it_verifies_with_its_public_key_alone(golden: Workbench) -> None:
    ledger = golden.ledger
    golden.location.refold()  # documents that only later versions keep are folded first
    report = audit_ledger(ledger, (KEY,), check_ed25519, origin=EXPECTED["origin"])
    with ledger.view() as view:
        state = list(audit_state(ledger, view))
    ring = KeyRing((KeyTerm(KEY, 1, None),))
    changed = find_changed_entries(ledger, report.size, ring, check_ed25519)
    found = [*report.findings, *audit_streams(ledger), *audit_index(ledger), *changed, *state]
    assert found == []
    assert (report.size, report.root.hex()) == (EXPECTED["size"], EXPECTED["root"])
    assert ledger.head().time == EXPECTED["time"]


def test_its_rows_are_the_entries_and_checkpoints_of_the_text_files(golden: Workbench) -> None:
    assert [row.raw for row in golden.ledger.records()] == ENTRIES
    notes = {golden.ledger.checkpoint_covering(index) for index in range(EXPECTED["size"])}
    assert sorted(notes) == [(item["size"], item["note"].encode()) for item in CHECKPOINTS]


def test_the_text_files_prove_themselves_without_any_database() -> None:
    frontier = EMPTY_FRONTIER
    for item in CHECKPOINTS:
        frontier = frontier.extend(
            [leaf_hash(raw) for raw in ENTRIES[frontier.size : item["size"]]]
        )
        note = parse_note(item["note"].encode())
        verify_note(note, (KEY,), check_ed25519)
        signed = Checkpoint.parse(note.text)
        assert (signed.size, signed.root) == (frontier.size, frontier.root())
    assert frontier.root().hex() == EXPECTED["root"]


def test_every_kind_of_then_is_in_it_and_still_read_as_it_was_written() -> None:
    entries = [REGISTRY.decode(raw) for raw in ENTRIES]
    assert sorted({entry.kind for entry in entries}) == EXPECTED["kinds"]
    assert len(EXPECTED["kinds"]) == 17
    assert [REGISTRY.encode(entry) for entry in entries] == ENTRIES


def test_its_state_is_folded_to_the_same_documents(golden: Workbench) -> None:
    kinds = state_kinds(golden.database)
    assert state_digest(golden.database, kinds) == EXPECTED["state"]
    with sqlite3.connect(golden.database) as connection:
        connection.execute("DELETE FROM state")
    assert golden.location.refold() == EXPECTED["size"]
    # Later versions may keep documents of further kinds: they are folded, not released.
    assert state_kinds(golden.database) >= kinds
    assert state_digest(golden.database, kinds) == EXPECTED["state"]


def test_its_projections_are_rendered_to_the_same_bytes(golden: Workbench, tmp_path: Path) -> None:
    assert projected_digests(golden, tmp_path / "projected") == EXPECTED["projections"]


def test_its_triggers_are_those_of_today(golden: Workbench) -> None:
    assert golden.location.missing_guards() == []


def test_it_is_small_and_without_a_private_key() -> None:
    assert (GOLDEN / "ledger.db").stat().st_size < 200_000
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in GOLDEN.iterdir())
