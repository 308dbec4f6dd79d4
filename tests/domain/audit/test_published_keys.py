"""A reader with one key follows the keys of a published log, whatever is hidden from him."""

from collections.abc import Callable
from pathlib import Path

import pytest

import builders as make
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519, create_key
from oneseek.domain.audit.published_keys import introduce, parse_key_proof, settle
from oneseek.domain.audit.signers import Signers
from oneseek.domain.errors import ProofRefused
from oneseek.domain.events import KeyAdded, KeyRetired
from oneseek.domain.keys import CHECKPOINT
from oneseek.domain.merkle.proofs import root_at
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.note.tlog_proof import TlogProof
from oneseek.domain.usecases.prove_entry import prove_entry
from workbench import Workbench


@pytest.fixture
def second(bench: Workbench) -> VerifierKey:
    """0 and 1 open; 2 announces a second key, which signs from 3 on; 4 retires the first one."""
    key = create_key(bench.folder / "second.pem", make.ORIGIN)
    bench.append(KeyAdded(purpose=CHECKPOINT, verifier=str(key)))
    bench.ledger._seal = Ed25519Sealer(make.ORIGIN, bench.folder / "second.pem")  # type: ignore[attr-defined]
    bench.append(make.base())
    bench.append(KeyRetired(verifier=str(bench.key), purpose=CHECKPOINT, reason="old"))
    return key


def signers(*keys: VerifierKey) -> Signers:
    return Signers(keys, check_ed25519, make.ORIGIN)


def proofs(bench: Workbench) -> list[TlogProof]:
    return [prove_entry(bench.ledger, index) for index in (1, 2, 4)]


def roots(bench: Workbench) -> Callable[[int], bytes]:
    return lambda size: root_at(size, node_reader(bench.ledger.hashes_at, size))


def entries(bench: Workbench) -> list[tuple[int, bytes]]:
    return [(record.index, record.raw) for record in bench.ledger.records()]


def test_a_first_key_leads_to_the_newest_checkpoint(bench: Workbench, second: VerifierKey) -> None:
    note = bench.ledger.head().checkpoint
    reader = signers(bench.key)
    with pytest.raises(ProofRefused, match="no known key"):
        reader.signed(note)
    introduce(reader, proofs(bench))
    assert reader.signed(note).size == 5
    assert second in reader.ring().keys


def test_a_proof_under_a_strangers_checkpoint_says_nothing(
    bench: Workbench, second: VerifierKey, tmp_path: Path
) -> None:
    reader = signers(create_key(tmp_path / "stranger.pem", make.ORIGIN))
    introduce(reader, proofs(bench))
    assert reader.announced == ()


def test_a_retirement_that_was_hidden_at_first_counts_in_the_end(
    bench: Workbench, second: VerifierKey
) -> None:
    note = Ed25519Sealer(make.ORIGIN, bench.folder / "key.pem")(5, roots(bench)(5))
    reader = signers(bench.key)
    introduce(reader, proofs(bench)[:1])
    assert reader.signed(note).size == 5
    judge = signers(bench.key)
    settle(judge, entries(bench), [p.checkpoint for p in proofs(bench)], roots(bench), 5)
    with pytest.raises(ProofRefused):
        judge.signed(note)
    assert judge.signed(bench.ledger.head().checkpoint).size == 5


def test_checkpoints_that_are_not_of_this_history_vouch_for_nothing(
    bench: Workbench, second: VerifierKey
) -> None:
    seal = Ed25519Sealer(make.ORIGIN, bench.folder / "key.pem")
    foreign = Ed25519Sealer(make.ORIGIN, bench.folder / "second.pem")
    notes = [seal(3, bytes(32)), seal(9, bytes(32)), foreign(3, roots(bench)(3)), b"no note"]
    judge = signers(bench.key)
    settle(judge, entries(bench), notes, roots(bench), 5)
    with pytest.raises(ProofRefused):
        judge.signed(bench.ledger.head().checkpoint)


def test_only_proofs_of_entries_of_keys_are_read(bench: Workbench, second: VerifierKey) -> None:
    good = prove_entry(bench.ledger, 2)
    assert parse_key_proof(good.format()) == good
    assert parse_key_proof(prove_entry(bench.ledger, 3).format()) is None
    assert parse_key_proof(b"no proof") is None
    moved = TlogProof(good.index - 1, good.path, good.checkpoint, good.extra)
    assert parse_key_proof(moved.format()) is None
    assert parse_key_proof(TlogProof(2, good.path, good.checkpoint).format()) is None


def test_a_checkpoint_of_another_log_is_not_believed(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(ProofRefused, match="of the log"):
        Signers((bench.key,), check_ed25519, "other.example").signed(bench.ledger.head().checkpoint)


def test_what_is_no_entry_announces_nothing(bench: Workbench) -> None:
    reader = signers(bench.key)
    reader.learn([(0, b"\xff"), (1, b'{"kind":"key-added/v1"'), (2, b"")])
    assert reader.announced == ()
