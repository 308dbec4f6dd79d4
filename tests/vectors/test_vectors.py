"""Every conformance vector gets its verdict, and the generator still writes the same files."""

import json
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.index.checking import check_history_proof
from oneseek.domain.index.saying import conclusion
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.proofs import verify_consistency, verify_inclusion
from oneseek.domain.merkle.sparse import SparseProof, verify_absence, verify_presence
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.consistency_file import ConsistencyFile, verify_consistency_file
from oneseek.domain.note.cosignature import verify_cosignatures
from oneseek.domain.note.signed_note import VerifierKey, format_note, parse_note, verify_note
from oneseek.domain.note.tlog_proof import TlogProof, verify_tlog_proof

HERE = Path(__file__).parent
Vector = dict[str, Any]


def ed25519(key: VerifierKey, text: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, text)
    except InvalidSignature:
        return False
    return True


def cosigner(key: VerifierKey, message: bytes, signature: bytes) -> bool:
    kind = MLDSA44PublicKey if key.algorithm == 6 else Ed25519PublicKey
    try:
        kind.from_public_bytes(key.key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def file_of(vector: Vector, field: str) -> bytes:
    if field in vector:
        return str(vector[field]).encode()
    return b64decode(vector[field + "_base64"])


def inclusion(vector: Vector) -> None:
    path = [bytes.fromhex(item) for item in vector["path"]]
    leaf, root = bytes.fromhex(vector["leaf"]), bytes.fromhex(vector["root"])
    verify_inclusion(leaf, vector["index"], vector["size"], path, root)


def consistency(vector: Vector) -> None:
    path = [bytes.fromhex(item) for item in vector["path"]]
    old, new = bytes.fromhex(vector["old_root"]), bytes.fromhex(vector["new_root"])
    verify_consistency(vector["old_size"], old, vector["new_size"], new, path)


def verifier_key(vector: Vector) -> None:
    assert str(VerifierKey.parse(vector["key"])) == vector["key"]


def signed_note(vector: Vector) -> None:
    data = file_of(vector, "note")
    note = parse_note(data)
    assert format_note(note) == data
    keys = [VerifierKey.parse(key) for key in vector["trusted"]]
    assert [key.name for key in verify_note(note, keys, ed25519)] == vector["signed_by"]


def checkpoint(vector: Vector) -> None:
    found = Checkpoint.parse(vector["text"])
    assert found.body() == vector["text"]
    assert found.origin == vector["origin"]
    assert found.size == vector["size"]
    assert found.root.hex() == vector["root"]
    assert list(found.extensions) == vector["extensions"]


def tlog_proof(vector: Vector) -> None:
    data = file_of(vector, "proof")
    proof = TlogProof.parse(data)
    assert proof.format() == data
    leaf = leaf_hash(bytes.fromhex(vector["entry"]))
    verify_tlog_proof(proof, leaf, vector["origin"], [VerifierKey.parse(vector["key"])], ed25519)


def cosignature(vector: Vector) -> None:
    note = parse_note(file_of(vector, "note"))
    keys = [VerifierKey.parse(key) for key in vector["trusted"]]
    found = [[one.key.name, one.time] for one in verify_cosignatures(note, keys, cosigner)]
    assert found == vector["cosigned_by"]


def add_checkpoint(vector: Vector) -> None:
    data = file_of(vector, "request")
    proof = ConsistencyFile.parse(data)
    assert proof.format() == data
    root = bytes.fromhex(vector["old_root"])
    old = Checkpoint(vector["origin"], vector["old_size"], root)
    verify_consistency_file(proof, old, [VerifierKey.parse(vector["key"])], ed25519)


def sparse_map(vector: Vector) -> None:
    siblings = tuple(bytes.fromhex(item) for item in vector["siblings"])
    other = tuple(bytes.fromhex(item) for item in vector["other"] or ())
    proof = SparseProof(siblings, (other[0], other[1]) if other else None)
    key, root = bytes.fromhex(vector["key"]), bytes.fromhex(vector["root"])
    if vector["value"] is None:
        verify_absence(key, proof, root)
    else:
        verify_presence(key, bytes.fromhex(vector["value"]), proof, root)


def history_proof(vector: Vector) -> None:
    data = vector["proof"].encode()
    proved = check_history_proof(data, [VerifierKey.parse(vector["key"])], ed25519)
    assert conclusion(proved).startswith(vector["conclusion"])


VERIFIERS: dict[str, Callable[[Vector], None]] = {
    "add_checkpoint": add_checkpoint,
    "checkpoint": checkpoint,
    "consistency": consistency,
    "cosignature": cosignature,
    "history_proof": history_proof,
    "inclusion": inclusion,
    "signed_note": signed_note,
    "sparse_map": sparse_map,
    "tlog_proof": tlog_proof,
    "verifier_key": verifier_key,
}
VERDICTS = {"malformed": InvalidInput, "refused": ProofRefused}


def vectors_of(family: str) -> list[Vector]:
    found: list[Vector] = json.loads((HERE / f"{family}.json").read_bytes())["vectors"]
    return found


@pytest.mark.parametrize(
    ("family", "vector"),
    [
        pytest.param(family, vector, id=f"{family}: {vector['description']}")
        for family in VERIFIERS
        for vector in vectors_of(family)
    ],
)
def test_a_vector_gets_its_verdict(family: str, vector: Vector) -> None:
    verdict = vector["verdict"]
    if verdict == "ok":
        VERIFIERS[family](vector)
    else:
        with pytest.raises(VERDICTS[verdict]):
            VERIFIERS[family](vector)


@pytest.mark.parametrize("family", VERIFIERS)
def test_descriptions_are_unique_and_most_vectors_must_not_be_accepted(family: str) -> None:
    vectors = vectors_of(family)
    assert len({vector["description"] for vector in vectors}) == len(vectors)
    assert sum(vector["verdict"] != "ok" for vector in vectors) > len(vectors) / 2


def test_generating_again_gives_the_same_files(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, str(HERE / "generate.py"), str(tmp_path)], check=True, cwd=tmp_path
    )
    generated = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert generated == {file.name: file.read_bytes() for file in HERE.glob("*.json")}
    assert set(generated) == {f"{family}.json" for family in VERIFIERS}
