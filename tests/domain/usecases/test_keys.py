"""Announcing and retiring keys, and refusing to build on a head that no trusted key has signed."""

from dataclasses import replace

import pytest

import builders as make
from builders import ORIGIN, digest, model_key_added
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519, create_key
from oneseek.domain.decisions import Decision
from oneseek.domain.errors import InvalidInput, LedgerBroken, NotFound
from oneseek.domain.events import KeyAdded, KeyRetired, ModelKeyRetired
from oneseek.domain.keys import KeyRing
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.usecases.keys import (
    announce_key,
    require_trusted_head,
    signers,
    trusted_keys,
    withdraw_key,
)
from oneseek.domain.usecases.record import record
from workbench import Workbench


@pytest.fixture
def other(bench: Workbench) -> VerifierKey:
    return create_key(bench.folder / "other.pem", ORIGIN)


def ring(bench: Workbench, *pinned: VerifierKey) -> KeyRing:
    return trusted_keys(bench.ledger, bench.ledger.head(), pinned, ORIGIN, check_ed25519)


def test_a_key_is_announced_and_retired_by_entries(bench: Workbench, other: VerifierKey) -> None:
    announce_key(bench.ports, ORIGIN, other)
    assert bench.events()[-1] == KeyAdded(purpose="checkpoint", verifier=str(other))
    assert set(ring(bench, bench.key).keys) == {bench.key, other}
    withdraw_key(bench.ports, str(other), "sold", bench.key)
    assert bench.events()[-1] == KeyRetired(
        verifier=str(other), purpose="checkpoint", reason="sold"
    )


def test_a_key_that_signs_versions_is_retired_by_the_beginning_of_its_digest(
    bench: Workbench,
) -> None:
    bench.append(model_key_added())
    name = digest("model key")
    withdraw_key(bench.ports, name[:8], "lost", bench.key)
    assert bench.events()[-1] == ModelKeyRetired(key=name, reason="lost")
    with pytest.raises(NotFound, match="no key of this ledger"):
        withdraw_key(bench.ports, "00000000", "lost", bench.key)


def test_a_key_of_another_log_is_not_announced(bench: Workbench) -> None:
    stranger = create_key(bench.folder / "stranger.pem", "other.test/log")
    with pytest.raises(InvalidInput):
        announce_key(bench.ports, ORIGIN, stranger)
    assert bench.ledger.head().size == 2


def test_a_head_is_built_on_where_a_trusted_key_has_signed_it(
    bench: Workbench, other: VerifierKey
) -> None:
    head = bench.ledger.head()
    require_trusted_head(head, ring(bench, bench.key), check_ed25519)
    with pytest.raises(LedgerBroken, match="not by a key that is trusted here") as caught:
        require_trusted_head(head, ring(bench, other), check_ed25519)
    assert caught.value.hint


def test_a_head_that_a_retired_key_has_signed_is_not_built_on(
    bench: Workbench, other: VerifierKey
) -> None:
    announce_key(bench.ports, ORIGIN, other)
    withdraw_key(bench.ports, str(other), "sold", bench.key)
    trusted = ring(bench, bench.key)
    assert other in trusted.keys
    theirs = bench.location.open(Ed25519Sealer(ORIGIN, bench.folder / "other.pem"), ORIGIN)
    record(replace(bench.ports, ledger=theirs), lambda _: Decision((make.base(),)))
    with pytest.raises(LedgerBroken, match="of 5 entries, is not by a key that is trusted"):
        require_trusted_head(bench.ledger.head(), trusted, check_ed25519)


def test_an_empty_ledger_has_nothing_to_trust(blank: Workbench) -> None:
    require_trusted_head(blank.ledger.head(), ring(blank, blank.key), check_ed25519)


def test_a_checkpoint_tells_who_claims_to_have_signed_it(bench: Workbench) -> None:
    assert signers(bench.ledger.head().checkpoint) == ((bench.key.name, bench.key.key_id),)
    assert signers(b"no note") == ()
