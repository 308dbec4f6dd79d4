"""DSSE envelopes around in-toto statements: documents that a model key signs.

The format is https://github.com/secure-systems-lab/dsse, version 1. What is signed is the statement
with its type (:func:`oneseek.domain.exports.oms.pre_authentication`), never a spelling of JSON.
"""

from oneseek.domain.digest import Digest
from oneseek.domain.exports.oms import PAYLOAD_TYPE
from oneseek.domain.exports.rendering import render_json
from oneseek.domain.note.encoding import encode_base64

SUFFIX = ".dsse.json"
MEDIA_TYPE = "application/vnd.dsse.envelope.v1+json"


def render_envelope(statement: bytes, key: Digest, signature: bytes) -> bytes:
    """Return a signed statement as JSON.

    ``signature`` is ECDSA, DER-encoded; ``key`` is the SHA-256 of the public key as DER
    SubjectPublicKeyInfo, the identity of a model key.
    """
    return render_json(
        {
            "payload": encode_base64(statement),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": key, "sig": encode_base64(signature)}],
        }
    )
