"""DSSE envelopes (https://github.com/secure-systems-lab/dsse, version 1): signed documents.

What is signed is the payload together with its type, never a spelling of JSON::

    DSSEv1 28 application/vnd.in-toto+json 2 {}
"""

from oneseek.domain.digest import Digest
from oneseek.domain.exports.rendering import render_json
from oneseek.domain.note.encoding import encode_base64


def pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that a key signs (DSSE's PAE)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def envelope(payload_type: str, payload: bytes, key: Digest, signature: bytes) -> bytes:
    """Return the signed document as JSON.

    ``signature`` is over :func:`pre_authentication`, as DER where it is ECDSA; ``key`` is the
    SHA-256 of the public key's DER SubjectPublicKeyInfo, the identity of a model key.
    """
    return render_json(
        {
            "payload": encode_base64(payload),
            "payloadType": payload_type,
            "signatures": [{"keyid": key, "sig": encode_base64(signature)}],
        }
    )
