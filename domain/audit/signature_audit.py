"""The audit of signatures: who signed a version, when, and whether it is this version."""

from collections.abc import Callable, Iterator

from oneseek.domain.decisions.model_keys import model_key_name
from oneseek.domain.errors import OneSeekError
from oneseek.domain.exports.oms import (
    METHOD,
    SignedStatement,
    first_difference,
    pre_authentication,
    read_bundle,
)
from oneseek.domain.findings import Finding
from oneseek.domain.manifest import SIGNATURE_FILE, Manifest
from oneseek.domain.model_keys import hint_of, public_bytes, was_in_force
from oneseek.domain.ports import ObjectStore, View
from oneseek.domain.state.documents import ModelKey, Signature, Version, VersionName
from oneseek.domain.state.store import Reading

CheckModelSignature = Callable[[bytes, bytes, bytes], bool]
"""``check(public key as DER, data, signature)``: whether the ECDSA signature is good."""

_ANNOUNCED = "a model key that this ledger announced before, and did not retire before"


def audit_signatures(
    view: View, objects: ObjectStore, check: CheckModelSignature
) -> Iterator[Finding]:
    """Yield what is wrong with the newest signature of every version that has one."""
    for manifest, signature in view.scan(Signature):
        named = view.get(VersionName, manifest)
        version = view.get(Version, named.dna) if named is not None else None
        if version is None:
            where = f"signature of manifest {manifest}, entry {signature.index}"
            yield Finding("signature-version", where, "a certified version", "no such version")
        else:
            yield from audit_signature(view, objects, version, signature, check)


def audit_signature(
    state: Reading,
    objects: ObjectStore,
    version: Version,
    signature: Signature,
    check: CheckModelSignature,
) -> Iterator[Finding]:
    """Yield what is wrong with one signature: its key, what it says, its bytes.

    The key must have been announced before the entry that calls the version signed, and not been
    retired then. A key that was retired later keeps vouching for what it signed.
    """
    where = f"{SIGNATURE_FILE} of {version.dna}, entry {signature.index}"
    if signature.method != METHOD:
        yield Finding("signature-method", where, METHOD, signature.method)
        return
    if not objects.has(signature.signature):
        hint = "restore it from a backup, or sign again"
        yield Finding("object-missing", signature.signature, where, "not in the store", hint)
        return
    key = state.get(ModelKey, signature.key)
    yield from _key_findings(where, signature, key)
    try:
        found = read_bundle(objects.read(signature.signature))
        manifest = Manifest.from_bytes(objects.read(version.manifest))
    except OneSeekError as error:
        yield Finding("signature-format", where, "a bundle over a manifest", error.message)
        return
    if difference := first_difference(found.payload, manifest, version.dna):
        place, expected, got = difference
        yield Finding("signature-statement", f"{where}: {place}", expected, got)
    if key is not None:
        yield from _byte_findings(where, found, key, check)


def _key_findings(where: str, signature: Signature, key: ModelKey | None) -> Iterator[Finding]:
    name = model_key_name(signature.key)
    if key is None:
        yield Finding("signature-key", where, _ANNOUNCED, f"{name}: never announced")
    elif not was_in_force(key, signature.index):
        when = (
            f"announced only by entry {key.added}"
            if key.added > signature.index
            else f"retired by entry {key.retired}"
        )
        yield Finding("signature-key", where, _ANNOUNCED, f"{name}: {when}")


def _byte_findings(
    where: str, found: SignedStatement, key: ModelKey, check: CheckModelSignature
) -> Iterator[Finding]:
    try:
        public = public_bytes(key)
    except OneSeekError as error:
        yield Finding("signature-key", where, "a key on P-256", error.message)
        return
    if found.hint != hint_of(public):
        yield Finding("signature-key", where, f"hint {hint_of(public)}", f"hint {found.hint}")
    elif not check(public, pre_authentication(found.payload), found.signature):
        name = model_key_name(key.key)
        yield Finding("signature", where, f"one by {name} over this statement", "over other bytes")


def who_signed(state: Reading, raw: bytes, where: str) -> Iterator[Finding]:
    """Say of a ``model.sig`` that lies where another belongs whose key it names."""
    try:
        hint = read_bundle(raw).hint
    except OneSeekError as error:
        yield Finding("signature-format", where, "a sigstore bundle", error.message)
        return
    for _, key in state.scan(ModelKey):
        try:
            if hint_of(public_bytes(key)) == hint:
                return  # one of ours: that it is another signature is said elsewhere
        except OneSeekError:
            continue
    yield Finding(
        "signature-key", where, _ANNOUNCED, f"a key with the hint {hint}: never announced"
    )
