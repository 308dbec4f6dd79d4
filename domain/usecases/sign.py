"""Signing a version: the bytes of the signature are an object, and kept before the entry exists."""

from dataclasses import dataclass

from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.decisions.model_keys import LEDGER, announced, is_signed, require_signable
from oneseek.domain.digest import Digest
from oneseek.domain.events import Event, VersionSigned
from oneseek.domain.exports.oms import (
    METHOD,
    SignedStatement,
    pre_authentication,
    render_bundle,
    render_statement,
)
from oneseek.domain.manifest import Manifest
from oneseek.domain.model_keys import hint_of, key_digest
from oneseek.domain.ports import ModelSigner, ObjectStore, Ports, View
from oneseek.domain.usecases.record import record


@dataclass(frozen=True, slots=True)
class Signed:
    """What signing did; ``entry`` is None where the version had a good signature already."""

    dna: str
    key: Digest
    entry: int | None


def sign_version(ports: Ports, text: str, signer: ModelSigner) -> Signed:
    """Sign the version that ``text`` names, unless a key that may sign now has signed it.

    Raises:
        NotFound, InvalidInput: no version is named so, or several are.
        Conflict: it was withdrawn, or the key of this machine was retired.
    """
    names: list[str] = []

    def on(view: View) -> Decision:
        version = find_version(view, text)
        names.append(version.dna)
        require_signable(version)
        if is_signed(view, version):
            return Decision()
        manifest = Manifest.from_bytes(ports.objects.read(version.manifest))
        events = signature_events(view, ports.objects, signer, manifest, version.dna)
        # What may be signed, and by whom, is told by three streams.
        return Decision(events, LEDGER | {f"version:{version.manifest}", "registry"})

    receipt = record(ports, on)
    entry = receipt.indices[-1] if receipt is not None else None
    return Signed(names[-1], key_digest(signer.public_key), entry)


def signature_events(
    view: View, objects: ObjectStore, signer: ModelSigner, manifest: Manifest, dna: str
) -> tuple[Event, ...]:
    """Sign a folder by its manifest; return what tells of it, a new key's announcement first.

    Raises:
        Conflict: the key of this machine was retired.
        InvalidInput: the manifest lists a file that has the name of a side-car.
    """
    public = signer.public_key
    events = announced(view, public)
    payload = render_statement(manifest, dna)
    signature = signer.sign(pre_authentication(payload))
    found = SignedStatement(payload=payload, signature=signature, hint=hint_of(public))
    signed = VersionSigned(
        manifest=manifest.digest,
        dna=dna,
        method=METHOD,
        key=key_digest(public),
        signature=objects.put(render_bundle(found)),
    )
    return (*events, signed)
