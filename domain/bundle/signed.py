"""Reading a ``model.sig`` (OpenSSF Model Signing v1.0) and comparing it with a manifest.

A sigstore bundle in JSON with a DSSE envelope around an in-toto statement whose predicate lists
every file of the folder with its SHA-256. Here only what the manifest and the key decide is
checked; the tool itself is ``model_signing verify key``.
"""

import json
from collections.abc import Callable
from typing import Any

from oneseek.domain.digest import sha256
from oneseek.domain.errors import ProofRefused
from oneseek.domain.exports.oms import PAYLOAD_TYPE, PREDICATE_TYPE, pre_authentication
from oneseek.domain.manifest import MANIFEST_FILE, Manifest
from oneseek.domain.note.encoding import decode_base64


def check_signature(
    raw: bytes, manifest: Manifest, public: bytes, check: Callable[[bytes, bytes, bytes], bool]
) -> None:
    """Check that ``raw`` is a signature by ``public`` over all files of ``manifest`` and itself.

    Raises:
        ProofRefused, InvalidInput: it is not.
    """
    envelope = _get(_json(raw), "dsseEnvelope")
    if _get(envelope, "payloadType") != PAYLOAD_TYPE:
        raise ProofRefused("the envelope holds no in-toto statement")
    payload = decode_base64(_text(_get(envelope, "payload")), "the payload")
    signatures = _get(envelope, "signatures")
    if not isinstance(signatures, list) or len(signatures) != 1:
        raise ProofRefused("the envelope does not have one signature")
    signature = decode_base64(_text(_get(signatures[0], "sig")), "the signature")
    _compare(_json(payload), manifest)
    if not check(public, pre_authentication(payload), signature):
        raise ProofRefused("the signature is not by the announced key over these files")


def _compare(statement: Any, manifest: Manifest) -> None:
    if _get(statement, "predicateType") != PREDICATE_TYPE:
        raise ProofRefused(f"the statement is not a {PREDICATE_TYPE}")
    resources = _get(_get(statement, "predicate"), "resources")
    found: dict[str, str] = {}
    for item in resources if isinstance(resources, list) else ():
        if _get(item, "algorithm") != "sha256":
            raise ProofRefused("the statement has digests other than SHA-256")
        found[_text(_get(item, "name"))] = _text(_get(item, "digest"))
    wanted = {file.path: file.digest for file in manifest.files}
    wanted[MANIFEST_FILE] = manifest.digest
    if found != wanted or len(resources) != len(wanted):
        raise ProofRefused("the statement is about other files than the manifest")
    subjects = _get(statement, "subject")
    root = sha256(b"".join(bytes.fromhex(digest) for digest in found.values()))
    if not isinstance(subjects, list) or len(subjects) != 1:
        raise ProofRefused("the statement does not have one subject")
    if _get(_get(subjects[0], "digest"), "sha256") != root:
        raise ProofRefused("the subject of the statement is not the digest over its files")


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode(), parse_int=lambda digits: int(digits[:20]))
    except (ValueError, RecursionError):
        raise ProofRefused("the signature is not JSON") from None


def _get(value: Any, name: str) -> Any:
    if not isinstance(value, dict) or name not in value:
        raise ProofRefused(f"the signature has no {name}")
    return value[name]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ProofRefused("the signature has something else where a text belongs")
    return value
