"""OpenSSF Model Signing (OMS) v1.0: the ``model.sig`` of a certified folder.

A sigstore bundle (JSON, https://docs.sigstore.dev/about/bundle/) with a DSSE envelope
(https://github.com/secure-systems-lab/dsse) around an in-toto statement
(https://in-toto.io/Statement/v1) of the predicate type https://model_signing/signature/v1.0: every
file of the folder with its SHA-256, in the order of the parts of their paths. The subject's digest
is the SHA-256 over these digests, one after the other. ``model_signing`` 1.1.1 verifies it.

Everything comes from the manifest: nothing is hashed again. The two side-cars that lie beside the
manifest are left out by name; every other file that is added breaks the signature.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import InvalidInput
from oneseek.domain.manifest import MANIFEST_FILE, PROOF_FILE, SIGNATURE_FILE, Manifest
from oneseek.domain.note.encoding import decode_base64, encode_base64

METHOD = "oms-v1.0"
IGNORED = (PROOF_FILE, SIGNATURE_FILE)
"""What may lie in the folder without being signed: the proof, and the signature itself."""

PREDICATE_TYPE = "https://model_signing/signature/v1.0"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
_BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
_MAX_BUNDLE = 64 << 20


class SignedStatement(Struct, frozen=True, kw_only=True):
    """What a ``model.sig`` holds."""

    payload: bytes
    """The statement, as it was signed."""
    signature: bytes
    """ECDSA, DER-encoded (RFC 3279), over :func:`pre_authentication` of the payload."""
    hint: str
    """SHA-256 of the public key's PEM text."""


def resources(manifest: Manifest) -> Iterator[tuple[str, Digest]]:
    """Yield path and digest of everything that is signed, in the order of the statement.

    Raises:
        InvalidInput: the manifest lists a file that has the name of a side-car.
    """
    files = [(file.path, file.digest) for file in manifest.files]
    if beside := {*IGNORED, MANIFEST_FILE}.intersection(path for path, _ in files):
        raise InvalidInput(f"a version cannot have a file {min(beside)} of its own")
    # The tool sorts pathlib paths, which compare part by part: "a/b" comes before "a-b".
    yield from sorted(
        [*files, (MANIFEST_FILE, manifest.digest)], key=lambda item: item[0].split("/")
    )


def root_digest(manifest: Manifest) -> Digest:
    """Return the digest of the statement's subject: the name of the model for other documents."""
    return _root(resources(manifest))


def _root(listed: Iterable[tuple[str, Digest]]) -> Digest:
    return sha256(bytes.fromhex("".join(digest for _, digest in listed)))


def render_statement(manifest: Manifest, name: str) -> bytes:
    """Return the statement about the version called ``name``: always the same bytes."""
    listed = list(resources(manifest))
    return msgspec.json.encode(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": name, "digest": {"sha256": _root(listed)}}],
            "predicateType": PREDICATE_TYPE,
            "predicate": {
                "serialization": {
                    "method": "files",
                    "hash_type": "sha256",
                    "allow_symlinks": False,
                    "ignore_paths": IGNORED,
                },
                "resources": [
                    {"name": path, "algorithm": "sha256", "digest": digest}
                    for path, digest in listed
                ],
            },
        }
    )


def pre_authentication(payload: bytes) -> bytes:
    """Return the bytes that are signed (DSSE's PAE)."""
    return b"DSSEv1 %d %s %d %s" % (
        len(PAYLOAD_TYPE),
        PAYLOAD_TYPE.encode(),
        len(payload),
        payload,
    )


def render_bundle(signed: SignedStatement) -> bytes:
    """Return the bytes of ``model.sig``; :func:`read_bundle` gives ``signed`` back."""
    return msgspec.json.encode(
        {
            "mediaType": _BUNDLE_TYPE,
            "verificationMaterial": {"publicKey": {"hint": signed.hint}, "tlogEntries": []},
            "dsseEnvelope": {
                "payload": encode_base64(signed.payload),
                "payloadType": PAYLOAD_TYPE,
                "signatures": [{"sig": encode_base64(signed.signature), "keyid": ""}],
            },
        }
    )


def read_bundle(raw: bytes) -> SignedStatement:
    """Return what ``raw`` holds, however it is spelled. Nothing is verified.

    Raises:
        InvalidInput: it is no sigstore bundle with one signature by a key.
    """
    if len(raw) > _MAX_BUNDLE:
        raise InvalidInput(f"a {SIGNATURE_FILE} has at most {_MAX_BUNDLE} bytes, not {len(raw)}")
    try:
        found = msgspec.json.decode(raw, type=_Bundle)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(f"not a sigstore bundle: {error}") from None
    envelope = found.envelope
    if (found.media_type, envelope.payload_type) != (_BUNDLE_TYPE, PAYLOAD_TYPE):
        raise InvalidInput(f"not a bundle of the type {_BUNDLE_TYPE} around an in-toto statement")
    if len(envelope.signatures) != 1:
        raise InvalidInput(f"a bundle with {len(envelope.signatures)} signatures, not one")
    return SignedStatement(
        payload=decode_base64(envelope.payload, "the payload"),
        signature=decode_base64(envelope.signatures[0].sig, "the signature"),
        hint=found.material.public_key.hint,
    )


def first_difference(payload: bytes, manifest: Manifest, name: str) -> tuple[str, str, str] | None:
    """Return where ``payload`` departs from the statement that it should be, expected and found.

    None where they are the same bytes.
    """
    wanted = render_statement(manifest, name)
    if payload == wanted:
        return None
    try:
        found = _listed(msgspec.json.decode(payload))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return "statement", "an in-toto statement of OMS v1.0", "something else"
    expected = _listed(msgspec.json.decode(wanted))
    for where in sorted(expected.keys() | found.keys()):
        if expected.get(where) != found.get(where):
            return where, expected.get(where, "absent"), found.get(where, "absent")
    return "statement", "the one spelling of its bytes", "the same content, spelled differently"


def _listed(statement: Any) -> dict[str, str]:
    """Return what a statement says, place by place."""
    (subject,), predicate = statement["subject"], statement["predicate"]
    found = {
        "statement type": str(statement["_type"]),
        "predicate type": str(statement["predicateType"]),
        "serialization": str(sorted(predicate["serialization"].items(), key=str)),
        "subject": f"{subject['name']} {subject['digest']}",
    }
    for item in predicate["resources"]:
        found[f"file {item['name']}"] = f"{item['algorithm']}:{item['digest']}"
    return found


class _PublicKey(Struct, frozen=True):
    hint: str


class _Material(Struct, frozen=True):
    public_key: _PublicKey = msgspec.field(name="publicKey")


class _Signature(Struct, frozen=True):
    sig: str


class _Envelope(Struct, frozen=True):
    payload: str
    payload_type: str = msgspec.field(name="payloadType")
    signatures: tuple[_Signature, ...]


class _Bundle(Struct, frozen=True):
    media_type: str = msgspec.field(name="mediaType")
    material: _Material = msgspec.field(name="verificationMaterial")
    envelope: _Envelope = msgspec.field(name="dsseEnvelope")
