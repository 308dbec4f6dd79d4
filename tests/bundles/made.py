"""Keys, and versions whose events and files fit together: what stories are made of."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec.structs import replace

import builders as make
from oneseek.domain import events as e
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.names import DnaName
from oneseek.domain.note.signed_note import ALGORITHM_ED25519, VerifierKey, key_id

ORIGIN = make.ORIGIN
A, B, C, STRANGER = "machine A", "machine B", "machine C", "stranger"
LEAVES = [sha256(f"row {number}".encode()).digest() for number in range(50)]
Files = dict[str, bytes]


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def private(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(secret.encode()).digest())


def key_of(secret: str, origin: str = ORIGIN) -> VerifierKey:
    """The public key of whoever has ``secret``, as a key of the log."""
    public = private(secret).public_key().public_bytes_raw()
    return VerifierKey(origin, key_id(origin, ALGORITHM_ED25519, public), ALGORITHM_ED25519, public)


def signed(text: str, *secrets: str, origin: str = ORIGIN) -> bytes:
    """The note ``text`` with a signature by each of ``secrets``."""
    lines = "".join(
        f"\N{EM DASH} {origin} {b64encode(_blob(text, who, origin)).decode()}\n" for who in secrets
    )
    return f"{text}\n{lines}".encode()


def _blob(text: str, secret: str, origin: str) -> bytes:
    number = key_of(secret, origin).key_id.to_bytes(4, "big")
    return number + private(secret).sign(text.encode())


def model_private(secret: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(sha256(secret.encode()).digest()) >> 1
    return ec.derive_private_key(number, ec.SECP256R1())


def model_der(secret: str = "model") -> bytes:
    public = model_private(secret).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def model_key_added(secret: str = "model") -> e.ModelKeyAdded:
    der = model_der(secret)
    return e.ModelKeyAdded(
        key=digest(der), algorithm="ecdsa-p256-sha256", public_key=b64encode(der).decode()
    )


@dataclass(frozen=True)
class Made:
    """A version with its files: its events fit together."""

    number: int
    parent: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def training(self) -> str:
        return f"t{self.number}"

    @property
    def content(self) -> dict[str, bytes]:
        weights = {"adapter_model.safetensors": f"weights {self.number}".encode()}
        return {**weights, "adapter_config.json": b"{}\n", "sub/å.txt": b"", **self.files}

    @property
    def manifest(self) -> Manifest:
        found = self.content.items()
        return Manifest(tuple(ManifestFile(name, len(raw), digest(raw)) for name, raw in found))

    @property
    def weights(self) -> str:
        return digest(self.content["adapter_model.safetensors"])

    @property
    def dna(self) -> str:
        name = DnaName.of(
            major=self.number, minor=0, language="sv", categories=("Identity",),
            weights=self.weights, certified_at=make.TIME,
        )  # fmt: skip
        return str(name)

    def started(self) -> e.TrainingStarted:
        return replace(make.started(self.training, self.parent), base=BASE.digest)

    def completed(self) -> e.TrainingCompleted:
        return replace(make.completed(self.training), weights=self.weights)

    def numbered(self) -> e.VersionNumbered:
        return make.numbered(self.number)

    def certified(self) -> e.VersionCertified:
        true = make.certified(self.number)
        return replace(
            true,
            manifest=self.manifest.digest,
            dna=self.dna,
            weights=self.weights,
            base=BASE.digest,
        )

    def model_sig(self, secret: str = "model", **lies: object) -> bytes:
        """The bytes of model.sig by the model key of ``secret``; ``lies`` replace its facts."""
        listed = {**{f.path: f.digest for f in self.manifest.files}}
        listed["manifest.json"] = self.manifest.digest
        listed.update(lies.pop("files", {}))  # type: ignore[call-overload]
        root = digest(b"".join(map(bytes.fromhex, listed.values())))
        statement = {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": self.dna, "digest": {"sha256": lies.get("root", root)}}],
            "predicateType": lies.get("predicate", "https://model_signing/signature/v1.0"),
            "predicate": {
                "serialization": {"method": "files", "hash_type": "sha256"},
                "resources": [
                    {"name": name, "algorithm": lies.get("algorithm", "sha256"), "digest": value}
                    for name, value in listed.items()
                ],
            },
        }
        payload = json.dumps(statement).encode()
        kind = "application/vnd.in-toto+json"
        data = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
        signature = model_private(secret).sign(data, ec.ECDSA(SHA256()))
        envelope = {
            "payload": b64encode(payload).decode(),
            "payloadType": lies.get("type", kind),
            "signatures": [{"sig": b64encode(signature).decode(), "keyid": ""}],
        }
        return json.dumps({"dsseEnvelope": envelope}).encode()

    def signed(self, signature: bytes, secret: str = "model") -> e.VersionSigned:
        return e.VersionSigned(
            manifest=self.manifest.digest, dna=self.dna, method="oms-v1.0",
            key=digest(model_der(secret)), signature=digest(signature),
        )  # fmt: skip

    def activated(self, previous: "Made | None" = None) -> e.VersionActivated:
        before = previous.manifest.digest if previous else None
        return e.VersionActivated(manifest=self.manifest.digest, dna=self.dna, previous=before)

    def withdrawn(self, was_active: bool = False) -> e.VersionWithdrawn:
        return e.VersionWithdrawn(
            manifest=self.manifest.digest, dna=self.dna, reason="wrong data", was_active=was_active
        )

    def restored(self) -> e.VersionRestored:
        return e.VersionRestored(manifest=self.manifest.digest, dna=self.dna)

    def reproduced(self) -> e.ReproductionJudged:
        return replace(
            make.reproduced(self.number), manifest=self.manifest.digest, dna=self.dna,
            training=self.training,
        )  # fmt: skip


_BASE_FILES = {"config.json": b"{}", "model.safetensors": b"base"}
BASE = Manifest(tuple(ManifestFile(n, len(r), digest(r)) for n, r in _BASE_FILES.items()))
PARENT = Made(1)
CHILD = Made(2, PARENT.manifest.digest)
OTHER = Made(7)
PARENT_SIG, CHILD_SIG = PARENT.model_sig(), CHILD.model_sig()
