"""in-toto-attestation and securesystemslib accept the SLSA provenance, and refuse broken twins."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from google.protobuf.json_format import Parse, ParseError
from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1.statement_pb2 import Statement as StatementMessage
from model_signing._signing.signing import Payload
from model_signing.hashing import Config
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from dossiers import SHAPES, dossier_of
from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.dsse import render_envelope
from oneseek.domain.exports.oms import PAYLOAD_TYPE, pre_authentication, root_digest
from oneseek.domain.exports.slsa import FORMAT
from oneseek.domain.manifest import MANIFEST_FILE
from workbench import Workbench

Twin = Callable[[Any], object]


def validate(raw: bytes) -> Provenance:
    """Do what a consumer does: read the statement and its predicate strictly, and validate both."""
    message = Parse(raw, StatementMessage())
    Statement.copy_from_pb(message).validate()
    assert message.predicate_type == "https://slsa.dev/provenance/v1"
    predicate = Parse(json.dumps(json.loads(raw)["predicate"]), Provenance())
    for material in predicate.build_definition.resolved_dependencies:
        ResourceDescriptor.copy_from_pb(material).validate()
        assert material.digest
    return predicate


@pytest.mark.parametrize("shape", SHAPES)
def test_the_statement_is_valid(shape: str, request: pytest.FixtureRequest) -> None:
    dossier: Dossier = request.getfixturevalue(shape)
    predicate = validate(FORMAT.render(dossier))
    record = dossier.subject
    assert predicate.run_details.metadata.invocation_id == record.version.training
    started = predicate.run_details.metadata.started_on
    assert started.ToJsonString() == record.started.time
    digests = {dict(found.digest).get("sha256") for found in
               predicate.build_definition.resolved_dependencies}  # fmt: skip
    assert {record.version.base, record.version.dataset} <= digests
    assert {file.digest for file in record.base_files.files} <= digests


def test_the_subject_is_the_directory_as_model_signing_hashes_it(
    stocked: Workbench, tmp_path: Path
) -> None:
    record = dossier_of(stocked, "1.0").subject
    folder = tmp_path / record.version.dna
    for file in record.manifest.files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(stocked.objects.read(file.digest))
    (folder / MANIFEST_FILE).write_bytes(record.manifest.to_bytes())
    hashed = Payload(Config().hash(folder)).statement.pb.subject[0].digest["sha256"]
    assert hashed == root_digest(record.manifest)
    (folder / "metadata.json").write_bytes(b"{}")
    changed = Payload(Config().hash(folder)).statement.pb.subject[0].digest["sha256"]
    assert changed != root_digest(record.manifest)


def no_subject(found: Any) -> None:
    found["subject"] = []


def no_digest(found: Any) -> None:
    del found["subject"][0]["digest"]


def wrong_type(found: Any) -> None:
    found["_type"] = "https://in-toto.io/Statement/v0.9"


def no_predicate(found: Any) -> None:
    found["predicate"] = {}


def digest_of_a_wrong_type(found: Any) -> None:
    found["subject"][0]["digest"] = ["sha256"]


def unknown_field(found: Any) -> None:
    found["predicate"]["buildDefinition"]["resolvedMaterials"] = []


def time_that_is_none(found: Any) -> None:
    found["predicate"]["runDetails"]["metadata"]["startedOn"] = "yesterday"


@pytest.mark.parametrize(
    "twin",
    [
        no_subject,
        no_digest,
        wrong_type,
        no_predicate,
        digest_of_a_wrong_type,
        unknown_field,
        time_that_is_none,
    ],
)
def test_a_broken_statement_is_refused(twin: Twin, first_dossier: Dossier) -> None:
    found = json.loads(FORMAT.render(first_dossier))
    twin(found)
    with pytest.raises((ValueError, ParseError)):
        validate(json.dumps(found).encode())


@pytest.fixture
def private() -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(20261121, ec.SECP256R1())


def signed(dossier: Dossier, private: ec.EllipticCurvePrivateKey) -> tuple[bytes, SSlibKey]:
    payload = FORMAT.render(dossier)
    der = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = sha256(der).hexdigest()
    signature = private.sign(pre_authentication(payload), ec.ECDSA(SHA256()))
    found = render_envelope(payload, key, signature)
    return found, SSlibKey.from_crypto(private.public_key(), keyid=key)


def test_the_envelope_is_verified(
    first_dossier: Dossier, private: ec.EllipticCurvePrivateKey
) -> None:
    raw, key = signed(first_dossier, private)
    found = Envelope.from_dict(json.loads(raw))
    assert set(found.verify([key], 1)) == {key.keyid}
    assert found.payload_type == PAYLOAD_TYPE
    validate(found.payload)


def other_payload(found: Any) -> None:
    statement = json.loads(b64decode(found["payload"]))
    digest = statement["subject"][0]["digest"]["sha256"]
    payload = b64decode(found["payload"]).replace(digest.encode(), b"0" * 64)
    found["payload"] = b64encode(payload).decode()


def other_type(found: Any) -> None:
    found["payloadType"] = "application/json"


def other_key(found: Any) -> None:
    found["signatures"][0]["keyid"] = "0" * 64


def no_signature(found: Any) -> None:
    found["signatures"] = []


def cut_signature(found: Any) -> None:
    found["signatures"][0]["sig"] = found["signatures"][0]["sig"][:-8]


@pytest.mark.parametrize(
    "twin", [other_payload, other_type, other_key, no_signature, cut_signature]
)
def test_a_forged_envelope_is_refused(
    twin: Twin, first_dossier: Dossier, private: ec.EllipticCurvePrivateKey
) -> None:
    raw, key = signed(first_dossier, private)
    found = json.loads(raw)
    twin(found)
    with pytest.raises(VerificationError):
        Envelope.from_dict(found).verify([key], 1)


def test_an_envelope_by_another_key_is_refused(first_dossier: Dossier) -> None:
    raw, key = signed(first_dossier, ec.derive_private_key(7, ec.SECP256R1()))
    foreign = ec.derive_private_key(8, ec.SECP256R1()).public_key()
    mine = SSlibKey.from_crypto(foreign, keyid=key.keyid)
    with pytest.raises(VerificationError):
        Envelope.from_dict(json.loads(raw)).verify([mine], 1)
