"""Check one certified OneSeek version: its files, manifest, ledger entry and signature.

    python verify_integrity.py [DIR] [--key KEY]... [--json]

DIR is the folder of this script unless given. KEY is the ledger's public key as a C2SP verifier
key, ``name+hash+base64``, or a file that holds one: get it from somebody you trust, not from the
place that DIR came from. Where several machines write the ledger, give the key of each, or of the
one that certified this version. The standard library of Python 3.9 or later suffices; a signature
is checked by the package ``cryptography``, or else by the command ``openssl`` (3.0 or later).

What exit code 0 proves: when the files were read, DIR held exactly what manifest.json lists, byte
for byte, no link and nothing else (manifest.json, ledger.proof and model.sig lie beside); the
entry in ledger.proof certifies this manifest, these weights and this DNA name; that entry is in
the Merkle tree whose root the checkpoint states; a KEY signed the checkpoint.

What it does not prove: that KEY was announced in the ledger, and not retired; that the training
was as the files say; that the version is active, was not withdrawn, or is in the ledger that
others see (audit the ledger for that); anything about model.sig, which is not read. And no script
proves anything about a folder whose writer could have changed the script: run a copy that you
trust, with that folder as DIR.

Exit codes: 0 all of this holds; 1 something is wrong, one line for each finding; 2 bad usage;
6 nothing wrong was found, but there is no ledger.proof or the signature was not checked, and the
last line says which; 130 interrupted.

Formats: C2SP tlog-proof, tlog-checkpoint, signed-note (https://c2sp.org); RFC 9162, section 2.1.
"""

import sys

# Python looks for modules in a script's own folder first, and here that is the folder in doubt: a
# file json.py in it would run in place of Python's own.
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
from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple, Optional

# ruff: noqa: UP045 - Python 3.9 knows no other spelling of Optional
MANIFEST, PROOF, METADATA = "manifest.json", "ledger.proof", "metadata.json"
SIDE_CARS = (MANIFEST, PROOF, "model.sig")
KINDS = {stat.S_IFREG: "a file", stat.S_IFLNK: "a symbolic link"}
MAX_READ = 4 * 1024 * 1024  # bytes of a file that is read as a whole; listed files are streamed
MAX_SHOWN = 500  # characters of a value in a finding

NO_PROOF = "there is no ledger.proof, so nothing ties these files to a ledger"
BAD_PROOF = "the signature was not checked: ledger.proof cannot be used"
NO_KEY = "the signature was not checked: no key was given (--key)"
NO_WAY = (
    "the signature was not checked: that takes the Python package cryptography"
    " or the command openssl 3.0 or later, and neither is here"
)

WEIGHTS = re.compile(r"adapter_model(-[0-9]{5}-of-[0-9]{5})?\.safetensors")
MANIFEST_ITEM = re.compile(
    r'"path": "((?:[^"\\]|\\"){1,1024})",\s+"size": ([0-9]{1,16}),\s+"sha256": "([0-9a-f]{64})"'
)
KEY_FORM = re.compile(r"([^\s+\x00-\x1f]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
SIGNATURE_LINE = re.compile(r"\u2014 ([^\s+\x00-\x1f]+) ([A-Za-z0-9+/]{7,}={0,2})\n")
PROOF_FORM = re.compile(
    r"""c2sp\.org/tlog-proof@v1\n
    extra\ (?P<entry>[A-Za-z0-9+/]+={0,2})\n
    index\ (?P<index>0|[1-9][0-9]{0,18})\n
    (?P<path>(?:[A-Za-z0-9+/]{43}=\n)*)
    \n
    (?P<text>(?P<origin>[^\x00-\x1f]+)\n
        (?P<size>0|[1-9][0-9]{0,18})\n
        (?P<root>[A-Za-z0-9+/]{43}=)\n
        (?:[^\x00-\x1f]+\n)*)
    \n
    (?P<signatures>(?:\u2014\ [^\s+\x00-\x1f]+\ [A-Za-z0-9+/]{7,}={0,2}\n){1,100})""",
    re.VERBOSE,
)

Files = dict[str, tuple[int, str]]  # path -> size, SHA-256


class Wrong(Exception):
    """What was read cannot be used. Arguments: check, where, expected, found."""


class Key(NamedTuple):
    name: str
    key_id: bytes
    public: bytes


class Proof(NamedTuple):
    entry: bytes
    leaf: int  # index of the entry
    origin: str
    text: bytes  # the checkpoint without its signatures
    signatures: list[tuple[str, bytes]]  # key name; key ID and signature


class Report:
    """What was seen in ``folder``."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.manifest: Optional[str] = None  # SHA-256 of manifest.json
        self.files: Optional[Files] = None  # None until the manifest was read
        self.proof: Optional[Proof] = None
        self.signature, self.reason = "unchecked", NO_PROOF
        self.findings: list[dict[str, str]] = []

    def expect(self, check: str, where: str, expected: Any, found: Any) -> None:
        """Note a finding unless both are the same text: an absent value agrees with nothing."""
        if not isinstance(expected, str) or expected != found:
            values = {"expected": describe(expected), "found": describe(found)}
            self.findings.append({"check": check, "where": where, **values})

    def attempt(self, read: Callable[..., Any], *arguments: Any) -> Any:
        """Return what ``read`` returns, or None after noting why it is unusable."""
        try:
            return read(*arguments)
        except Wrong as wrong:
            self.expect(*wrong.args)
            return None

    @property
    def exit_code(self) -> int:
        return 1 if self.findings else 0 if self.signature == "verified" else 6

    @property
    def summary(self) -> str:
        if self.findings:
            tail = f" ({self.reason})" if self.signature == "unchecked" else ""
            return f"Something is wrong, findings: {len(self.findings)}{tail}."
        count = len(self.files or {})
        if self.proof is None or self.signature != "verified":
            return f"Nothing wrong was found in {count} files, but {self.reason}."
        return (
            f"All is right: {count} files are as manifest {self.manifest} says, entry"
            f" {self.proof.leaf} of {self.proof.origin} certifies it, and the key signed that."
        )


def describe(value: Any) -> str:
    if isinstance(value, str):
        return value[:MAX_SHOWN]
    return "absent" if value is None else f"something else ({type(value).__name__})"


# The folder: files are opened by names that the folder gave, never by one that a manifest gives.


def open_regular(path: str) -> BinaryIO:
    """Open a regular file; follow no link, wait for no pipe. Raises OSError."""
    flags = (getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    handle = os.open(path, os.O_RDONLY | sum(flags))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(0, "not a file")
    return os.fdopen(handle, "rb")


def read_whole(folder: str, name: str) -> bytes:
    try:
        with open_regular(f"{folder}/{name}") as file:
            raw = file.read(MAX_READ + 1)
    except OSError as error:
        raise Wrong("readable", name, "a readable file", error.strerror) from None
    if len(raw) > MAX_READ:
        raise Wrong("readable", name, f"at most {MAX_READ} bytes", "more")
    return raw


def measure(path: str, size: int) -> str:
    """Describe a file the way :func:`check_tree` does; one of another size is not hashed."""
    digest = hashlib.sha256()
    try:
        with open_regular(path) as file:
            length = os.fstat(file.fileno()).st_size
            if length != size:
                return f"{length} bytes"
            while piece := file.read(1024 * 1024):
                digest.update(piece)
    except OSError as error:
        return f"unreadable: {error.strerror}"
    return f"{length} bytes, sha256 {digest.hexdigest()}"


def list_tree(folder: str) -> dict[str, str]:
    """Return path -> kind of all but the folders with something in them; follow no link."""
    kinds: dict[str, str] = {}
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        kinds[prefix[:-1]] = "an empty folder"
        try:
            with os.scandir(f"{folder}/{prefix}") as entries:
                for entry in entries:
                    kinds.pop(prefix[:-1], None)
                    kind = stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode)
                    if kind == stat.S_IFDIR:
                        waiting.append(f"{prefix}{entry.name}/")
                    else:
                        kinds[prefix + entry.name] = KINDS.get(kind, "a pipe, socket or device")
        except OSError as error:
            kinds[prefix[:-1]] = f"unreadable: {error.strerror}"
    return kinds


def check_tree(report: Report, files: Files, kinds: dict[str, str]) -> None:
    """Compare all that is in the folder with what the manifest lists."""
    for path in sorted({*kinds, *files}):
        found = kinds.get(path, "absent")
        if path in files:
            size, digest = files[path]
            if found == "a file":
                found = measure(f"{report.folder}/{path}", size)
            report.expect("file", path, f"{size} bytes, sha256 {digest}", found)
        else:
            wanted = "a file" if path in SIDE_CARS else "absent"
            report.expect("extra", path or ".", wanted, found)


# The texts: what was read is written again and compared, which leaves one spelling of everything.


def read_manifest(raw: bytes) -> Files:
    items = MANIFEST_ITEM.findall(raw.decode(errors="replace"))
    files = {path.replace('\\"', '"'): (int(size), digest) for path, size, digest in items}
    order = sorted(files)  # of code points, which is that of UTF-8 bytes
    for path in order:
        if {"", ".", ".."}.intersection(path.split("/")):
            raise Wrong("manifest-path", MANIFEST, "a path that stays in the folder", path)
    listed = [{"path": path, "size": files[path][0], "sha256": files[path][1]} for path in order]
    again = {"format": "oneseek-manifest/v1", "files": listed}
    if raw != (json.dumps(again, indent=2, ensure_ascii=False) + "\n").encode():
        raise Wrong("manifest", MANIFEST, "oneseek-manifest/v1 in its one spelling", "other text")
    return files


def read_json(raw: bytes, where: str, **style: Any) -> dict[str, Any]:
    """Return an object; with a ``style`` of ``json.dumps``, refuse what it would not write."""
    try:
        # Longer numbers are wrong here in any case, and an old Python reads them for minutes.
        value = json.loads(raw.decode(), parse_int=lambda digits: int(digits[:20]))
        if style and json.dumps(value, ensure_ascii=False, **style).encode() != raw:
            raise ValueError("it has another order, other blanks or repeated keys")
    except (ValueError, RecursionError) as error:
        raise Wrong("json", where, "JSON", str(error)) from None
    if not isinstance(value, dict):
        raise Wrong("json", where, "an object", value)
    return value


def read_entry(raw: bytes) -> dict[str, Any]:
    """Return the body of a version-certified/v1 entry."""
    where = f"{PROOF} (entry)"
    value = read_json(raw, where, separators=(",", ":"))
    kind, body = value.get("kind"), value.get("body")
    if kind != "version-certified/v1" or not isinstance(body, dict):
        raise Wrong("entry-kind", where, "version-certified/v1", kind)
    return body


def read_proof(raw: bytes) -> Proof:
    """Return what the proof proves to be in the tree, and the signed text that states the root."""
    try:
        match = PROOF_FORM.fullmatch(raw.decode())
    except UnicodeDecodeError:
        match = None
    if match is None:
        raise Wrong("proof", PROOF, "a C2SP tlog-proof that has the entry as extra", "other text")
    entry, index = unbase64(match["entry"]), int(match["index"])
    path = [unbase64(line) for line in match["path"].split()]
    root = root_over(entry, index, int(match["size"]), path)
    if root != unbase64(match["root"]):
        raise Wrong("inclusion", PROOF, f"the root {unbase64(match['root']).hex()}", root.hex())
    lines = SIGNATURE_LINE.findall(match["signatures"])
    signatures = [(name, unbase64(data)) for name, data in lines]
    return Proof(entry, index, match["origin"], match["text"].encode(), signatures)


def unbase64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if base64.b64encode(data).decode() != text:  # stray bits, or padding too long or too short
        raise Wrong("proof", PROOF, "base64 in its one spelling", text)
    return data


def root_over(entry: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root that ``path`` leads to (RFC 9162, section 2.1.3.2)."""
    found = f"entry {index}, {len(path)} hashes"
    misfit = Wrong("inclusion", PROOF, f"an entry and a path among {size} entries", found)
    if not index < size < 2**63:
        raise misfit
    position, last = index, size - 1
    root = hashlib.sha256(b"\x00" + entry).digest()
    for sibling in path:
        if last == 0:
            raise misfit
        right = position & 1 or position == last
        root = hashlib.sha256(b"\x01" + (sibling + root if right else root + sibling)).digest()
        while right and not position & 1 and position:
            position, last = position >> 1, last >> 1
        position, last = position >> 1, last >> 1
    if last != 0:
        raise misfit
    return root


# The signature: Ed25519 over the text of the checkpoint.


def read_key(text: str) -> Key:
    """Read a verifier key, or the file that holds one."""
    try:
        match = KEY_FORM.fullmatch(text)
        if match is None:
            with open(text, encoding="utf-8") as file:  # noqa: PTH123
                match = KEY_FORM.fullmatch(file.read(10_000).strip())
        if match is None:
            raise ValueError("there is nothing like name+1a2b3c4d+AbCd... in it")
        material = base64.b64decode(match[3])
        key_id = hashlib.sha256(match[1].encode() + b"\n" + material).digest()[:4]
        if (len(match[3]), len(material), material[:1]) != (44, 33, b"\x01"):
            raise ValueError("it is no Ed25519 key of a log")
        if key_id.hex() != match[2]:
            raise ValueError("its hash is another key's: it was copied wrongly, or changed")
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(shown(f"not a key: {text}: {error}")) from None
    return Key(match[1], key_id, material[1:])


def check_signature(report: Report, proof: Proof, keys: list[Key]) -> None:
    for origin in sorted({key.name for key in keys}):
        report.expect("origin", PROOF, origin, proof.origin)
    mine = {
        (key.public, data[4:])
        for key in keys
        for name, data in proof.signatures
        if (name, data[:4]) == key[:2]
    }
    verdicts = {verify(public, proof.text, data) for public, data in mine}
    if not mine:
        known = " or ".join(f"{key.name}+{key.key_id.hex()}" for key in keys)
        signers = ", ".join(f"{name}+{data[:4].hex()}" for name, data in proof.signatures)
        report.expect("signature", PROOF, f"one by {known}", f"by {signers}")
    elif False in verdicts:
        report.expect(
            "signature", PROOF, f"one by {keys[0].name} over this text", "over other text"
        )
    elif None in verdicts:
        report.reason = NO_WAY
        return
    report.signature = "verified" if verdicts == {True} else "wrong"


def verify(public: bytes, text: bytes, signature: bytes) -> Optional[bool]:
    """Tell whether an Ed25519 signature is good; None where this machine cannot."""
    if len(signature) != 64:
        return False
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        key = Ed25519PublicKey.from_public_bytes(public)
    except Exception:  # it is absent, or broken in any way
        return verify_by_openssl(public, text, signature)
    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True


def verify_by_openssl(public: bytes, text: bytes, signature: bytes) -> Optional[bool]:
    # RFC 8410: so begins every Ed25519 public key in DER.
    key = bytes.fromhex("302a300506032b6570032100") + public
    command = [shutil.which("openssl") or "", "pkeyutl", "-verify", "-rawin", "-pubin"]
    if not os.path.isabs(command[0]):  # noqa: PTH117 - Windows would run one in this folder
        return None
    try:
        with tempfile.TemporaryDirectory() as scratch:
            for option, data in (("-inkey", key), ("-in", text), ("-sigfile", signature)):
                command += [option, f"{scratch}/file{option}"]
                with open(command[-1], "wb") as file:  # noqa: PTH123
                    file.write(data)
            command += ["-keyform", "DER"]
            done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    if done.returncode == 0 and b"Verified Successfully" in done.stdout:
        return True
    return False if b"Verification Failure" in done.stdout + done.stderr else None


# Everything, in order.


def examine(folder: str, keys: Optional[list[Key]] = None) -> Report:
    """Return all that is wrong with ``folder``, a path without links in it."""
    report, kinds, body = Report(folder), list_tree(folder), None
    raw = report.attempt(read_whole, folder, MANIFEST)
    if raw is not None:
        report.manifest = hashlib.sha256(raw).hexdigest()
        report.files = report.attempt(read_manifest, raw)
    if report.files is not None:
        check_tree(report, report.files, kinds)
    if PROOF in kinds:
        report.reason = BAD_PROOF
        report.proof = report.attempt(lambda: read_proof(read_whole(folder, PROOF)))
    if report.proof is not None:
        report.reason = NO_KEY
        body = report.attempt(read_entry, report.proof.entry)
        if keys:
            check_signature(report, report.proof, keys)
    metadata = report.attempt(lambda: read_json(read_whole(folder, METADATA), METADATA))
    check_claims(report, body, metadata)
    return report


def check_claims(report: Report, body: Any, metadata: Any) -> None:
    """Compare the entry's body (without one: metadata.json) with the folder and with itself."""
    where, claims = f"{PROOF} (entry)", body
    if body is not None:
        report.expect("manifest-digest", MANIFEST, body.get("manifest"), report.manifest)
    elif metadata is not None:
        where, claims = METADATA, {**metadata, "certified_at": metadata.get("timestamp")}
    else:
        return
    dna, weights, time = (claims.get(name) for name in ("dna", "weights", "certified_at"))
    if metadata is not None:
        report.expect("metadata-dna", METADATA, dna, metadata.get("dna"))
        report.expect("metadata-weights", METADATA, weights, metadata.get("weights"))
    if report.files is not None:
        report.expect("weights", where, weights_digest(report.files), weights)
    report.expect("dna-name", ".", dna, os.path.basename(report.folder))  # noqa: PTH119
    time8 = hashlib.sha256(describe(time).encode(errors="replace")).hexdigest()[:8]
    parts = f"{describe(weights)[:8]}.{time8}"
    report.expect("dna-parts", where, parts, ".".join(describe(dna).split(".")[-2:]))


def weights_digest(files: Files) -> Optional[str]:
    """Return the weight file's SHA-256; of shards, that of what ``sha256sum`` prints of them."""
    paths = sorted(path for path in files if WEIGHTS.fullmatch(path))
    if len(paths) == 1:
        return files[paths[0]][1]
    lines = "".join(f"{files[path][1]}  {path}\n" for path in paths)
    return hashlib.sha256(lines.encode()).hexdigest() if paths else None


def shown(text: str) -> str:
    """Return text that stays on its line and cannot steer a terminal."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def say(text: str) -> None:
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except OSError:  # nobody reads any more: the exit code still tells
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_report(report: Report, as_json: bool) -> None:
    if as_json:
        about = {name: getattr(report, name) for name in ("folder", "manifest", "signature")}
        told = {"findings": report.findings, "summary": report.summary}
        say(json.dumps({"ok": report.exit_code == 0, **about, **told}, indent=2))
        return
    form = "{check}: {where}: expected {expected}, found {found}"
    lines = [form.format(**finding) for finding in report.findings]
    say("\n".join(map(shown, [*lines, report.summary])))


def main(argv: Optional[list[str]] = None) -> int:
    own = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("dir", nargs="?", default=own, help="the folder (default: this one)")
    about = "a verifier key of the ledger, or its file; may be repeated"
    parser.add_argument("--key", type=read_key, action="append", help=about)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(argv)
    try:
        folder = os.path.realpath(options.dir)
    except (OSError, ValueError):
        folder = ""
    if not os.path.isdir(folder):  # noqa: PTH112
        parser.error(f"not a folder: {shown(options.dir)}")
    report = examine(folder, options.key)
    print_report(report, options.json)
    return report.exit_code


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
