"""A certified folder with a real proof, made by our own domain code, and the script that checks it.

The builder is also the attacker's: whatever a forger could sign with a key of his own, it can make.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import oneseek.adapters.certified.verify_integrity as the_script
from oneseek.adapters.certified.verifier import verifier_script
from oneseek.domain.events import VersionCertified, VersionNumbered
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.merkle.proofs import inclusion_path
from oneseek.domain.names import DnaName
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import (
    ALGORITHM_ED25519,
    Note,
    NoteSignature,
    VerifierKey,
    format_note,
    key_id,
)
from oneseek.domain.note.tlog_proof import TlogProof
from oneseek.domain.registry import REGISTRY

SCRIPT = Path(the_script.__file__)
TIME = "2026-11-20T18:25:38.187329Z"
ORIGIN = "log.example/oneseek"
INDEX, SIZE = 5, 11
WEIGHTS = "adapter_model.safetensors"


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def private_key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def public_key(name: str, secret: str | None = None) -> VerifierKey:
    """The key called ``name``, made from ``secret`` where that is another."""
    public = private_key(secret or name).public_key().public_bytes_raw()
    return VerifierKey(name, key_id(name, ALGORITHM_ED25519, public), ALGORITHM_ED25519, public)


def proof_of(entry: bytes, origin: str = ORIGIN, secret: str = ORIGIN) -> bytes:
    """``ledger.proof`` of an entry in a log of eleven, signed by the key of ``secret``."""
    numbered = VersionNumbered(language="sv", major=1, minor=0, training="t-1")
    other = REGISTRY.encode(REGISTRY.entry(numbered, stream_version=1, time=TIME, actor="anna"))
    leaves = [leaf_hash(other)] * SIZE
    leaves[INDEX] = leaf_hash(entry)
    text = Checkpoint(origin, SIZE, tree_root(leaves)).body()
    signature = private_key(secret).sign(text.encode())
    signed = NoteSignature(origin, public_key(origin, secret).key_id, signature)
    path = inclusion_path(
        INDEX, SIZE, lambda level, i: tree_root(leaves[i << level :][: 1 << level])
    )
    return TlogProof(INDEX, tuple(path), format_note(Note(text, (signed,))), entry).format()


@dataclass
class Version:
    """What a certified folder is made of; change anything, then :meth:`write`."""

    files: dict[str, bytes] = field(
        default_factory=lambda: {
            WEIGHTS: b"weights " * 50,
            "adapter_config.json": b'{"peft_type":"LORA"}\n',
            "training_results.json": b"{}\n",
            "tokenizer.json": b"{}\n",
            "README.md": "# Räksmörgås\n".encode(),
            'folder/"quoted" å.txt': b"",
            "verify_integrity.py": verifier_script(),
        }
    )
    claims: dict[str, Any] = field(default_factory=dict)
    """Instead of what is true, in the entry."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """Instead of what is true, in metadata.json."""
    origin: str = ORIGIN
    secret: str = ORIGIN
    actor: str = "anna"
    kind: str = "version-certified/v1"

    @property
    def weights(self) -> str:
        shards = sorted(name for name in self.files if name.startswith("adapter_model"))
        if len(shards) == 1:
            return digest(self.files[shards[0]])
        return digest("".join(f"{digest(self.files[n])}  {n}\n" for n in shards).encode())

    def entry(self, manifest: str, dna: str) -> bytes:
        true = VersionCertified(
            manifest=manifest,
            dna=dna,
            weights=self.weights,
            language="sv",
            major=1,
            minor=0,
            training="t-1",
            base="b" * 64,
            dataset="d" * 64,
            certified_at=TIME,
        )
        values = {name: getattr(true, name) for name in true.__struct_fields__} | self.claims
        event = VersionCertified(**values)
        entry = REGISTRY.entry(event, stream_version=1, time=TIME, actor=self.actor)
        return REGISTRY.encode(entry).replace(true.kind.encode(), self.kind.encode())

    def write(self, parent: Path) -> Path:
        """Write the folder below ``parent`` and return it."""
        name = DnaName.of(
            major=1,
            minor=0,
            language="sv",
            categories=("CivicID",),
            weights=self.weights,
            certified_at=TIME,
        )
        true = {"dna": str(name), "weights": self.weights, "timestamp": TIME}
        files = {**self.files, "metadata.json": json.dumps(true | self.metadata).encode()}
        manifest = Manifest(
            tuple(ManifestFile(path, len(data), digest(data)) for path, data in files.items())
        ).to_bytes()
        folder = parent / str(name)
        files["manifest.json"] = manifest
        entry = self.entry(digest(manifest), str(name))
        files["ledger.proof"] = proof_of(entry, self.origin, self.secret)
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        return folder


@dataclass(frozen=True)
class Result:
    """What the script said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def checks(self) -> set[tuple[str, str]]:
        return {(item["check"], item["where"]) for item in self.told["findings"]}


def run(
    *arguments: str | Path,
    script: Path = SCRIPT,
    python: tuple[str, ...] = (sys.executable,),
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Result:
    """Run the script; whatever it is given, it ends with a word and never with a traceback."""
    done = subprocess.run(
        [*python, str(script), *map(str, arguments)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(env or {})},
        cwd=cwd,
        timeout=60,
        check=False,
    )
    result = Result(done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace"))
    assert "Traceback" not in result.err, result.err
    assert result.code in (0, 1, 2, 6)
    return result


@pytest.fixture(scope="session")
def key() -> str:
    """The ledger's public key, as an auditor is given it."""
    return str(public_key(ORIGIN))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certified folder; do not change it."""
    return Version().write(tmp_path_factory.mktemp("certified"))


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A certified folder to change."""
    return Path(shutil.copytree(built, tmp_path / built.name))


@pytest.fixture(scope="session")
def check() -> Callable[..., Result]:
    """``check(folder, …)``: run the script in a process of its own."""
    return run


@pytest.fixture(scope="session")
def version() -> type[Version]:
    """The builder of folders."""
    return Version


@pytest.fixture(scope="session")
def script() -> ModuleType:
    """The script as a module, loaded from its file as a stranger would load it."""
    spec = importlib.util.spec_from_file_location("verify_integrity", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def other_key() -> str:
    """The public key of a second machine, which signs under the secret ``another machine``."""
    return str(public_key(ORIGIN, "another machine"))
