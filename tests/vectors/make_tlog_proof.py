"""Vectors for offline proofs: a path, and a checkpoint signed with Ed25519."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.merkle.proofs import inclusion_path

ABOUT = (
    "C2SP tlog-proof files. proof is the text of the file, or proof_base64 its bytes. The verifier "
    "expects origin, knows the Ed25519 key of the log, key, and is given entry (hex, the bytes of "
    "the leaf, not its hash). Verdict: ok, malformed or refused."
)

ORIGIN = "log.example/oneseek"
ENTRIES = [b"entry %d" % number for number in range(11)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def key_of(name: str) -> Ed25519PrivateKey:
    """Return the private key of a test name: anybody can compute it, it protects nothing."""
    return Ed25519PrivateKey.from_private_bytes(sha256(b"test key " + name.encode()).digest())


def public(name: str) -> tuple[bytes, bytes]:
    """Return the four bytes of the key ID, and the byte of the algorithm with the public key."""
    material = b"\x01" + key_of(name).public_key().public_bytes_raw()
    return sha256(name.encode() + b"\n" + material).digest()[:4], material


def checkpoint(
    leaves: list[bytes], origin: str = ORIGIN, name: str = ORIGIN, extension: str = ""
) -> str:
    """Return the signed checkpoint of a log."""
    root = b64encode(tree_root(leaves)).decode()
    text = f"{origin}\n{len(leaves)}\n{root}\n{extension}"
    data = public(name)[0] + key_of(name).sign(text.encode())
    return f"{text}\n— {name} {b64encode(data).decode()}\n"


def head(index: int, size: int = 11) -> str:
    """Return the part above the checkpoint, without the empty line."""

    def node(level: int, number: int) -> bytes:
        return tree_root(LEAVES[number << level : (number + 1) << level])

    path = [b64encode(item).decode() for item in inclusion_path(index, size, node)]
    return "\n".join(["c2sp.org/tlog-proof@v1", f"index {index}", *path, ""])


def _rows() -> list[tuple[str, str, int, str]]:
    note, extended = checkpoint(LEAVES), checkpoint(LEAVES, extension="more\n")
    five, good = head(5), head(5) + "\n" + checkpoint(LEAVES)
    extra = five.replace("index", "extra YW55IGJ5dGVz\nindex")
    single = head(0, 1) + "\n" + checkpoint(LEAVES[:1])
    first, second = five.split("\n")[2:4]
    forged = note.replace("\n11\n", "\n12\n")
    return [
        ("leaf 5 of 11", good, 5, "ok"),
        ("leaf 0 of 11", head(0) + "\n" + note, 0, "ok"),
        ("the last leaf of 11", head(10) + "\n" + note, 10, "ok"),
        ("the only leaf, without a path", single, 0, "ok"),
        ("with extra data", extra + "\n" + note, 5, "ok"),
        (
            "with changed extra data, which nothing protects",
            extra.replace("YW55", "YW54") + "\n" + note,
            5,
            "ok",
        ),
        ("with a checkpoint that has an extension", five + "\n" + extended, 5, "ok"),
        ("with an unknown signature more", good + "— w.example MTIzNDU2\n", 5, "ok"),
        ("nothing", "", 5, "malformed"),
        ("only a checkpoint", note, 5, "malformed"),
        ("only a path", five, 5, "malformed"),
        ("no empty line", five + note, 5, "malformed"),
        ("two empty lines", five + "\n\n" + note, 5, "malformed"),
        ("an empty line in front", "\n" + good, 5, "malformed"),
        ("an empty line in the path", good.replace(second, "\n" + second), 5, "malformed"),
        ("another version", good.replace("@v1", "@v2"), 5, "malformed"),
        ("a blank behind the header", good.replace("@v1", "@v1 "), 5, "malformed"),
        ("no header", good.removeprefix("c2sp.org/tlog-proof@v1\n"), 5, "malformed"),
        ("no index", good.replace("index 5\n", ""), 5, "malformed"),
        ("an index with a leading zero", good.replace("index 5", "index 05"), 5, "malformed"),
        ("a negative index", good.replace("index 5", "index -5"), 5, "malformed"),
        ("an index with two blanks", good.replace("index 5", "index  5"), 5, "malformed"),
        ("an index in other letters", good.replace("index 5", "Index 5"), 5, "malformed"),
        ("an index of 2^63", good.replace("index 5", f"index {2**63}"), 5, "malformed"),
        ("two indices", good.replace("index 5", "index 5\nindex 5"), 5, "malformed"),
        (
            "the index below the path",
            good.replace("index 5\n" + first, first + "\nindex 5"),
            5,
            "malformed",
        ),
        (
            "extra data below the index",
            good.replace("index 5", "index 5\nextra YWFh"),
            5,
            "malformed",
        ),
        (
            "extra data twice",
            good.replace("index", "extra YWFh\nextra YWFh\nindex"),
            5,
            "malformed",
        ),
        ("empty extra data", good.replace("index", "extra \nindex"), 5, "malformed"),
        ("extra data without padding", good.replace("index", "extra YWE\nindex"), 5, "malformed"),
        ("extra data with stray bits", good.replace("index", "extra YWF=\nindex"), 5, "malformed"),
        ("a hash of 31 bytes", good.replace(first, b64encode(bytes(31)).decode()), 5, "malformed"),
        ("a hash in hex", good.replace(first, LEAVES[4].hex()), 5, "malformed"),
        ("a hash without padding", good.replace(first, first.rstrip("=")), 5, "malformed"),
        ("sixty-four hashes", good.replace(first, "\n".join([first] * 61)), 5, "malformed"),
        ("lines that end with CR LF", good.replace("\n", "\r\n"), 5, "malformed"),
        ("a checkpoint without signatures", good.rpartition("\n—")[0], 5, "malformed"),
        ("a checkpoint without a root", good.replace("\n11\n", "\n"), 5, "malformed"),
        ("no newline at the end", good[:-1], 5, "malformed"),
        ("another entry", good, 4, "refused"),
        ("another index", good.replace("index 5", "index 4"), 5, "refused"),
        ("an index beyond the log", good.replace("index 5", "index 11"), 5, "refused"),
        ("the largest index", good.replace("index 5", f"index {2**63 - 1}"), 5, "refused"),
        ("a hash is missing", good.replace(first + "\n", ""), 5, "refused"),
        ("a hash is there twice", good.replace(first, f"{first}\n{first}"), 5, "refused"),
        (
            "two hashes are swapped",
            good.replace(f"{first}\n{second}", f"{second}\n{first}"),
            5,
            "refused",
        ),
        ("the path is of a smaller tree", head(5, 8) + "\n" + note, 5, "refused"),
        ("the size in the checkpoint is changed", five + "\n" + forged, 5, "refused"),
        (
            "the checkpoint is another log's",
            five + "\n" + checkpoint(LEAVES, origin="other.example"),
            5,
            "refused",
        ),
        (
            "the checkpoint is signed by a stranger",
            five + "\n" + checkpoint(LEAVES, name="stranger.example"),
            5,
            "refused",
        ),
        (
            "the checkpoint is of a fork",
            five + "\n" + checkpoint([*LEAVES[:3], LEAVES[0], *LEAVES[4:]]),
            5,
            "refused",
        ),
        ("the log is empty", five + "\n" + checkpoint([]), 5, "refused"),
    ]


def vectors() -> list[dict[str, Any]]:
    """Return all vectors of this family."""
    number, material = public(ORIGIN)
    key = f"{ORIGIN}+{number.hex()}+{b64encode(material).decode()}"
    given = {"origin": ORIGIN, "key": key}
    found: list[dict[str, Any]] = [
        {
            "description": what,
            **given,
            "entry": ENTRIES[entry].hex(),
            "proof": proof,
            "verdict": verdict,
        }
        for what, proof, entry, verdict in _rows()
    ]
    good = _rows()[0][1].encode()
    broken = good.replace(b"index 5", b"index \xff")
    found.append(
        {
            "description": "an index that is not ASCII",
            **given,
            "entry": ENTRIES[5].hex(),
            "proof_base64": b64encode(broken).decode(),
            "verdict": "malformed",
        }
    )
    return found
