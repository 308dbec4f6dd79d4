"""An attacker who owns the ledger file: whatever is changed in it, the audit finds it."""

import pytest
from forging import forge, forging, put, raw, sealed_head, where
from msgspec.structs import replace

import builders as make
from oneseek.adapters.keys.ed25519 import check_ed25519, create_key
from oneseek.domain.audit.ledger_audit import LedgerReport, audit_ledger
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note
from oneseek.domain.registry import REGISTRY
from workbench import Workbench


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


@pytest.mark.parametrize("value", ["'text'", "7", "1.5", "x''"])
@pytest.mark.parametrize("column", ["state", "leaf_hash"])
def test_a_row_that_holds_no_bytes_is_found_with_its_index(
    ledger: Workbench, column: str, value: str
) -> None:
    with forging(ledger) as connection:
        connection.execute(f"UPDATE entries SET {column} = {value} WHERE position = 4")
    assert where(ledger.audit().findings, "leaf-hash") == ["entry 4"]


@pytest.mark.parametrize(
    "change",
    [
        "size = 'x'",
        "frontier = 'x'",
        "checkpoint = 'x'",
        "clock = 'x'",
        "clock = -1",
        "clock = 1e18",
    ],
)
def test_a_head_row_that_cannot_be_one_is_a_broken_ledger(ledger: Workbench, change: str) -> None:
    with forging(ledger) as connection:
        connection.execute(f"UPDATE head SET {change}")
    with pytest.raises(LedgerBroken, match="head row is damaged"):
        ledger.audit()
    with pytest.raises(LedgerBroken):
        ledger.append(make.repaired())


@pytest.mark.parametrize("size", [0, 7, 1023])
def test_a_head_that_fits_no_tree_is_a_broken_ledger(ledger: Workbench, size: int) -> None:
    with forging(ledger) as connection:
        connection.execute("UPDATE head SET size = ?", (size,))
    with pytest.raises(LedgerBroken, match="frontier"):
        ledger.audit()


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


def kept(bench: Workbench, index: int) -> Checkpoint:
    """Return what an auditor kept: the checkpoint of the append of entry ``index``."""
    _, note = bench.ledger.checkpoint_covering(index)
    return Checkpoint.parse(parse_note(note).text)


def audited_since(bench: Workbench, since: Checkpoint) -> LedgerReport:
    key = (bench.key,)
    return audit_ledger(
        bench.ledger, key, check_ed25519, origin=make.ORIGIN, since=since, signers=key
    )


def test_what_a_trusted_checkpoint_binds_is_not_read_again(ledger: Workbench) -> None:
    since = kept(ledger, 5)
    report = audited_since(ledger, since)
    assert (report.start, report.size, report.findings) == (since.size, 10, ())
    assert report.root == ledger.ledger.head().root
    put(ledger, 3, b"x" * 40, hashed=False)  # not what is asked about
    assert audited_since(ledger, since).findings == ()


def test_nothing_new_since_a_checkpoint_is_nothing_to_read(ledger: Workbench) -> None:
    report = audited_since(ledger, kept(ledger, 9))
    assert (report.start, report.size, report.findings) == (10, 10, ())


def test_a_change_after_a_trusted_checkpoint_is_found(ledger: Workbench) -> None:
    since = kept(ledger, 5)
    put(ledger, 8, raw(ledger, 8).replace(b"2026", b"2027"), hashed=True)
    assert where(audited_since(ledger, since).findings, "head-root") == ["tree of 10 entries"]


def test_a_history_written_anew_below_a_trusted_checkpoint_is_found(ledger: Workbench) -> None:
    since = kept(ledger, 5)
    forge(ledger, 3)
    sealed_head(ledger)
    report = audited_since(ledger, since)
    assert report.start == 0  # everything is looked at
    assert where(report.findings, "history") == [f"checkpoint of {since.size} entries"]


def test_a_ledger_rolled_back_behind_a_trusted_checkpoint_is_found(ledger: Workbench) -> None:
    since = kept(ledger, 9)
    with forging(ledger) as connection:
        connection.execute("DELETE FROM entries WHERE position >= 8")
        connection.execute("DELETE FROM checkpoints WHERE size > 8")
    sealed_head(ledger)
    (found,) = [item for item in audited_since(ledger, since).findings if item.check == "history"]
    assert "rolled back" in found.found


def test_lost_hashes_below_a_trusted_checkpoint_are_found(ledger: Workbench) -> None:
    since = kept(ledger, 5)
    with forging(ledger) as connection:
        connection.execute("UPDATE entries SET leaf_hash = x'00' WHERE position = 2")
    report = audited_since(ledger, since)
    assert where(report.findings, "history") == [f"checkpoint of {since.size} entries"]
    assert where(report.findings, "leaf-hash") == ["entry 2"]


@pytest.mark.parametrize("index", [0, 1])
def test_a_ledger_that_does_not_open_with_its_name_and_key_is_found(
    ledger: Workbench, index: int
) -> None:
    stranger = REGISTRY.decode(raw(ledger, 9))
    put(ledger, index, REGISTRY.encode(stranger), hashed=True)
    assert where(ledger.audit().findings, "opening") == [f"entry {index}"]


@pytest.mark.parametrize("batch", [1, 3, 5, 10])
def test_the_batches_in_which_it_reads_make_no_difference(
    ledger: Workbench, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oneseek.domain.audit.ledger_audit._BATCH", batch)
    seen: list[int] = []
    report = audit_ledger(
        ledger.ledger, (ledger.key,), check_ed25519, origin=make.ORIGIN, on_entries=seen.append
    )
    assert (report.findings, report.root) == ((), ledger.ledger.head().root)
    assert (max(seen), sum(seen)) == (batch, 10)


def test_a_head_without_a_readable_checkpoint_is_found(ledger: Workbench) -> None:
    with forging(ledger) as connection:
        connection.execute("UPDATE head SET checkpoint = x'00'")
    assert where(ledger.audit().findings, "checkpoint")[0] == "the head"
