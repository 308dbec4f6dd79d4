"""Bundles made by hand: a log with a history, signed as the test wants, and any lie in it.

Nothing here is made by the code that exports bundles, so that its errors are not repeated. A
:class:`Story` is changed first (events, who signs, what is told), then :meth:`Story.files` gives
the members of the bundle, which can be changed again before :func:`packed` makes the zip.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec.structs import replace

import builders as make
from oneseek.adapters.bundle.zip_form import Member, central_header, end_record, local_header
from oneseek.domain import events as e
from oneseek.domain.events import Event
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.merkle.proofs import NodeAt, consistency_path, inclusion_path
from oneseek.domain.names import DnaName
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import ALGORITHM_ED25519, VerifierKey, key_id
from oneseek.domain.note.tlog_proof import TlogProof
from oneseek.domain.registry import REGISTRY

ORIGIN = make.ORIGIN
A, B, C, STRANGER = "machine A", "machine B", "machine C", "stranger"
ROWS = [sha256(f"row {number}".encode()).digest() for number in range(50)]
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


def base_registered() -> e.BaseModelRegistered:
    size = sum(file.size for file in BASE.files)
    return replace(make.base(), manifest=BASE.digest, files=len(BASE.files), size=size)


def dataset_registered() -> e.DatasetRegistered:
    return replace(make.dataset(), rows=len(ROWS), row_root=tree_root(ROWS[:]).hex())


def opening() -> list[Event]:
    """What every log begins with; machine A writes it."""
    return [
        make.opened(),
        e.KeyAdded(purpose="checkpoint", verifier=str(key_of(A))),
        model_key_added(),
        base_registered(),
        dataset_registered(),
    ]


def life(made: Made, previous: Made | None, signature: bytes) -> list[Event]:
    """One version from its training to its activation."""
    return [
        made.started(),
        made.completed(),
        make.measured(made.training),
        made.numbered(),
        made.certified(),
        made.signed(signature),
        made.activated(previous),
    ]


def whole() -> list[Event]:
    """A history with everything in it: the good story."""
    return [
        *opening(),
        make.answered(),  # foreign: not told
        *life(PARENT, None, PARENT_SIG),
        *life(CHILD, PARENT, CHILD_SIG),
        make.answered("q2"),
        PARENT.withdrawn(),
        replace(make.registry_reset(), active=CHILD.manifest.digest),
        CHILD.restored(),
        CHILD.activated(),
        CHILD.reproduced(),
        make.answered("q3"),
    ]


def foreign(event: Event) -> bool:
    """Whether the good story leaves the event out."""
    return isinstance(event, e.QueryAnswered)


@dataclass
class Story:
    """A log, and what a bundle tells of it. Everything can be changed."""

    events: list[Event] = field(default_factory=whole)
    subject: Made = CHILD
    origin: str = ORIGIN
    signers: tuple[str, ...] = (A,)
    tells: Callable[[Event], bool] = lambda event: not foreign(event)
    raws: Mapping[int, bytes] = field(default_factory=dict)
    """Other bytes than the event's, by index: in the log itself."""
    chain: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Who signed older checkpoints that go along, by size."""
    manifests: Iterable[Manifest] = (PARENT.manifest, CHILD.manifest, BASE)
    signatures: Iterable[bytes] = (PARENT_SIG, CHILD_SIG)
    body: Callable[[str], str] = str
    """Changes the text of the checkpoint before it is signed."""

    @property
    def entries(self) -> list[bytes]:
        made = [REGISTRY.encode(item) for item in make.entries(self.events)]
        return [self.raws.get(index, raw) for index, raw in enumerate(made)]

    def node(self) -> NodeAt:
        leaves = [leaf_hash(raw) for raw in self.entries]
        return lambda level, at: tree_root(leaves[at << level : (at + 1) << level])

    def note(self, size: int, *secrets: str) -> bytes:
        """A checkpoint of the first ``size`` entries."""
        root = tree_root([leaf_hash(raw) for raw in self.entries[:size]])
        text = self.body(Checkpoint(self.origin, size, root).body())
        return signed(text, *secrets, origin=self.origin)

    def files(self) -> Files:
        """The members of the bundle, without bundle.json."""
        raws, node = self.entries, self.node()
        size = len(raws)
        note = self.note(size, *self.signers)
        files = {"checkpoint": note, "README.txt": b"read me\n", "verify_bundle.py": b"pass\n"}
        for index, event in enumerate(self.events):
            if not self.tells(event):
                continue
            path = tuple(inclusion_path(index, size, node))
            files[f"entries/{index}.json"] = raws[index]
            files[f"proofs/{index}.tlog-proof"] = proof(index, path, note)
            if isinstance(event, e.KeyAdded):
                files[f"keys/{index}.vkey"] = f"{event.verifier}\n".encode()
            if isinstance(event, e.ModelKeyAdded):
                text = event.public_key
                files[f"keys/{index}.pem"] = _as_pem(text)
        for older, secrets in self.chain.items():
            files[f"chain/{older}.checkpoint"] = self.note(older, *secrets)
            hashes = consistency_path(older, size, node)
            lines = "".join(f"{b64encode(item).decode()}\n" for item in hashes)
            files[f"chain/{older}.consistency"] = lines.encode()
        for manifest in self.manifests:
            files[f"manifests/{manifest.digest}.json"] = manifest.to_bytes()
        for signature in self.signatures:
            files[f"signatures/{digest(signature)}.sig"] = signature
        files[f"rows/{make.digest('identity')}.leaves"] = b"".join(ROWS)
        return files

    def listing(self, files: Files) -> bytes:
        return listing(files, self.origin, self.subject.dna, self.subject.manifest.digest)

    def bundle(self, files: Files | None = None) -> bytes:
        """The zip, with a listing that fits."""
        found = self.files() if files is None else files
        return packed({"bundle.json": self.listing(found), **found})


def _as_pem(text: str) -> bytes:
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(
        ["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]
    ).encode()


def proof(index: int, path: tuple[bytes, ...], note: bytes) -> bytes:
    """A tlog-proof; written by hand where the checkpoint is none."""
    try:
        return TlogProof(index, path, note).format()
    except Exception:
        lines = ["c2sp.org/tlog-proof@v1", f"index {index}"]
        lines += [b64encode(item).decode() for item in path]
        return "".join(f"{line}\n" for line in (*lines, "")).encode() + note


def listing(
    files: Files, origin: str = ORIGIN, dna: str = CHILD.dna, manifest: str = CHILD.manifest.digest
) -> bytes:
    """bundle.json as ``json.dumps`` writes it."""
    order = sorted(files, key=str.encode)
    listed = [
        {"path": path, "size": len(files[path]), "sha256": digest(files[path])} for path in order
    ]
    head = {"format": "oneseek-bundle/v1", "origin": origin, "dna": dna, "manifest": manifest}
    return (json.dumps({**head, "files": listed}, indent=2, ensure_ascii=False) + "\n").encode()


def packed(files: Files, order: Iterable[str] | None = None) -> bytes:
    """The zip in its one spelling; ``order`` names the members in another order, or twice."""
    names = sorted(files, key=str.encode) if order is None else list(order)
    body, directory = b"", b""
    for name in names:
        raw = files[name]
        member = Member(name, zlib.crc32(raw), len(raw), len(body))
        body += local_header(member) + raw
        directory += central_header(member)
    return body + directory + end_record(len(names), len(directory), len(body))
