"""Signatures: by a key that was announced before and not retired then, over this very version."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace

from oneseek.adapters.keys.p256 import FileModelSigner, check_p256
from oneseek.domain.audit.signature_audit import audit_signatures, who_signed
from oneseek.domain.events import ModelKeyAdded, ModelKeyRetired, VersionSigned
from oneseek.domain.exports.oms import (
    SignedStatement,
    pre_authentication,
    read_bundle,
    render_bundle,
    render_statement,
)
from oneseek.domain.findings import Finding
from oneseek.domain.manifest import Manifest
from oneseek.domain.model_keys import hint_of, key_digest
from oneseek.domain.usecases.sign import sign_version
from workbench import Workbench


@pytest.fixture
def signed(stocked: Workbench) -> Workbench:
    """A ledger whose version 1.0 is signed, and 2.0 is not."""
    sign_version(stocked.ports, "1.0", stocked.signer)
    return stocked


def audit(bench: Workbench) -> list[Finding]:
    with bench.ledger.view() as view:
        return list(audit_signatures(view, bench.objects, check_p256))


def newest(bench: Workbench) -> VersionSigned:
    event = bench.events()[-1]
    assert isinstance(event, VersionSigned)
    return event


def stranger(bench: Workbench) -> FileModelSigner:
    return FileModelSigner(bench.folder / "stranger.pem", lambda: None)


def sealed(bench: Workbench, signer: FileModelSigner, payload: bytes) -> str:
    hint = hint_of(signer.public_key)
    signature = signer.sign(pre_authentication(payload))
    found = SignedStatement(payload=payload, signature=signature, hint=hint)
    return bench.objects.put(render_bundle(found))


def test_a_good_signature_has_no_finding(signed: Workbench) -> None:
    assert audit(signed) == []


def test_a_key_that_was_retired_later_still_vouches(signed: Workbench) -> None:
    signed.append(ModelKeyRetired(key=newest(signed).key, reason="rotated"))
    assert audit(signed) == []


def test_a_retired_key_signs_nothing_more(signed: Workbench) -> None:
    event = newest(signed)
    signed.append(ModelKeyRetired(key=event.key, reason="rotated"))
    signed.append(event)
    (finding,) = audit(signed)
    assert finding.check == "signature-key"
    assert "retired by entry 16" in finding.found


def test_a_key_that_was_never_announced_is_found(signed: Workbench) -> None:
    event, evil = newest(signed), stranger(signed)
    public = evil.public_key
    payload = read_bundle(signed.objects.read(event.signature)).payload
    forged = replace(event, key=key_digest(public), signature=sealed(signed, evil, payload))
    signed.append(forged)
    (finding,) = audit(signed)
    assert (finding.check, finding.found) == (
        "signature-key", f"{key_digest(public)[:8]}: never announced"
    )  # fmt: skip
    # Announced after it has signed: too late.
    text = ModelKeyAdded(key=key_digest(public), algorithm="ecdsa-p256-sha256", public_key="MFkw")
    signed.append(text)
    assert "announced only by entry" in audit(signed)[0].found


def _other_bytes(bench: Workbench, event: VersionSigned) -> VersionSigned:
    found = read_bundle(bench.objects.read(event.signature))
    other = replace_signature(found, stranger_signature(found))
    return replace(event, signature=bench.objects.put(render_bundle(other)))


def replace_signature(found: SignedStatement, signature: bytes) -> SignedStatement:
    return SignedStatement(payload=found.payload, signature=signature, hint=found.hint)


def stranger_signature(found: SignedStatement) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256

    key = ec.derive_private_key(9, ec.SECP256R1())
    return key.sign(pre_authentication(found.payload), ec.ECDSA(SHA256()))


def _other_version(bench: Workbench, event: VersionSigned) -> VersionSigned:
    """The statement of version 2.0, signed with the right key, under version 1.0."""
    other = bench.version(next(d for d in names(bench) if ".v2.0." in d))
    manifest = Manifest.from_bytes(bench.objects.read(other.manifest))
    payload = render_statement(manifest, other.dna)
    return replace(event, signature=sealed(bench, bench.signer, payload))


def _other_hint(bench: Workbench, event: VersionSigned) -> VersionSigned:
    found = read_bundle(bench.objects.read(event.signature))
    other = SignedStatement(payload=found.payload, signature=found.signature, hint="00" * 32)
    return replace(event, signature=bench.objects.put(render_bundle(other)))


def names(bench: Workbench) -> list[str]:
    from oneseek.domain.state.documents import Version

    with bench.ledger.view() as view:
        return [key for key, _ in view.scan(Version)]


@pytest.mark.parametrize(
    ("harm", "checks"),
    [
        (_other_bytes, ["signature"]),
        (_other_version, ["signature-statement"]),
        (_other_hint, ["signature-key"]),
        (lambda _, e: replace(e, method="oms-v9"), ["signature-method"]),
        (lambda _, e: replace(e, signature="00" * 32), ["object-missing"]),
        (lambda b, e: replace(e, signature=b.objects.put(b"?")), ["signature-format"]),
        (lambda _, e: replace(e, manifest="00" * 32), ["signature-version"]),
    ],
)
def test_every_other_harm_is_found(
    signed: Workbench,
    harm: Callable[[Workbench, VersionSigned], VersionSigned],
    checks: list[str],
) -> None:
    signed.append(harm(signed, newest(signed)))
    assert [finding.check for finding in audit(signed)] == checks


def test_an_announcement_that_contradicts_itself_verifies_nothing(stocked: Workbench) -> None:
    public = stocked.signer.public_key
    wrong = ModelKeyAdded(key=key_digest(public), algorithm="ecdsa-p256-sha256", public_key="MFkw")
    stocked.append(wrong)
    sign_version(stocked.ports, "1.0", stocked.signer)
    (finding,) = audit(stocked)
    assert (finding.check, finding.expected) == ("signature-key", "a key on P-256")
    with stocked.ledger.view() as view:
        raw = stocked.objects.read(newest(stocked).signature)
        assert [found.check for found in who_signed(view, raw, "x")] == ["signature-key"]


def test_a_found_file_is_told_by_whose_key_it_names(signed: Workbench) -> None:
    event = newest(signed)
    raw = signed.objects.read(event.signature)
    payload = read_bundle(raw).payload
    foreign = signed.objects.read(sealed(signed, stranger(signed), payload))
    with signed.ledger.view() as view:
        assert list(who_signed(view, raw, "x")) == []
        (finding,) = who_signed(view, foreign, "x")
        assert "never announced" in finding.found
        (finding,) = who_signed(view, b"?", "x")
        assert finding.check == "signature-format"
