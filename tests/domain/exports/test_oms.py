"""OMS v1.0: what is signed, in which order, and how a bundle reads back. The tool's own verdict:
``tests/exports/test_oms_tool.py``."""

import json
from base64 import b64decode, b64encode
from contextlib import suppress
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import digest
from oneseek.domain.errors import InvalidInput
from oneseek.domain.exports.oms import (
    PAYLOAD_TYPE,
    SignedStatement,
    first_difference,
    pre_authentication,
    read_bundle,
    render_bundle,
    render_statement,
    resources,
    root_digest,
)
from oneseek.domain.manifest import Manifest, ManifestFile

PATHS = ("a-b", "a/b", "åäö.txt", "z")
MANIFEST = Manifest(tuple(ManifestFile(path, 3, digest(path)) for path in PATHS))
SIGNED = SignedStatement(payload=b"{}", signature=b"\x30\x00", hint="ab" * 32)


def test_every_file_and_the_manifest_are_signed_in_the_order_of_their_parts() -> None:
    assert list(resources(MANIFEST)) == [
        ("a/b", digest("a/b")),
        ("a-b", digest("a-b")),
        ("manifest.json", MANIFEST.digest),
        ("z", digest("z")),
        ("åäö.txt", digest("åäö.txt")),
    ]


def test_the_subject_is_the_hash_over_all_digests_in_that_order() -> None:
    joined = b"".join(bytes.fromhex(found) for _, found in resources(MANIFEST))
    statement = json.loads(render_statement(MANIFEST, "dna"))
    assert root_digest(MANIFEST) == sha256(joined).hexdigest()
    assert statement["subject"] == [{"name": "dna", "digest": {"sha256": root_digest(MANIFEST)}}]


def test_only_the_two_side_cars_are_left_out() -> None:
    statement = json.loads(render_statement(MANIFEST, "dna"))
    assert statement["predicateType"] == "https://model_signing/signature/v1.0"
    assert statement["predicate"]["serialization"] == {
        "method": "files",
        "hash_type": "sha256",
        "allow_symlinks": False,
        "ignore_paths": ["ledger.proof", "model.sig"],
    }


@pytest.mark.parametrize("name", ["model.sig", "ledger.proof", "manifest.json"])
def test_a_file_with_the_name_of_a_side_car_is_refused(name: str) -> None:
    manifest = Manifest((ManifestFile(name, 1, digest("x")),))
    with pytest.raises(InvalidInput, match=name):
        render_statement(manifest, "dna")


def test_what_is_signed_begins_with_type_and_length() -> None:
    """DSSE, protocol.md: PAE(type, body)."""
    assert pre_authentication(b"hej") == f"DSSEv1 28 {PAYLOAD_TYPE} 3 hej".encode()


def test_a_bundle_reads_back() -> None:
    assert read_bundle(render_bundle(SIGNED)) == SIGNED


def _without(*path: Any) -> bytes:
    found = json.loads(render_bundle(SIGNED))
    place = found
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return json.dumps(found).encode()


def _with(value: object, *path: Any) -> bytes:
    found = json.loads(render_bundle(SIGNED))
    place = found
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(found).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"\xff", b"[" * 100_000,
        _without("dsseEnvelope"),
        _without("verificationMaterial", "publicKey"),
        _with("text/plain", "mediaType"),
        _with("text/plain", "dsseEnvelope", "payloadType"),
        _with([], "dsseEnvelope", "signatures"),
        _with([{"sig": "AA=="}, {"sig": "AA=="}], "dsseEnvelope", "signatures"),
        _with("e30", "dsseEnvelope", "payload"),
        _with("!", "dsseEnvelope", "signatures", 0, "sig"),
    ],
)  # fmt: skip
def test_what_is_no_bundle_of_one_signature_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_bundle(raw)


def test_a_bundle_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oneseek.domain.exports.oms._MAX_BUNDLE", 10)
    with pytest.raises(InvalidInput, match="at most 10 bytes"):
        read_bundle(render_bundle(SIGNED))


def _changed(change: Any) -> bytes:
    statement = json.loads(render_statement(MANIFEST, "dna"))
    change(statement)
    return json.dumps(statement, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_same_statement_has_no_difference() -> None:
    assert first_difference(render_statement(MANIFEST, "dna"), MANIFEST, "dna") is None
    assert first_difference(_changed(lambda _: None), MANIFEST, "dna") is None


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda s: s["predicate"]["resources"][0].update(digest="00" * 32), "file a/b"),
        (lambda s: s["predicate"]["resources"].pop(), "file åäö.txt"),
        (
            lambda s: s["predicate"]["resources"].append(
                {"name": "evil", "algorithm": "sha256", "digest": "00" * 32}
            ),
            "file evil",
        ),
        (lambda s: s["predicate"]["resources"][0].update(algorithm="md5"), "file a/b"),
        (lambda s: s["predicate"]["serialization"].update(allow_symlinks=True), "serialization"),
        (
            lambda s: s["predicate"]["serialization"]["ignore_paths"].append("evil"),
            "serialization",
        ),
        (lambda s: s["subject"][0].update(name="other"), "subject"),
        (lambda s: s.update(predicateType="other"), "predicate type"),
        (lambda s: s.update(_type="other"), "statement type"),
        (lambda s: s.update(more=1), "statement"),
        (lambda s: s.pop("subject"), "statement"),
        (lambda s: s["subject"].append({}), "statement"),
        (lambda s: s["predicate"].update(serialization=[]), "statement"),
    ],
)
def test_a_difference_is_named_by_its_place(change: Any, where: str) -> None:
    found = first_difference(_changed(change), MANIFEST, "dna")
    assert found is not None
    assert found[0] == where
    assert found[1] != found[2]


@pytest.mark.parametrize("payload", [b"", b"1", b"null", b"{}", b'{"subject":1}', b"\xff"])
def test_what_is_no_statement_differs(payload: bytes) -> None:
    assert first_difference(payload, MANIFEST, "dna") is not None


def test_the_payload_is_plain_base64_as_every_reader_expects() -> None:
    envelope = json.loads(render_bundle(SIGNED))["dsseEnvelope"]
    assert b64decode(envelope["payload"]) == SIGNED.payload
    assert envelope["signatures"] == [{"sig": b64encode(SIGNED.signature).decode(), "keyid": ""}]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["subject", "predicate", "serialization", "resources", "name", "digest", "_type"]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_read_only_named_errors_come_out(raw: bytes) -> None:
    with suppress(InvalidInput):
        read_bundle(raw)
    assert first_difference(raw, MANIFEST, "dna") is not None


@given(st.lists(st.sampled_from("abc-/åz"), min_size=1, max_size=6).map("".join), st.binary())
def test_every_bundle_that_is_written_reads_back(name: str, signature: bytes) -> None:
    signed = SignedStatement(
        payload=render_statement(MANIFEST, name), signature=signature, hint="00" * 32
    )
    assert read_bundle(render_bundle(signed)) == signed
    assert first_difference(signed.payload, MANIFEST, name) is None
