"""Vectors for consistency proofs as files: the request add-checkpoint of a witness."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.merkle.proofs import consistency_path

ABOUT = (
    "C2SP tlog-witness add-checkpoint requests. request is the text of the file, or request_base64 "
    "its bytes. The verifier keeps a checkpoint of old_size leaves with old_root (hex) of the log "
    "origin, and knows the Ed25519 key of that log, key. Verdict: ok, malformed or refused."
)

ORIGIN = "log.example/oneseek"
LEAVES = [leaf_hash(b"entry %d" % number) for number in range(11)]
FORK = [*LEAVES[:2], LEAVES[0], *LEAVES[3:]]


def key_of(name: str) -> Ed25519PrivateKey:
    """Return the private key of a test name: anybody can compute it, it protects nothing."""
    return Ed25519PrivateKey.from_private_bytes(sha256(b"test key " + name.encode()).digest())


def material(name: str) -> bytes:
    """Return the byte of the algorithm and the public key."""
    return b"\x01" + key_of(name).public_key().public_bytes_raw()


def checkpoint(leaves: list[bytes], origin: str = ORIGIN, name: str = ORIGIN) -> str:
    """Return the signed checkpoint of a log."""
    text = f"{origin}\n{len(leaves)}\n{b64encode(tree_root(leaves)).decode()}\n"
    number = sha256(name.encode() + b"\n" + material(name)).digest()[:4]
    data = number + key_of(name).sign(text.encode())
    return f"{text}\n— {name} {b64encode(data).decode()}\n"


def head(old: int, new: int = 11, leaves: list[bytes] = LEAVES) -> str:
    """Return the part above the checkpoint, without the empty line."""

    def node(level: int, number: int) -> bytes:
        return tree_root(leaves[number << level : (number + 1) << level])

    path = [b64encode(item).decode() for item in consistency_path(old, new, node)]
    return "\n".join([f"old {old}", *path, ""])


def _rows() -> list[tuple[str, str, int, str]]:
    note, good = checkpoint(LEAVES), head(5) + "\n" + checkpoint(LEAVES)
    first, second, *_ = good.split("\n")[1:]
    most = "\n".join([first] * 63)
    return [
        ("from 5 to 11 leaves", good, 5, "ok"),
        ("from a power of two", head(8) + "\n" + note, 8, "ok"),
        ("from one leaf", head(1) + "\n" + note, 1, "ok"),
        ("from nothing", head(0) + "\n" + note, 0, "ok"),
        ("from the same tree", head(11) + "\n" + note, 11, "ok"),
        ("with an unknown signature more", good + "— w.example MTIzNDU2\n", 5, "ok"),
        ("nothing", "", 5, "malformed"),
        ("only a checkpoint", note, 5, "malformed"),
        ("only a path", head(5), 5, "malformed"),
        ("no empty line", head(5) + note, 5, "malformed"),
        ("two empty lines", head(5) + "\n\n" + note, 5, "malformed"),
        ("an empty line in front", "\n" + good, 5, "malformed"),
        ("an empty line in the path", good.replace(second, "\n" + second), 5, "malformed"),
        ("no old size", good.replace("old 5\n", ""), 5, "malformed"),
        ("an old size in other letters", good.replace("old", "Old"), 5, "malformed"),
        ("an old size with two blanks", good.replace("old 5", "old  5"), 5, "malformed"),
        ("an old size with a leading zero", good.replace("old 5", "old 05"), 5, "malformed"),
        ("an old size with a sign", good.replace("old 5", "old +5"), 5, "malformed"),
        ("an old size below zero", good.replace("old 5", "old -5"), 5, "malformed"),
        ("an old size of 2^63", good.replace("old 5", f"old {2**63}"), 5, "malformed"),
        ("an old size beyond the new one", good.replace("old 5", "old 12"), 5, "malformed"),
        ("two old sizes", good.replace("old 5", "old 5\nold 5"), 5, "malformed"),
        ("a blank behind the old size", good.replace("old 5", "old 5 "), 5, "malformed"),
        ("a hash of 31 bytes", good.replace(first, b64encode(bytes(31)).decode()), 5, "malformed"),
        ("a hash in hex", good.replace(first, LEAVES[4].hex()), 5, "malformed"),
        ("a hash without padding", good.replace(first, first.rstrip("=")), 5, "malformed"),
        ("sixty-four hashes", good.replace(first, most), 5, "malformed"),
        ("lines that end with CR LF", good.replace("\n", "\r\n"), 5, "malformed"),
        ("a checkpoint without signatures", good.rpartition("\n—")[0], 5, "malformed"),
        ("a checkpoint of 2^63 leaves", good.replace("\n11\n", f"\n{2**63}\n"), 5, "malformed"),
        ("no newline at the end", good[:-1], 5, "malformed"),
        ("from another size than the one that is kept", good, 4, "refused"),
        ("a hash is missing", good.replace(first + "\n", ""), 5, "refused"),
        ("a hash is there twice", good.replace(first, f"{first}\n{first}"), 5, "refused"),
        ("two hashes are swapped",
         good.replace(f"{first}\n{second}", f"{second}\n{first}"), 5, "refused"),
        ("sixty-three hashes", f"old 5\n{most}\n\n{note}", 5, "refused"),
        ("a hash where nothing came before", f"old 0\n{first}\n\n{note}", 0, "refused"),
        ("a hash where nothing was added", f"old 11\n{first}\n\n{note}", 11, "refused"),
        ("no hash", f"old 5\n\n{note}", 5, "refused"),
        ("the path is of a smaller tree", head(5, 8) + "\n" + note, 5, "refused"),
        ("the new tree is a fork", head(5) + "\n" + checkpoint(FORK), 5, "refused"),
        ("fork and path fit, the kept tree does not",
         head(5, 11, FORK) + "\n" + checkpoint(FORK), 5, "refused"),
        ("another tree of the same size", head(11) + "\n" + checkpoint(FORK), 11, "refused"),
        ("the size in the checkpoint is changed", good.replace("\n11\n", "\n12\n"), 5, "refused"),
        ("the checkpoint is another log's",
         head(5) + "\n" + checkpoint(LEAVES, origin="other.example"), 5, "refused"),
        ("the checkpoint is signed by a stranger",
         head(5) + "\n" + checkpoint(LEAVES, name="stranger.example"), 5, "refused"),
    ]  # fmt: skip


def vectors() -> list[dict[str, Any]]:
    """Return all vectors of this family."""
    number = sha256(ORIGIN.encode() + b"\n" + material(ORIGIN)).hexdigest()[:8]
    key = f"{ORIGIN}+{number}+{b64encode(material(ORIGIN)).decode()}"
    found: list[dict[str, Any]] = []
    for what, request, old, verdict in _rows():
        kept = {"old_size": old, "old_root": tree_root(LEAVES[:old]).hex()}
        given = {"description": what, "origin": ORIGIN, "key": key, **kept}
        found.append({**given, "request": request, "verdict": verdict})
    broken = _rows()[0][1].encode().replace(b"old 5", b"old \xff")
    encoded = b64encode(broken).decode()
    last = {**found[0], "description": "an old size that is not ASCII", "verdict": "malformed"}
    del last["request"]
    return [*found, {**last, "request_base64": encoded}]
