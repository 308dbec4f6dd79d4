"""Signing: with the certificate in one group, or later; never twice, never with a retired key."""

import pytest

from oneseek.adapters.keys.p256 import check_p256
from oneseek.domain.errors import Conflict, NotFound
from oneseek.domain.events import (
    ModelKeyAdded,
    ModelKeyRetired,
    VersionCertified,
    VersionNumbered,
    VersionSigned,
)
from oneseek.domain.exports.oms import pre_authentication, read_bundle, render_statement
from oneseek.domain.manifest import Manifest
from oneseek.domain.model_keys import hint_of, key_digest
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.registry import withdraw
from oneseek.domain.usecases.sign import sign_version
from workbench import VERIFIER_SCRIPT, Workbench


def test_a_certificate_its_key_and_its_signature_are_one_group(bench: Workbench) -> None:
    bench.add_materials()
    bench.train("t1")
    before = bench.ledger.head().size
    dna = certify(bench.ports, "t1", VERIFIER_SCRIPT, bench.signer)
    kinds = [type(event) for event in bench.events()[before:]]
    assert kinds == [VersionNumbered, VersionCertified, ModelKeyAdded, VersionSigned]
    assert bench.ledger.checkpoint_covering(before)[0] == bench.ledger.head().size
    bench.train("t2")
    certify(bench.ports, "t2", VERIFIER_SCRIPT, bench.signer)
    assert sum(isinstance(event, ModelKeyAdded) for event in bench.events()) == 1
    assert sign_version(bench.ports, dna, bench.signer).entry is None
    assert bench.audit().findings == ()


def test_a_signature_is_over_the_manifest_and_kept_before_its_entry(stocked: Workbench) -> None:
    done = sign_version(stocked.ports, "1.0", stocked.signer)
    event = stocked.events()[-1]
    assert isinstance(event, VersionSigned)
    assert (done.entry, done.dna, done.key) == (
        stocked.ledger.head().size - 1, event.dna, event.key
    )  # fmt: skip
    public = stocked.signer.public_key
    assert event.key == key_digest(public)
    found = read_bundle(stocked.objects.read(event.signature))
    manifest = Manifest.from_bytes(stocked.objects.read(event.manifest))
    assert found.payload == render_statement(manifest, event.dna)
    assert found.hint == hint_of(public)
    assert check_p256(public, pre_authentication(found.payload), found.signature)


def test_a_version_is_signed_again_only_after_its_key_was_retired(stocked: Workbench) -> None:
    sign_version(stocked.ports, "1.0", stocked.signer)
    size = stocked.ledger.head().size
    assert sign_version(stocked.ports, "1.0", stocked.signer).entry is None
    assert stocked.ledger.head().size == size
    key = key_digest(stocked.signer.public_key)
    stocked.append(ModelKeyRetired(key=key, reason="lost"))
    with pytest.raises(Conflict, match="retired by entry"):
        sign_version(stocked.ports, "1.0", stocked.signer)
    stocked.signer.file.path.unlink()
    assert sign_version(stocked.ports, "1.0", stocked.signer).key != key


def test_only_versions_that_may_be_used_are_signed(stocked: Workbench) -> None:
    withdraw(stocked.ports, "1.0", "wrong data")
    with pytest.raises(Conflict, match="withdrawn"):
        sign_version(stocked.ports, "1.0", stocked.signer)
    with pytest.raises(NotFound):
        sign_version(stocked.ports, "9.0", stocked.signer)
