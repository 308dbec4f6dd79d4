# ruff: noqa: UP045, B905 - this file also runs on Python 3.9
"""Check one certified OneSeek version: files, manifest, ledger entry and signature.

    python verify_integrity.py [DIR] [--key KEY] [--json]

DIR is the folder of this script unless given. KEY is the ledger's public key as a C2SP verifier
key, ``name+hash+base64``, or a file that holds one: get it from somebody you trust, not from the
place where DIR came from. Only the standard library of Python 3.9 or later is needed; a signature
is checked with the package ``cryptography`` or else with the command ``openssl`` (3.0 or later).

What exit code 0 proves: when the files were read, DIR held exactly what manifest.json lists, byte
for byte, and neither links nor anything else (ledger.proof and model.sig lie beside the manifest);
the ledger entry in ledger.proof certifies this manifest, these weights and this DNA name; that
entry is in the Merkle tree whose root is in the checkpoint; KEY signed the checkpoint.

What it does not prove: that the training was what the files say; that the version was not
withdrawn later, is active, or is in the ledger that others see (audit the ledger for that);
anything about model.sig, which is not read. And a script proves nothing about a folder whose
writer could change the script: run a copy that you trust with the folder as DIR.

Exit codes: 0 all of this holds; 1 something is wrong, one line per finding; 2 bad usage; 6 nothing
wrong was seen, but there is no ledger.proof or the signature was not checked: the last line says
which; 130 interrupted.

Formats: C2SP tlog-proof, tlog-checkpoint and signed-note (https://c2sp.org); RFC 9162 section 2.1.
"""

import sys

# Python looks for modules in the folder of the script first, and that is the folder in doubt: a
# json.py in it would run instead of Python's own.
if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    del sys.path[0]

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, NoReturn, Optional

MANIFEST, PROOF, METADATA = "manifest.json", "ledger.proof", "metadata.json"
SIDE_CARS = (MANIFEST, PROOF, "model.sig")
MAX_READ = 16 * 1024 * 1024  # bytes; of what is read as a whole: everything but the listed files
MAX_ENTRY, MAX_NOTE, MAX_INTEGER = 16 * 1024, 1_000_000, 2**63 - 1
SHOWN = 300  # characters of a value in a finding

NO_PROOF = "there is no ledger.proof, so nothing ties these files to a ledger"
NO_KEY = "no key was given (--key), so the signature was not checked"
NO_WAY = (
    "the signature could not be checked here: that takes the Python package cryptography,"
    " or the command openssl 3.0 or later"
)


class Finding(NamedTuple):
    check: str
    where: str
    expected: str
    found: str


class Wrong(Exception):
    """What makes a file unusable, as the parts of a Finding."""

    def __init__(self, check: str, where: str, expected: str, found: str) -> None:
        super().__init__(check)
        self.finding = Finding(check, where, expected, found)


class Key(NamedTuple):
    name: str
    key_id: bytes
    public: bytes


class Proof(NamedTuple):
    entry: bytes
    index: int
    path: list[bytes]
    origin: str
    size: int
    root: bytes
    text: bytes  # of the checkpoint: what is signed
    signatures: list[tuple[str, bytes, bytes]]  # key name, key ID, signature


# Reading: every reader returns a value or raises Wrong, whatever the bytes are.


def open_regular(path: str) -> BinaryIO:
    """Open a regular file; never follow a link, never wait for a pipe. Raises OSError."""
    flags = (getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    handle = os.open(path, os.O_RDONLY | sum(flags))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(0, "not a regular file")
    return os.fdopen(handle, "rb")


def read_whole(folder: str, name: str) -> bytes:
    try:
        with open_regular(f"{folder}/{name}") as file:
            raw = file.read(MAX_READ + 1)
    except OSError as error:
        raise Wrong("unreadable", name, "a readable file", error.strerror or "no file") from None
    if len(raw) > MAX_READ:
        raise Wrong("too-large", name, f"at most {MAX_READ} bytes", "more")
    return raw


def short_integer(text: str) -> int:
    if len(text) > 20:  # no size or count is longer, and reading a million digits takes minutes
        raise ValueError("a number of too many digits")
    return int(text)


def no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def read_object(raw: bytes, where: str) -> dict[str, Any]:
    try:
        value = json.loads(raw.decode(), parse_int=short_integer, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise Wrong("json", where, "JSON", str(error)) from None
    if not isinstance(value, dict):
        raise Wrong("json", where, "a JSON object", describe(value))
    return value


def require_canonical(value: object, raw: bytes, where: str, **style: Any) -> None:
    """Write ``value`` again and compare: catches repeated keys, order, spacing and escapes."""
    try:
        again = json.dumps(value, ensure_ascii=False, **style).encode()
    except (ValueError, RecursionError):
        again = b""
    if raw not in (again, again + b"\n") or (raw == again) == ("indent" in style):
        raise Wrong("canonical", where, "the one accepted spelling", "another (keys, order, space)")


def read_manifest(raw: bytes) -> dict[str, tuple[int, str]]:
    """Return path -> (size, SHA-256)."""
    value = read_object(raw, MANIFEST)
    form, items = value.get("format"), value.get("files")
    if form != "oneseek-manifest/v1" or not isinstance(items, list):
        raise Wrong("manifest-form", MANIFEST, "oneseek-manifest/v1", describe(form))
    files: dict[str, tuple[int, str]] = {}
    for item in items:
        path, size, digest = read_item(item)
        if path in files:
            raise Wrong("manifest-path", MANIFEST, "each path once", path)
        files[path] = (size, digest)
    if both := sorted(set(files).intersection(folders_above(files))):
        raise Wrong("manifest-path", MANIFEST, "a file or a folder", f"{both[0]} as both")
    again = [
        {"path": path, "size": files[path][0], "sha256": files[path][1]}
        for path in sorted(files, key=str.encode)
    ]
    require_canonical({"format": form, "files": again}, raw, MANIFEST, indent=2)
    return files


def read_item(item: object) -> tuple[str, int, str]:
    values = item if isinstance(item, dict) else {}
    path, size, digest = (values.get(key) for key in ("path", "size", "sha256"))
    if not isinstance(path, str) or not is_inside(path):
        raise Wrong("manifest-path", MANIFEST, "a path inside the folder", describe(path))
    if type(size) is not int or not 0 <= size <= 2**53:
        raise Wrong("manifest-form", MANIFEST, f"the size of {path}", describe(size))
    if not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest):
        raise Wrong("manifest-form", MANIFEST, f"the SHA-256 of {path}", describe(digest))
    return path, size, digest


def is_inside(path: str) -> bool:
    if re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\\\]", path):
        return False
    return len(path.encode()) <= 1024 and not {"", ".", ".."}.intersection(path.split("/"))


def folders_above(paths: Any) -> set[str]:
    parts = (path.split("/") for path in paths)
    return {"/".join(names[:end]) for names in parts for end in range(1, len(names))}


def malformed(what: str, found: object) -> Wrong:
    return Wrong("proof-form", PROOF, what, describe(found))


def read_base64(text: str, what: str, size: Optional[int] = None) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or base64.b64encode(data).decode() != text or size not in (None, len(data)):
        raise malformed(what, text)
    return data


def read_integer(text: str, what: str) -> int:
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) > MAX_INTEGER:
        raise malformed(what, text)
    return int(text)


def read_proof(raw: bytes) -> Proof:
    head, _, note = raw.partition(b"\n\n")
    header, *lines = head.decode("ascii", "replace").split("\n")
    if header != "c2sp.org/tlog-proof@v1":
        raise malformed("the line c2sp.org/tlog-proof@v1", header)
    if len(lines) < 2 or not lines[0].startswith("extra ") or not lines[1].startswith("index "):
        raise malformed("a line with the entry (extra), then one with its index", lines[:1])
    entry = read_base64(lines[0][6:], "the entry in base64")
    index = read_integer(lines[1][6:], "the index of the entry")
    path = [read_base64(line, "a hash of 32 bytes", 32) for line in lines[2:]]
    if len(path) > 63:
        raise malformed("at most 63 hashes", len(path))
    text, signatures = read_note(note)
    origin, size, root, *more = text.split("\n")[:-1] if text.count("\n") > 2 else ("", "", "", "")
    if not origin or "" in more:
        raise malformed("a checkpoint: origin, size, root", text)
    tree_size = read_integer(size, "a tree size")
    tree_root = read_base64(root, "a root of 32 bytes", 32)
    return Proof(entry, index, path, origin, tree_size, tree_root, text.encode(), signatures)


def read_note(raw: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Return text and signatures of a signed note."""
    try:
        text, blank, block = raw.decode().rpartition("\n\n")
    except UnicodeDecodeError:
        raise malformed("a note in UTF-8", "other bytes") from None
    if len(raw) > MAX_NOTE or not blank or re.search("[\x00-\x09\x0b-\x1f]", text):
        raise malformed("a signed checkpoint", raw[:60].decode(errors="replace"))
    *lines, end = block.split("\n")
    if end or not 1 <= len(lines) <= 100:
        raise malformed("1 to 100 signature lines, each with its line end", len(lines))
    return text + "\n", [read_signature(line) for line in lines]


def read_signature(line: str) -> tuple[str, bytes, bytes]:
    match = re.fullmatch("\u2014 ([^\\s+\x00-\x1f]+) ([A-Za-z0-9+/=]+)", line)
    blob = read_base64(match[2], "a signature in base64") if match else b""
    if match is None or len(blob) < 5:
        raise malformed("a signature line", line)
    return match[1], blob[:4], blob[4:]


def read_entry(raw: bytes) -> dict[str, Any]:
    """Return the body of a version-certified/v1 entry."""
    if len(raw) > MAX_ENTRY:
        raise Wrong("ledger-entry", PROOF, f"an entry of at most {MAX_ENTRY} bytes", str(len(raw)))
    value = read_object(raw, f"{PROOF} (entry)")
    require_canonical(value, raw, f"{PROOF} (entry)", separators=(",", ":"))
    kind, body = value.get("kind"), value.get("body")
    if kind != "version-certified/v1" or not isinstance(body, dict):
        raise Wrong("ledger-entry", PROOF, "a version-certified/v1 entry", describe(kind))
    stream = f"version:{describe(body.get('manifest'))}"
    if value.get("stream") != stream:
        raise Wrong("ledger-entry", PROOF, stream, describe(value.get("stream")))
    return body


def read_key(text: str) -> Key:
    """Read a verifier key, or the file that holds one. Raises ValueError, with a reason."""
    match = re.fullmatch("([^\\s+\x00-\x1f]+)\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]+)", text)
    if match is None:
        with open(text, encoding="utf-8") as file:  # noqa: PTH123 - the path may be anything
            text = file.read(10_000).strip()
        match = re.fullmatch("([^\\s+\x00-\x1f]+)\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]+)", text)
    if match is None:
        raise ValueError("it holds no line like name+1a2b3c4d+AbCd...")
    material = base64.b64decode(match[3], validate=True)
    if len(material) != 33 or material[0] != 1:
        raise ValueError("it is not an Ed25519 key of a log")
    key_id = hashlib.sha256(match[1].encode() + b"\n" + material).digest()[:4]
    if key_id.hex() != match[2]:
        raise ValueError("its hash is not that of the key: it was copied wrongly or changed")
    return Key(match[1], key_id, material[1:])
