"""A ledger that several machines wrote: whom the audit trusts, and what it finds."""

from pathlib import Path
from unittest.mock import patch

import pytest
from forging import forge, forging, put, raw, where

import builders as make
from builders import ORIGIN
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519, create_key
from oneseek.adapters.ledger.opened import OpenLedger
from oneseek.domain.audit.evidence_audit import find_changed_entries
from oneseek.domain.audit.key_chain import recall_keys
from oneseek.domain.audit.ledger_audit import LedgerReport, audit_ledger
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.events import Event, KeyAdded, KeyRetired
from oneseek.domain.findings import Finding
from oneseek.domain.keys import announcements
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note
from oneseek.domain.registry import REGISTRY
from oneseek.domain.usecases.join import get_acquainted
from oneseek.domain.usecases.keys import trusted_keys
from workbench import Workbench


class Machine:
    """A machine with a key of its own, which no guard holds back."""

    def __init__(self, bench: Workbench, name: str) -> None:
        self.key: VerifierKey = create_key(bench.folder / f"{name}.pem", ORIGIN)
        self._ledger = _open(bench, bench.folder / f"{name}.pem")
        self._bench = bench

    def append(self, event: Event) -> None:
        with self._ledger.view() as view:
            version, time = view.version(event.stream), view.head.time
        entry = REGISTRY.entry(
            event, stream_version=version + 1, time=time or make.TIME, actor="bo"
        )
        self._ledger.append([entry], {event.stream: version})

    def announce(self, other: VerifierKey) -> None:
        self.append(KeyAdded(purpose="checkpoint", verifier=str(other)))

    def retire(self, other: VerifierKey) -> None:
        self.append(KeyRetired(verifier=str(other), purpose="checkpoint", reason="sold"))


def _open(bench: Workbench, pem: Path) -> OpenLedger:
    return bench.location.open(Ed25519Sealer(ORIGIN, pem), ORIGIN)


def audit(bench: Workbench, *pinned: VerifierKey) -> LedgerReport:
    return audit_ledger(bench.ledger, pinned or (bench.key,), check_ed25519, origin=ORIGIN)


def ring(bench: Workbench, *pinned: VerifierKey) -> tuple[VerifierKey, ...]:
    """Return the keys trusted by way of the state documents, as a verb asks for them."""
    found = trusted_keys(
        bench.ledger, bench.ledger.head(), pinned or (bench.key,), ORIGIN, check_ed25519
    )
    return found.keys


@pytest.fixture
def b(bench: Workbench) -> Machine:
    """A machine that the first one announced in entry 2; it wrote entry 3."""
    made = Machine(bench, "b")
    bench.append(KeyAdded(purpose="checkpoint", verifier=str(made.key)))
    made.append(make.base())
    return made


def test_an_announced_machine_is_trusted_from_either_key(bench: Workbench, b: Machine) -> None:
    for pinned in ((), (b.key,)):
        report = audit(bench, *pinned)
        assert report.findings == ()
        assert {*report.ring.keys} == {bench.key, b.key} == {*ring(bench, *pinned)}
        assert not [*find_changed_entries(bench.ledger, 4, report.ring, check_ed25519)]


def test_the_machines_of_a_chain_are_trusted_through_each_other(
    bench: Workbench, b: Machine
) -> None:
    c = Machine(bench, "c")
    b.announce(c.key)
    c.append(make.dataset())
    for pinned in (bench.key, b.key, c.key):
        assert audit(bench, pinned).findings == ()
        assert {*ring(bench, pinned)} == {bench.key, b.key, c.key}


def test_a_key_that_only_announced_itself_is_found(bench: Workbench, b: Machine) -> None:
    evil = Machine(bench, "evil")
    evil.announce(evil.key)
    evil.append(make.dataset())
    report = audit(bench)
    assert where(report.findings, "checkpoint") == [
        "the head",
        "checkpoint of 5 entries and 1 more",
    ]
    assert f"+{evil.key.key_id:08x}" in report.findings[0].found
    assert evil.key not in ring(bench)


def test_what_a_machine_signed_before_its_retirement_stays_good(
    bench: Workbench, b: Machine
) -> None:
    bench.append(KeyRetired(verifier=str(b.key), purpose="checkpoint", reason="sold"))
    bench.append(make.dataset())
    report = audit(bench)
    assert report.findings == ()
    assert not [*find_changed_entries(bench.ledger, 6, report.ring, check_ed25519)]
    assert b.key in report.ring.at(4)
    assert b.key not in report.ring.at(5)


def test_what_a_retired_machine_signs_is_found(bench: Workbench, b: Machine) -> None:
    bench.append(KeyRetired(verifier=str(b.key), purpose="checkpoint", reason="sold"))
    b.append(make.dataset())
    assert where(audit(bench).findings, "checkpoint") == ["the head", "checkpoint of 6 entries"]


def test_what_a_retired_machine_signs_is_found_below_a_good_signature_too(
    bench: Workbench, b: Machine
) -> None:
    """A stolen key's entries, and an honest machine that was made to append after them."""
    bench.append(KeyRetired(verifier=str(b.key), purpose="checkpoint", reason="stolen"))
    b.append(make.dataset())
    bench.append(make.base())
    size = bench.ledger.head().size
    (found,) = audit(bench).findings
    assert (found.check, found.where) == ("checkpoint", f"checkpoint of {size - 1} entries")


def test_a_machine_that_retires_itself_is_found(bench: Workbench, b: Machine) -> None:
    b.retire(b.key)
    assert where(audit(bench).findings, "checkpoint") == ["the head", "checkpoint of 5 entries"]


def test_what_an_unannounced_key_signed_in_between_is_found_by_the_evidence(
    bench: Workbench, b: Machine
) -> None:
    """Software without a guard would build upon it; the head alone looks right then."""
    evil = Machine(bench, "evil")
    evil.append(make.dataset())
    b.append(make.repaired())
    report = audit(bench)
    assert report.findings == ()
    found = tuple(find_changed_entries(bench.ledger, 6, report.ring, check_ed25519))
    assert where(found, "checkpoint") == ["checkpoint of 5 entries"]


def test_a_document_without_an_entry_makes_nobody_trusted(bench: Workbench, b: Machine) -> None:
    evil = Machine(bench, "evil")
    with forging(bench) as connection:
        connection.execute(
            "INSERT INTO state SELECT kind, ?, CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) "
            "FROM state WHERE kind = 'key' AND key LIKE ?",
            (f"checkpoint {evil.key}", str(b.key), str(evil.key), f"%{b.key}"),
        )
    assert evil.key not in ring(bench)
    assert b.key in ring(bench)


def test_an_entry_that_was_changed_into_an_announcement_makes_nobody_trusted(
    bench: Workbench, b: Machine
) -> None:
    evil = Machine(bench, "evil")
    data = raw(bench, 2).replace(str(b.key).encode(), str(evil.key).encode())
    with forging(bench) as connection:
        connection.execute("UPDATE entries SET state = ? WHERE position = 2", (data,))
        connection.execute(
            "UPDATE state SET key = replace(key, ?, ?), "
            "body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) WHERE kind = 'key'",
            (str(b.key), str(evil.key)) * 2,
        )
    assert ring(bench) == (bench.key,)


def test_a_damaged_ledger_is_not_joined(bench: Workbench, b: Machine) -> None:
    for trust in (None, bench.key, b.key):
        assert get_acquainted(bench.ledger, trust, check_ed25519).size == 4
    assert get_acquainted(bench.ledger, b.key, check_ed25519).pinned == (b.key, bench.key)
    forge(bench, 2)
    for trust in (None, bench.key, b.key):
        with pytest.raises(LedgerBroken, match="cannot be verified with the key"):
            get_acquainted(bench.ledger, trust, check_ed25519)


def test_a_missing_checkpoint_takes_no_trust_that_another_gives(
    bench: Workbench, b: Machine
) -> None:
    bench.append(make.dataset())
    with forging(bench) as connection:
        connection.execute("DELETE FROM checkpoints WHERE size = 3")
    assert b.key in audit(bench).ring.keys


def test_an_audit_that_begins_at_a_trusted_checkpoint_knows_the_keys_before_it(
    bench: Workbench, b: Machine
) -> None:
    evil = Machine(bench, "evil")
    since = Checkpoint.parse(parse_note(bench.ledger.head().checkpoint).text)
    b.append(make.dataset())
    report = audit_ledger(bench.ledger, (bench.key,), check_ed25519, origin=ORIGIN, since=since)
    assert (report.start, report.findings) == (4, ())
    assert report.ring.at(5) == (bench.key, b.key)
    evil.append(make.repaired())
    report = audit_ledger(bench.ledger, (bench.key,), check_ed25519, origin=ORIGIN, since=since)
    assert where(report.findings, "checkpoint")[0] == "the head"


def test_two_keys_announced_at_once_are_trusted_by_one_checkpoint(bench: Workbench) -> None:
    keys = [Machine(bench, name).key for name in ("b", "c")]
    bench.append(*(KeyAdded(purpose="checkpoint", verifier=str(key)) for key in keys))
    assert {*ring(bench)} == {bench.key, *keys}
    covering = bench.ledger.checkpoint_covering
    with patch.object(bench.ledger, "checkpoint_covering", wraps=covering) as asked:
        assert {*audit(bench).ring.keys} == {bench.key, *keys}
    asked.assert_called_once_with(2)


def test_without_the_checkpoints_of_then_nobody_is_trusted_who_was_announced_then(
    bench: Workbench, b: Machine
) -> None:
    with forging(bench) as connection:
        connection.execute("DELETE FROM checkpoints")
    assert b.key not in ring(bench)
    assert where(audit(bench).findings, "checkpoint")


def test_a_key_whose_announcement_was_changed_is_not_recalled(bench: Workbench, b: Machine) -> None:
    head = bench.ledger.head()
    state = recall_keys(bench.ledger, head.size, head.root)
    assert {item.key for item in announcements(state)} == {bench.key, b.key}
    put(bench, 2, raw(bench, 2).replace(b"anna", b"mall"), hashed=False)
    state = recall_keys(bench.ledger, head.size, head.root)
    assert {item.key for item in announcements(state)} == {bench.key}


def test_without_other_checkpoints_the_head_vouches_for_what_is_under_it(
    bench: Workbench, b: Machine
) -> None:
    bench.append(make.dataset())
    with forging(bench) as connection:
        connection.execute("DELETE FROM checkpoints")
    assert audit(bench).ring.keys == (bench.key, b.key)


def test_a_key_whose_document_names_no_entry_is_not_recalled(bench: Workbench, b: Machine) -> None:
    with forging(bench) as connection:
        connection.execute(
            "UPDATE state SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) "
            "WHERE kind = 'key' AND key LIKE ?",
            ('"added":2', '"added":-1', f"%{b.key}"),
        )
    head = bench.ledger.head()
    state = recall_keys(bench.ledger, head.size, head.root)
    assert {item.key for item in announcements(state)} == {bench.key}


@pytest.fixture
def kept(bench: Workbench, b: Machine) -> Checkpoint:
    """The checkpoint that an auditor kept after the first machine had retired the second."""
    bench.append(KeyRetired(verifier=str(b.key), purpose="checkpoint", reason="stolen"))
    return Checkpoint.parse(parse_note(bench.ledger.head().checkpoint).text)


def audit_since(
    bench: Workbench, since: Checkpoint, signers: tuple[VerifierKey, ...]
) -> tuple[Finding, ...]:
    return audit_ledger(
        bench.ledger, (bench.key,), check_ed25519, origin=ORIGIN, since=since, signers=signers
    ).findings


def forge_documents(bench: Workbench, old: str, new: str) -> None:
    with forging(bench) as connection:
        connection.execute(
            "UPDATE state SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) "
            "WHERE kind = 'key'",
            (old, new),
        )


@pytest.mark.parametrize("signed", [True, False], ids=["by the first", "by nobody known"])
def test_a_retirement_below_a_trusted_checkpoint_cannot_be_hidden(
    bench: Workbench, b: Machine, kept: Checkpoint, signed: bool
) -> None:
    signers = (bench.key,) if signed else ()
    b.append(make.dataset())
    assert where(audit_since(bench, kept, signers), "checkpoint")[0] == "the head"
    forge_documents(bench, '"retired":4', '"retired":null')
    assert where(audit_since(bench, kept, signers), "checkpoint")[0] == "the head"


def test_a_retirement_is_not_hidden_by_taking_the_document_of_its_key_away(
    bench: Workbench, b: Machine
) -> None:
    since = Checkpoint.parse(parse_note(bench.ledger.head().checkpoint).text)
    b.retire(bench.key)
    bench.append(make.dataset())
    with forging(bench) as connection:
        connection.execute("DELETE FROM state WHERE kind = 'key'")
    assert where(audit_since(bench, since, (bench.key, b.key)), "checkpoint")[0] == "the head"


def test_an_entry_below_the_checkpoint_that_hides_a_retirement_is_found(
    bench: Workbench, b: Machine, kept: Checkpoint
) -> None:
    b.append(make.dataset())
    put(bench, 4, raw(bench, 3), hashed=False)
    forge_documents(bench, '"retired":4', '"retired":null')
    assert where(audit_since(bench, kept, (bench.key,)), "history") == ["checkpoint of 5 entries"]


def test_older_entries_are_left_alone_where_the_signer_of_the_checkpoint_goes_on(
    bench: Workbench, b: Machine, kept: Checkpoint
) -> None:
    bench.append(make.dataset())
    put(bench, 3, raw(bench, 4), hashed=False)
    assert audit_since(bench, kept, (bench.key,)) == ()


@pytest.mark.parametrize("index", [-1, 0, 3, 10**18, 2**63, 2**70])
def test_a_document_that_points_elsewhere_makes_nobody_trusted_and_nothing_fails(
    bench: Workbench, b: Machine, index: int
) -> None:
    forge_documents(bench, '"added":2', f'"added":{index}')
    head = bench.ledger.head()
    assert b.key not in ring(bench)
    state = recall_keys(bench.ledger, head.size, head.root)
    assert {item.key for item in announcements(state)} == {bench.key}
