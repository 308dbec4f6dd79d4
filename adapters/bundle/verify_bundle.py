"""Check a OneSeek bundle: one file that shows what a certified version is and what became of it.

    python verify_bundle.py FILE --trust KEY [--trust KEY]... [--witness KEY]... [--json]

FILE is the zip. KEY is the public key of the log as a C2SP verifier key, ``name+hash+base64``, or a
file that holds one: get it from somebody you trust, not from whoever gave you FILE. The standard
library of Python 3.9 or later suffices; signatures are checked by the package ``cryptography``, or
else by the command ``openssl`` (3.0 or later).

What exit code 0 proves: every byte of FILE belongs to a file that bundle.json lists; every entry in
it is in the Merkle tree whose root the checkpoint states; a KEY signed the checkpoint, or a key for
which a KEY vouched, and which was not retired by an entry told here; the entries tell the version's
lineage without a gap, down to its base model or to an imported version, with every digest; no entry
told here contradicts another; manifests, row hashes, keys, signatures and files are the ones that
the entries name.

What it does not prove, and the output says so: that no entry was left out of streams that are told
in part; what happened after the checkpoint; that times, names and reasons are true; what exports/
and README.txt say. And no script proves anything about a file whose sender could have changed the
script: run a copy that you trust.

Exit codes: 0 all of this holds; 1 something is wrong, one line for each finding; 2 bad usage, or
FILE is no bundle; 6 nothing wrong was found, but a signature could not be checked here; 130
interrupted.

Formats: C2SP tlog-proof, tlog-checkpoint, signed-note (https://c2sp.org); RFC 9162, section 2.1;
zip (PKWARE APPNOTE.TXT); DSSE; OpenSSF Model Signing v1.0.
"""

import sys

# Python looks for modules in a script's own folder first: a file json.py there, unpacked from a
# bundle, would run in place of Python's own.
if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    del sys.path[0]

import argparse
import base64
import bisect
import hashlib
import json
import os
import re
import shutil
import stat
import struct
import subprocess
import tempfile
import unicodedata
import zlib
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, NamedTuple, Optional

# ruff: noqa: UP045 - Python 3.9 knows no other spelling of Optional
FORMAT, LEDGER_FORMAT = "oneseek-bundle/v1", "oneseek-ledger/v1"
MAX_READ, MAX_ENTRY, MAX_NOTE = 16 * 1024 * 1024, 16 * 1024, 1_000_000
MAX_ZIP, MAX_MEMBERS, MAX_COUNT = 2**32 - 2**20, 65_534, 2**53
MAX_SHOWN = 300
NO_WAY = (
    "that takes the Python package cryptography or the command openssl 3.0 or later, and neither"
    " is here"
)

NUMBER = "0|[1-9][0-9]{0,18}"
HEX64 = "[0-9a-f]{64}"
PLACES = {
    "listing": "(bundle\\.json)",
    "checkpoint": "(checkpoint)",
    "text": "(README\\.txt|verify_bundle\\.py)",
    "chain": f"chain/({NUMBER})\\.checkpoint",
    "consistency": f"chain/({NUMBER})\\.consistency",
    "entry": f"entries/({NUMBER})\\.json",
    "proof": f"proofs/({NUMBER})\\.tlog-proof",
    "manifest": f"manifests/({HEX64})\\.json",
    "rows": f"rows/({HEX64})\\.leaves",
    "key": f"keys/((?:{NUMBER})\\.(?:vkey|pem))",
    "witness": "keys/witness/([0-9a-f]{8})\\.vkey",
    "signature": f"signatures/({HEX64})\\.sig",
    "export": "exports/([A-Za-z0-9][A-Za-z0-9._-]{0,99})",
    "model": "model/([^/]+/.+)",
}
WITNESS_SIZES = {4: 33, 6: 1313}  # bytes of the public keys of witnesses, by algorithm
KEY_FORM = re.compile(r"([^\s+\x00-\x1f]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
UNWRITABLE = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
WEIGHTS = re.compile(r"adapter_model(-[0-9]{5}-of-[0-9]{5})?\.safetensors")
DNA = re.compile(
    r"OneSeek-7B-Zero\.v(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(sv|en|ensv|no|da|fi)"
    r"\.ds([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)\.([0-9a-f]{8})\.([0-9a-f]{8})"
)

# The kinds of entries: the fields of each body in their order, with their forms. A form is a name
# of FORMS, ``?`` behind it allows null, ``[…]`` is a list, a tuple a record.
FORMS = {
    "text": "(?s:.*)",
    "digest": HEX64,
    "number": r"-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-][0-9]{2,3})?",
    "time": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z",
}
RECIPE = (
    "method:text lora_rank:count lora_alpha:count lora_dropout:number target_modules:[text]"
    " learning_rate:number scheduler:text warmup_ratio:number weight_decay:number"
    " max_grad_norm:number epochs:count batch_size:count gradient_accumulation:count"
    " max_length:count precision:text device:text seed:count threads:count deterministic:bool"
    " auto_stop_threshold:number? evaluation_share:number prompt_format:text"
)
ENVIRONMENT = (
    "python:text platform:text cpu_capability:text? accelerator:text? attention:text"
    " packages:names code_commit:text? code_changed:bool?"
)
METRICS = "rows:count tokens:count loss:number perplexity:number token_accuracy:number"
RECORDS = {
    "recipe": RECIPE,
    "environment": ENVIRONMENT,
    "metrics": METRICS + " exact_match:number?",
}
KINDS = {
    "ledger-opened/v1": "origin:text format:text software:text",
    "key-added/v1": "purpose:text verifier:text",
    "key-retired/v1": "verifier:text purpose:text reason:text",
    "model-key-added/v1": "key:digest algorithm:text public_key:text",
    "model-key-retired/v1": "key:digest reason:text",
    "key-protection-changed/v1": "purpose:text key:text protection:text",
    "index-logged/v1": "size:count root:digest streams:count",
    "ledger-repaired/v1": "source:text size:count root:digest repairs:digest places:count",
    "base-model-registered/v1": "name:text manifest:digest architecture:text files:count"
    " size:count licence:text? source:text path:text report:digest?",
    "dataset-registered/v1": "name:text dataset:digest size:count rows:count row_root:digest"
    " language:text categories:[text] licence:text?",
    "training-started/v1": "training:text base:digest dataset:digest evaluation:digest?"
    " parent:digest? language:text recipe:recipe environment:environment",
    "training-failed/v1": "training:text reason:text",
    "checkpoint-kept/v1": "training:text period:text name:text epoch:count step:count"
    " state:digest size:count",
    "checkpoint-dropped/v1": "training:text period:text name:text state:digest reason:text",
    "training-resumed/v1": "training:text state:digest step:count environment:environment",
    "training-completed/v1": "training:text produced:digest weights:digest row_order:digest"
    " losses:digest steps:count epochs:count stopped_early:bool rows_trained:count rows_cut:count"
    " trainable_parameters:count duration_ms:count",
    "metrics-measured/v1": "training:text dataset:digest rows:digest before:metrics?"
    " after:metrics code:text",
    "reproduction-judged/v1": "manifest:digest dna:text training:text verdict:text"
    " weights:digest? report:digest environment:environment?",
    "version-numbered/v1": "language:text major:count minor:count training:text",
    "version-certified/v1": "manifest:digest dna:text weights:digest language:text major:count"
    " minor:count training:text base:digest dataset:digest certified_at:time",
    "version-signed/v1": "manifest:digest dna:text method:text key:digest signature:digest",
    "version-activated/v1": "manifest:digest dna:text previous:digest?",
    "version-withdrawn/v1": "manifest:digest dna:text reason:text was_active:bool",
    "version-restored/v1": "manifest:digest dna:text",
    "registry-reset/v1": "reason:text inventory:digest versions:count files:count active:digest?",
    "backup-taken/v1": "target:text what:text name:text manifest:digest? dna:text?"
    " tree_size:count? root:digest? listing:digest objects:count size:count confirmed:text",
    "backup-verified/v1": "target:text name:text listing:digest objects:count size:count"
    " damaged:count confirmed:text",
    "backup-pruned/v1": "target:text name:text listing:digest manifest:digest? dna:text?"
    " reason:text",
    "backup-restored/v1": "target:text name:text listing:digest manifest:digest dna:text"
    " objects:count size:count",
    "ledger-restored/v1": "target:text name:text tree_size:count root:digest known_size:count?"
    " known_root:digest? lost:count report:digest",
    "objects-collected/v1": "inventory:digest objects:count size:count grace_days:count",
    "hold-placed/v1": "manifest:digest dna:text reason:text",
    "hold-released/v1": "manifest:digest dna:text reason:text",
    "query-answered/v1": "query:text version:digest? base:digest question:digest answer:digest"
    " prompt_format:text prompt_tokens:count answer_tokens:count duration_ms:count",
    "text-erased/v1": "query:text objects:[digest] reason:text",
    "drift-repaired/v1": "projection:text findings:digest count:count",
    "audit-recorded/v1": "size:count root:digest since:count? deep:bool findings:count"
    " report:digest",
    "source-scanned/v1": "source:text path:text inventory:digest report:digest entries:count"
    " files:count size:count previous:digest?",
    "version-imported/v1": "manifest:digest dna:text claimed:text? weights:digest? form:text"
    " adapters:count language:text? major:count? minor:count? base:digest? base_name:text?"
    " created:text? created_zone:text? verdict:text reason:text record:digest source:text"
    " path:text",
    "base-identified/v1": "manifest:digest dna:text base:digest how:text",
    "ledger-imported/v1": "source:text path:text format:text ledger:digest sealed:bool"
    " blocks:count verified:count reconstructed:count asserted:count contradicted:count"
    " judgements:digest verdict:text reason:text",
    "legacy-item-imported/v1": "source:text path:text what:text digest:digest? sealed:bool"
    " says:text verdict:text reason:text",
    "history-gap/v1": "source:text path:text what:text evidence:text",
    "file-quarantined/v1": "source:text path:text digest:digest size:count reason:text",
    "source-moved-away/v1": "source:text path:text to:text inventory:digest",
    "source-moved-back/v1": "source:text path:text inventory:digest",
    "legacy-text-erased/v1": "source:text path:text object:digest reason:text",
}
STREAMS = {
    "ledger": "ledger-opened key-added key-retired model-key-added model-key-retired"
    " key-protection-changed ledger-repaired ledger-restored",
    "index": "index-logged",
    "audit": "audit-recorded",
    "registry": "version-activated version-withdrawn version-restored registry-reset",
    "base:{manifest}": "base-model-registered",
    "dataset:{dataset}": "dataset-registered",
    "training:{training}": "training-started training-failed training-completed metrics-measured"
    " checkpoint-kept checkpoint-dropped training-resumed",
    "version:{manifest}": "version-certified version-signed reproduction-judged version-imported"
    " base-identified hold-placed hold-released",
    "backup:{target}": "backup-taken backup-verified backup-pruned backup-restored",
    "objects": "objects-collected",
    "legacy:{source}": "source-scanned ledger-imported legacy-item-imported history-gap"
    " file-quarantined source-moved-away source-moved-back legacy-text-erased",
    "line:{language}": "version-numbered",
    "query:{query}": "query-answered text-erased",
    "projection:{projection}": "drift-repaired",
}
STREAM_OF = {f"{kind}/v1": stream for stream, kinds in STREAMS.items() for kind in kinds.split()}


class NoBundle(Exception):
    """FILE is something else."""


class Wrong(Exception):
    """Something cannot be believed; the argument says why."""


class Member(NamedTuple):
    name: str
    start: int  # where its bytes begin
    size: int
    sha256: str


class Key(NamedTuple):
    name: str
    key_id: bytes
    public: bytes
    algorithm: int = 1  # Ed25519; of witnesses: 4 Ed25519, 6 ML-DSA-44

    @property
    def text(self) -> str:
        return f"{self.name}+{self.key_id.hex()}"


class Head(NamedTuple):
    raw: bytes
    text: bytes
    origin: str
    size: int
    root: bytes
    signatures: list[tuple[str, bytes]]  # key name; key ID and signature


class Entry(NamedTuple):
    number: int  # its index in the log
    kind: str  # without "/v1"
    stream: str
    version: int
    time: str
    body: dict[str, Any]


class Report:
    """What was seen. ``unchecked`` is what this machine could not check."""

    def __init__(self) -> None:
        self.findings: list[dict[str, str]] = []
        self.proven: list[str] = []
        self.not_proven: list[str] = []
        self.unchecked: list[str] = []

    def expect(self, check: str, where: str, expected: Any, found: Any) -> bool:
        """Note a finding unless both are the same."""
        same = type(expected) is type(found) and expected == found
        if not same:
            values = {"expected": describe(expected), "found": describe(found)}
            self.findings.append({"check": check, "where": where, **values})
        return same

    def refuse(self, check: str, where: str, why: object) -> None:
        self.expect(check, where, "something that verifies", str(why))

    @property
    def exit_code(self) -> int:
        return 1 if self.findings else 6 if self.unchecked else 0


def describe(value: Any) -> str:
    return "absent" if value is None else str(value)[:MAX_SHOWN]


# The zip: every header is written again and compared, which leaves one spelling of everything.


class Zip:
    """The members of a zip in the one spelling; nothing is unpacked."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.members = {member.name: member for member in read_members(file)}

    def read(self, name: str) -> bytes:
        member = self.members[name]
        if member.size > MAX_READ:
            raise Wrong(f"{name} has {member.size} bytes, more than {MAX_READ}")
        self.file.seek(member.start)
        return self.file.read(member.size)


def read_members(file: BinaryIO) -> list[Member]:
    length = file.seek(0, os.SEEK_END)
    file.seek(max(0, length - 65_557))
    tail = file.read()
    if b"PK\x05\x06" not in tail:
        raise NoBundle("it is no zip file")
    if length < 22:
        raise Wrong("the zip is cut off")
    count, size, offset = struct.unpack("<H2I", tail[-12:-2])
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, size, offset, 0)
    if tail[-22:] != end:
        raise Wrong("the zip does not end with its end record, or that is no plain one")
    if length > MAX_ZIP or count > MAX_MEMBERS:
        raise Wrong(f"the zip has {length} bytes and {count} members: too large")
    if offset + size + 22 != length:
        raise Wrong("the directory of the zip is not where its end record says")
    file.seek(offset)
    directory = file.read(size)
    members: list[Member] = []
    at = position = 0
    for _ in range(count):
        member, crc, header = read_header(directory, at, position)
        check_name(member.name, members[-1].name if members else "")
        if member.start + member.size > offset:
            raise Wrong(f"{member.name} reaches into the directory of the zip")
        members.append(measure(file, member, crc, position))
        at, position = at + header, member.start + member.size
    if (at, position) != (size, offset):
        raise Wrong("the zip has bytes that belong to no member")
    return members


def read_header(directory: bytes, at: int, position: int) -> tuple[Member, int, int]:
    """Return the member that begins at ``position``, its CRC, and the length of this header."""
    misfit = Wrong(f"the directory of the zip is not in the one spelling at byte {at}")
    if at + 46 > len(directory):
        raise misfit
    crc, _, size, length = struct.unpack_from("<3IH", directory, at + 16)
    raw = directory[at + 46 : at + 46 + length]
    fixed = (20, 0x0800, 0, 0, 0x0021, crc, size, size, length)
    header = struct.pack("<4sH", b"PK\x01\x02", 3 << 8 | 20) + struct.pack("<5H3IH", *fixed)
    header += struct.pack("<4H2I", 0, 0, 0, 0, 0o100644 << 16, position) + raw
    if directory[at : at + len(header)] != header:
        raise misfit
    try:
        return Member(raw.decode(), position + 30 + length, size, ""), crc, len(header)
    except UnicodeDecodeError:
        raise misfit from None


def check_name(name: str, before: str) -> None:
    """Refuse what would leave a folder, steer a terminal, or stand twice."""
    bad = {"", ".", ".."}.intersection(name.split("/")) or "\\" in name
    if bad or len(name.encode()) > 1024:
        raise Wrong(f"a name in the zip is refused: {name}")
    if any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in name):
        raise Wrong(f"a name in the zip has a control character: {name}")
    if before.encode() >= name.encode():
        raise Wrong(f"{name} stands twice in the zip, or not in order")


def measure(file: BinaryIO, member: Member, crc: int, position: int) -> Member:
    raw = member.name.encode()
    fixed = (20, 0x0800, 0, 0, 0x0021, crc, member.size, member.size, len(raw), 0)
    header = struct.pack("<4s5H3I2H", b"PK\x03\x04", *fixed) + raw
    file.seek(position)
    if file.read(len(header)) != header:
        raise Wrong(f"{member.name}: what stands before it is not what the directory says")
    digest, found, left = hashlib.sha256(), 0, member.size
    while left:
        piece = file.read(min(left, 1024 * 1024))
        if not piece:
            raise Wrong(f"{member.name} ends too early")
        digest.update(piece)
        found, left = zlib.crc32(piece, found), left - len(piece)
    if found != crc:
        raise Wrong(f"{member.name} has another CRC-32 than the zip says")
    return member._replace(sha256=digest.hexdigest())


# The texts.


def read_json(raw: bytes) -> Any:
    """Read JSON; longer numbers are wrong in any case, and an old Python reads them for minutes."""
    try:
        return json.loads(raw.decode(), parse_int=lambda digits: int(digits[:20]))
    except (ValueError, RecursionError) as error:
        raise Wrong(f"it is no JSON: {error}") from None


def unbase64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if base64.b64encode(data).decode() != text:  # stray bits, or padding too long or too short
        raise Wrong(f"not base64 in its one spelling: {text[:80]}")
    return data


def unhashes(text: str) -> list[bytes]:
    """Return the hashes on the lines of a text."""
    *lines, end = text.split("\n")
    hashes = [unbase64(line) for line in lines]
    if end or any(len(item) != 32 for item in hashes):
        raise Wrong("a line of the proof is no hash")
    return hashes


def decimal(text: str) -> int:
    if re.fullmatch(NUMBER, text) is None or int(text) >= 2**63:
        raise Wrong(f"not a number from 0 to 2^63 - 1: {text[:80]}")
    return int(text)


def read_files(raw: bytes, beginning: dict[str, str]) -> dict[str, tuple[int, str]]:
    """Return path -> size and SHA-256 of a manifest or listing that begins so; one spelling."""
    value = read_json(raw)
    files: dict[str, tuple[int, str]] = {}
    listed = value.get("files") if isinstance(value, dict) else None
    for item in listed if isinstance(listed, list) else [None]:
        if not isinstance(item, dict) or list(item) != ["path", "size", "sha256"]:
            raise Wrong("a file in it has no path, size and sha256")
        path, size, digest = item.values()
        if not isinstance(path, str) or type(size) is not int or not is_digest(digest):
            raise Wrong("a file in it has no path, size and sha256")
        if not 0 <= size <= MAX_COUNT:
            raise Wrong(f"{size} is not the size of a file")
        try:
            check_name(path, "")
        except UnicodeEncodeError:
            raise Wrong("a path in it is no text") from None
        files[path] = (size, digest)
    order = sorted(files)  # of code points, which is that of UTF-8 bytes
    again = [{"path": path, "size": files[path][0], "sha256": files[path][1]} for path in order]
    text = json.dumps({**beginning, "files": again}, indent=2, ensure_ascii=False) + "\n"
    if text.encode() != raw:
        raise Wrong("it is not in its one spelling (order, blanks, keys)")
    for path in order:
        parts = path.split("/")
        if any("/".join(parts[:at]) in files for at in range(1, len(parts))):
            raise Wrong(f"{path} is below another file")
    return files


def is_digest(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(HEX64, value) is not None


def read_note(raw: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Return text and signatures of a signed note."""
    if len(raw) > MAX_NOTE:
        raise Wrong("the note is too long")
    try:
        text, empty, block = raw.decode().rpartition("\n\n")
    except UnicodeDecodeError:
        raise Wrong("the note is not UTF-8") from None
    if not empty or not block.endswith("\n") or UNWRITABLE.search(text):
        raise Wrong("the note does not end with an empty line and signature lines")
    signatures = []
    for line in block[:-1].split("\n"):
        words = line.split(" ")
        name = words[1] if len(words) == 3 else ""
        spaced = any(char.isspace() for char in name)
        if len(words) != 3 or words[0] != "\u2014" or not name or "+" in name or spaced:
            raise Wrong("the note has a line that is no signature")
        blob = unbase64(words[2])
        if UNWRITABLE.search(name) or len(blob) < 5:
            raise Wrong("the note has a signature that is none")
        signatures.append((name, blob))
    if len(signatures) > 100:
        raise Wrong("the note has too many signatures")
    return text + "\n", signatures


def read_head(raw: bytes) -> Head:
    """Read a checkpoint; extension lines are refused: nothing says what they would mean here."""
    text, signatures = read_note(raw)
    lines = text.split("\n")
    if len(lines) != 4:
        raise Wrong("it has other lines than origin, size and root")
    if not lines[0]:
        raise Wrong("it names no log")
    root = unbase64(lines[2])
    if len(root) != 32:
        raise Wrong("its root is no hash")
    return Head(raw, text.encode(), lines[0], decimal(lines[1]), root, signatures)


def read_key(text: str, sizes: Optional[dict[int, int]] = None) -> Key:
    """Read a verifier key; ``sizes`` are bytes by algorithm, those of a log's key unless given."""
    match = KEY_FORM.fullmatch(text)
    if match is None:
        raise Wrong("there is nothing like name+1a2b3c4d+AbCd... in it")
    material = unbase64(match[3])
    key_id = hashlib.sha256(match[1].encode() + b"\n" + material).digest()[:4]
    if (sizes or {1: 33}).get(material[0]) != len(material):
        raise Wrong("it is the key of something else, or of an unknown kind")
    if key_id.hex() != match[2]:
        raise Wrong("its hash is another key's: it was copied wrongly, or changed")
    return Key(match[1], key_id, material[1:], material[0])


# Entries: canonical JSON of a known kind.


def fits(value: Any, form: str) -> bool:
    """Tell whether a value has a form of FORMS, RECORDS or one of the built-in ones."""
    if form.endswith("?"):
        return value is None or fits(value, form[:-1])
    if form.startswith("["):
        return isinstance(value, list) and all(fits(item, form[1:-1]) for item in value)
    if form in RECORDS:
        return record_fits(value, RECORDS[form])
    if form == "names":
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    if form == "bool":
        return isinstance(value, bool)
    if form == "count":
        return type(value) is int and 0 <= value <= MAX_COUNT
    if not isinstance(value, str) or re.fullmatch(FORMS[form], value) is None:
        return False
    return form != "number" or len(value) <= 32


def record_fits(value: Any, fields: str) -> bool:
    pairs = [field.split(":") for field in fields.split()]
    names = [name for name, _ in pairs]
    if not isinstance(value, dict) or list(value) != names:
        return False
    return all(fits(value[name], form) for name, form in pairs)


def read_entry(index: int, raw: bytes) -> Entry:
    """Return an entry in its one spelling, of a known kind, with the fields of that kind."""
    value = read_json(raw)
    try:
        again = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        again = b""
    if again != raw or len(raw) > MAX_ENTRY:
        raise Wrong("it has another order, other blanks or repeated keys, or is too long")
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise Wrong(f"it is of the unknown kind {kind}")
    if list(value) != ["kind", "stream", "stream_version", "time", "actor", "body"]:
        raise Wrong("it has other fields than an entry")
    _, stream, version, time, actor, body = value.values()
    if not record_fits(body, KINDS[kind]):
        raise Wrong(f"its body is not one of {kind}")
    texts = fits(stream, "text") and fits(actor, "text") and fits(time, "time")
    if not texts or not 1 <= len(actor) <= 256 or not fits(version, "count") or version < 1:
        raise Wrong("its envelope is not one of an entry")
    if stream != STREAM_OF[kind].format(**body) or not 1 <= len(stream) <= 512:
        raise Wrong("it names a stream that is not its event's")
    return Entry(index, kind[:-3], stream, version, time, body)


# The tree (RFC 9162, sections 2.1.3.2 and 2.1.4.2; RFC 6962, section 2.1).


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def inclusion_root(raw: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root that a path leads to from an entry."""
    misfit = Wrong(f"entry {index} and {len(path)} hashes do not fit a tree of {size} entries")
    if not index < size:
        raise misfit
    position, last = index, size - 1
    root = hashlib.sha256(b"\x00" + raw).digest()
    for sibling in path:
        if last == 0:
            raise misfit
        right = position & 1 or position == last
        root = node(sibling, root) if right else node(root, sibling)
        while right and not position & 1 and position:
            position, last = position >> 1, last >> 1
        position, last = position >> 1, last >> 1
    if last != 0:
        raise misfit
    return root


def check_consistency(old: Head, new: Head, path: list[bytes]) -> None:
    """Check that the tree of ``new`` begins with that of ``old``, which is smaller."""
    misfit = Wrong(f"{len(path)} hashes do not show that {new.size} entries begin with {old.size}")
    nodes = path if old.size & (old.size - 1) else [old.root, *path]
    if not nodes:
        raise misfit
    position, last = old.size - 1, new.size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = nodes[0]
    for item in nodes[1:]:
        if last == 0:
            raise misfit
        if position & 1 or position == last:
            first, second = node(item, first), node(item, second)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            second = node(second, item)
        position, last = position >> 1, last >> 1
    if last != 0 or (first, second) != (old.root, new.root):
        raise misfit


def tree_root(leaves: list[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    while len(leaves) > 1:
        pairs = [node(*leaves[at : at + 2]) for at in range(0, len(leaves) - 1, 2)]
        leaves = pairs + leaves[len(pairs) * 2 :]
    return leaves[0]


# Signatures. None: this machine cannot tell.


def check_ed25519(public: bytes, text: bytes, signature: bytes) -> Optional[bool]:
    if len(signature) != 64:
        return False
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        key = Ed25519PublicKey.from_public_bytes(public)
    except Exception:  # it is absent, or broken in any way
        # RFC 8410: so begins every Ed25519 public key in DER.
        der = bytes.fromhex("302a300506032b6570032100") + public
        return check_by_openssl(der, text, signature, ["-rawin"])
    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True


def is_p256(der: bytes) -> bool:
    # RFC 5480: so begins every uncompressed public key on P-256 in DER.
    beginning = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
    if len(der) != 91 or not der.startswith(beginning):
        return False
    # SEC 2, section 2.4.2. With a point beside the curve every tool says something else.
    x, y = int.from_bytes(der[27:59], "big"), int.from_bytes(der[59:], "big")
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    return x < prime and y < prime and (y * y - (x * x * x - 3 * x + b)) % prime == 0


def check_p256(der: bytes, data: bytes, signature: bytes) -> Optional[bool]:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import load_der_public_key
    except Exception:  # it is absent, or broken in any way
        options = ["-rawin", "-digest", "sha256"]
        return check_by_openssl(der, data, signature, options)
    try:
        key: Any = load_der_public_key(der)
        key.verify(signature, data, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def check_by_openssl(
    der: bytes, text: bytes, signature: bytes, options: list[str]
) -> Optional[bool]:
    program = shutil.which("openssl") or ""
    if not os.path.isabs(program):  # noqa: PTH117 - Windows would run one in this folder
        return None
    body = base64.encodebytes(der).decode()
    pem = f"-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----\n".encode()
    command = [program, "pkeyutl", "-verify", *options, "-pubin"]
    try:
        with tempfile.TemporaryDirectory() as scratch:
            for option, data in (("-inkey", pem), ("-in", text), ("-sigfile", signature)):
                command += [option, f"{scratch}/file{option}"]
                with open(command[-1], "wb") as file:  # noqa: PTH123
                    file.write(data)
            done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    if done.returncode == 0 and b"Verified Successfully" in done.stdout:
        return True
    return False if b"Verification Failure" in done.stdout + done.stderr else None


# Who signed, and why that key may: a trusted key, or one that it vouched for.


class Term(NamedTuple):
    key: Key
    added: int  # index of its announcement; -1 for a trusted key
    retired: Optional[int]


def announced_keys(entries: list[Entry], origin: str) -> list[Term]:
    found: dict[tuple[str, bytes], Term] = {}
    retired = retirements(entries)
    for entry in entries:
        if entry.kind != "key-added" or entry.body["purpose"] != "checkpoint":
            continue
        try:
            key = read_key(entry.body["verifier"])
        except Wrong:
            continue
        if key.name == origin:
            later = retired.get(entry.body["verifier"], [])
            at = bisect.bisect(later, entry.number)
            until = later[at] if at < len(later) else None
            found.setdefault((key.name, key.key_id), Term(key, entry.number, until))
    return list(found.values())


def retirements(entries: list[Entry]) -> dict[str, list[int]]:
    """Return where each key was retired, rising: a bundle may tell of thousands."""
    found: dict[str, list[int]] = {}
    for entry in entries:
        if entry.kind == "key-retired" and entry.body["purpose"] == "checkpoint":
            found.setdefault(entry.body["verifier"], []).append(entry.number)
    return found


def signers(report: Report, where: str, head: Head, known: list[Key]) -> set[Key]:
    """Return which of the known keys signed; a wrong signature under a known key is a finding."""
    found: set[Key] = set()
    by_id: dict[tuple[str, bytes], Key] = {}
    for key in known:
        if by_id.setdefault((key.name, key.key_id), key) != key:
            report.refuse("signature", where, "two keys have one name and one ID")
    for name, blob in head.signatures:
        signer = by_id.get((name, blob[:4]))
        if signer is None:
            continue
        good = check_ed25519(signer.public, head.text, blob[4:])
        if good is False:
            report.refuse("signature", where, f"the signature of {signer.text} is wrong")
        else:
            found.add(signer)
        if good is None:
            report.unchecked.append(f"the signature of {signer.text} in {where}: {NO_WAY}")
    if not found:
        names = ", ".join(f"{name}+{blob[:4].hex()}" for name, blob in head.signatures)
        report.expect("signature", where, "one by a known key", names)
    return found


def may_sign(trusted: list[Key], terms: list[Term], believed: int, size: int) -> set[Key]:
    """Return the keys that may sign a tree of ``size``, where ``believed`` entries are believed."""
    retired = {term.key: term.retired for term in terms}
    found: set[Key] = set()
    for key in trusted:
        until = retired.get(key)
        if until is None or size <= until:
            found.add(key)
    names = {(key.name, key.key_id) for key in trusted}
    for term in terms:
        if term.added >= believed or (term.key.name, term.key.key_id) in names:
            continue
        # A key never vouches for itself; nobody could vouch for the first one, entry 1.
        since = 0 if term.added == 1 else term.added + 2
        if since <= size and (term.retired is None or size <= term.retired):
            found.add(term.key)
    return found


def check_trust(bundle: "Bundle", report: Report) -> None:
    head, trusted = bundle.head, bundle.trusted
    for name in sorted({key.name for key in trusted}):
        report.expect("origin", "the trusted key", name, head.origin)
    terms = announced_keys(bundle.entries, head.origin)
    known = list(dict.fromkeys([*trusted, *(term.key for term in terms)]))
    steps = []
    for size in sorted(map(int, bundle.parts["chain"])):
        older = older_head(bundle, size, report)
        if older is not None:
            bundle.older.append(older)
            steps.append((older.size, signers(report, f"chain/{size}", older, known)))
    for name in bundle.parts["consistency"]:
        if name not in bundle.parts["chain"]:
            report.expect("chain", f"chain/{name}.consistency", "a checkpoint beside it", None)
    steps.append((head.size, signers(report, "checkpoint", head, known)))
    believed = 0
    for size, found in steps:
        if size > believed and found & may_sign(trusted, terms, believed, size):
            believed = size
    if report.findings:
        return
    may, found = may_sign(trusted, terms, believed, head.size), steps[-1][1]
    names = " and ".join(sorted(key.text for key in (may & found or found)))
    if believed != head.size:
        wanted = " or ".join(sorted(key.text for key in may)) or "nobody"
        report.expect("signature", "checkpoint", f"one by {wanted}, which may sign here", names)
        return
    what = f"{head.origin} had {head.size} entries with the root {head.root.hex()}"
    told, words = (report.not_proven, ", unchecked,") if report.unchecked else (report.proven, "")
    told.append(f"{what}: signed{words} by {names}")


def older_head(bundle: "Bundle", size: int, report: Report) -> Optional[Head]:
    """Return a checkpoint of ``chain/`` whose tree the newest one is proved to begin with."""
    where, proof = f"chain/{size}.checkpoint", f"chain/{size}.consistency"
    try:
        older = read_head(bundle.zip.read(where))
        report.expect("origin", where, bundle.head.origin, older.origin)
        report.expect("chain", where, size, older.size)
        if not 0 < older.size < bundle.head.size:
            raise Wrong(f"it is not of a smaller tree than the {bundle.head.size} entries here")
        if proof not in bundle.zip.members:
            raise Wrong("there is no proof that the checkpoint goes on from it")
        path = unhashes(bundle.zip.read(proof).decode(errors="replace"))
        check_consistency(older, bundle.head, path)
    except Wrong as wrong:
        report.refuse("chain", where, wrong)
        return None
    return older


def check_witnesses(bundle: "Bundle", report: Report) -> None:
    """Check that each witness cosigned a checkpoint that covers the version."""
    for key in bundle.witnesses:
        sizes = []
        for head in (bundle.head, *bundle.older):
            if head.size > bundle.versions[0].number:
                good = [check_cosignature(report, key, head, line) for line in head.signatures]
                sizes += [head.size] if any(good) else []
        if report.expect("cosignature", key.text, True, bool(sizes)):
            report.proven.append(f"{key.text} cosigned {max(sizes)} entries, the version's too")


def check_cosignature(
    report: Report, key: Key, head: Head, line: tuple[str, bytes]
) -> Optional[bool]:
    """Check one line of a checkpoint (https://c2sp.org/tlog-cosignature); None: another key's."""
    name, blob = line
    if (name, blob[:4]) != (key.name, key.key_id):
        return None
    time, signature = int.from_bytes(blob[4:12], "big"), blob[12:]
    if time >= 2**63 or len(signature) != {4: 64, 6: 2420}[key.algorithm]:
        good: Optional[bool] = False
    elif key.algorithm == 4:
        text = f"cosignature/v1\ntime {time}\n".encode() + head.text
        good = check_ed25519(key.public, text, signature)
    else:
        good = check_ml_dsa(key, head, blob[4:12], signature)
    if good is False:
        report.refuse("cosignature", key.text, "the cosignature is wrong")
    if good is None:
        report.unchecked.append(f"the cosignature of {key.text}: {NO_WAY}")
    return True


def check_ml_dsa(key: Key, head: Head, time: bytes, signature: bytes) -> Optional[bool]:
    name, origin = key.name.encode(), head.origin.encode()
    if max(len(name), len(origin)) > 255:
        return False
    text = b"subtree/v1\n\0" + bytes([len(name)]) + name + time
    text += bytes([len(origin)]) + origin + bytes(8) + head.size.to_bytes(8, "big") + head.root
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import mldsa

        public = mldsa.MLDSA44PublicKey.from_public_bytes(key.public)
    except Exception:  # it is absent, too old, or broken in any way
        return None
    try:
        public.verify(signature, text)
    except InvalidSignature:
        return False
    return True


# The bundle: its listing, its entries under the root, the history that they tell.


class Bundle:
    """An open zip, and what was read from it."""

    def __init__(self, zipped: Zip, trusted: list[Key], witnesses: list[Key]) -> None:
        self.zip, self.trusted, self.witnesses = zipped, trusted, witnesses
        self.older: list[Head] = []  # checkpoints that the newest one goes on from
        self.parts: dict[str, list[str]] = {part: [] for part in PLACES}
        self.origin = self.dna = self.manifest = ""
        self.head = Head(b"", b"", "", 0, b"", [])
        self.entries: list[Entry] = []
        self.used: set[int] = set()
        self.versions: list[Entry] = []  # certifications: the version, then its ancestors
        self.by_manifest: dict[str, Entry] = {}  # the same
        self.imported: Optional[Entry] = None  # what the last of them continues from
        self.by_name: dict[tuple[str, Any], list[Entry]] = {}  # by kind and NAMED_BY
        self.bases: dict[str, dict[str, Any]] = {}
        self.datasets: dict[str, list[dict[str, Any]]] = {}  # every registration
        self.manifests: dict[str, dict[str, tuple[int, str]]] = {}
        self.timeline: list[str] = []

    def place(self, name: str) -> bool:
        """Note what a file is; tell whether it has a place in a bundle."""
        for part, form in PLACES.items():
            match = re.fullmatch(form, name)
            if match:
                self.parts[part].append(match[1])
                return True
        return False

    def certified(self, manifest: Optional[str]) -> Optional[Entry]:
        return self.by_manifest.get(manifest or "")

    def about(self, entry: Entry) -> Optional[Entry]:
        """Return what began the version of the lineage that an entry speaks of."""
        manifest, old = entry.body.get("manifest"), self.imported
        if entry.kind == "version-signed" and old and old.body["manifest"] == manifest:
            return old
        return self.certified(manifest)


def read_listing(raw: bytes) -> tuple[dict[str, str], dict[str, tuple[int, str]]]:
    """Return what bundle.json says of the subject, and its files."""
    value = read_json(raw)
    names = ["format", "origin", "dna", "manifest", "files"]
    if not isinstance(value, dict) or list(value) != names:
        raise Wrong("it has other fields than a listing")
    head = {name: value[name] for name in names[:-1]}
    if not all(isinstance(item, str) for item in head.values()) or head["format"] != FORMAT:
        raise Wrong("it has something else where a text belongs")
    if not is_digest(head["manifest"]):
        raise Wrong("it names no manifest")
    return head, read_files(raw, head)


def check_listing(bundle: Bundle, report: Report) -> None:
    """Compare bundle.json with the files that are there."""
    members = bundle.zip.members
    if "bundle.json" not in members:
        raise NoBundle("there is no bundle.json in it")
    raw = bundle.zip.read("bundle.json")
    if not raw.startswith(f'{{\n  "format": "{FORMAT}",\n'.encode()):
        raise NoBundle(f"bundle.json is not of the format {FORMAT}")
    try:
        head, files = read_listing(raw)
    except (Wrong, UnicodeEncodeError) as wrong:
        report.refuse("listing", "bundle.json", wrong)
        return
    _, bundle.origin, bundle.dna, bundle.manifest = head.values()
    for name in sorted({*files, *members}):
        if name != "bundle.json" or name in files:
            member = members.get(name)
            found = (member.size, member.sha256) if member else None
            report.expect("file", name, files.get(name), found)
    for name in members:
        if not bundle.place(name):
            report.expect("unknown-file", name, None, "a file")


def check_entries(bundle: Bundle, report: Report) -> None:
    """Read the checkpoint and every entry under it."""
    try:
        if not bundle.parts["checkpoint"]:
            raise Wrong("there is none")
        bundle.head = read_head(bundle.zip.read("checkpoint"))
    except Wrong as wrong:
        report.refuse("checkpoint", "checkpoint", wrong)
        return
    report.expect("origin", "checkpoint", bundle.origin, bundle.head.origin)
    indices, proved = (set(map(int, bundle.parts[part])) for part in ("entry", "proof"))
    for index in sorted(indices ^ proved):
        report.expect("proof", f"entry {index}", "an entry and its proof", "only one of them")
    for index in sorted(indices & proved):
        try:
            raw = bundle.zip.read(f"entries/{index}.json")
            check_proof(bundle, index, raw)
            bundle.entries.append(read_entry(index, raw))
        except Wrong as wrong:
            report.refuse("entry", f"entries/{index}.json", wrong)


def check_proof(bundle: Bundle, index: int, raw: bytes) -> None:
    proof = bundle.zip.read(f"proofs/{index}.tlog-proof")
    text, empty, head = proof.partition(b"\n\n")
    if not empty or head != bundle.head.raw:
        raise Wrong("its proof is under another checkpoint than the bundle's")
    lines = text.decode(errors="replace").split("\n")
    if lines[:2] != ["c2sp.org/tlog-proof@v1", f"index {index}"]:
        raise Wrong("its proof is of another entry, or carries other bytes")
    path = unhashes("".join(f"{line}\n" for line in lines[2:]))
    if len(path) > 63:
        raise Wrong("its proof is too long")
    root = inclusion_root(raw, index, bundle.head.size, path)
    if root != bundle.head.root:
        raise Wrong("its proof leads to another root than the checkpoint's")


def check_streams(bundle: Bundle, report: Report) -> None:
    first = bundle.entries[0] if bundle.entries else None
    if first is None or first.number != 0 or first.kind != "ledger-opened":
        report.expect("opening", "entry 0", "the opening of the ledger", "something else")
        return
    report.expect("opening", "entry 0", bundle.origin, first.body["origin"])
    report.expect("opening", "entry 0", LEDGER_FORMAT, first.body["format"])
    newest: dict[str, int] = {}
    for entry in bundle.entries:
        before = newest.get(entry.stream, 0)
        newest[entry.stream] = entry.version
        in_part = entry.stream.startswith(("registry", "line:"))
        if entry.version <= before or (entry.version != before + 1 and not in_part):
            found = f"{entry.stream} {entry.version}"
            report.expect("stream", f"entry {entry.number}", f"{entry.stream} {before + 1}", found)


NAMED_BY = {
    "version-certified": "manifest",
    "training-completed": "training",
    "version-numbered": "training",
    "training-started": "training",
    "base-model-registered": "manifest",
    "dataset-registered": "dataset",
    "version-imported": "manifest",
    "base-identified": "manifest",
}


def the_one(bundle: Bundle, report: Report, kind: str, value: str, before: int) -> Optional[Entry]:
    """Return the entry of a kind that speaks of something, if there is one and it came before."""
    found = bundle.by_name.get((kind, value), [])
    if len(found) != 1:
        report.expect("lineage", f"{kind} {value}", "one entry", f"{len(found)} entries")
        return None
    if found[0].number >= before:
        place = f"entry {found[0].number}"
        report.expect("lineage", f"{kind} {value}", f"an entry before {before}", place)
        return None
    bundle.used.add(found[0].number)
    return found[0]


def check_lineage(bundle: Bundle, report: Report) -> None:
    """Follow the version back to its base model."""
    for entry in bundle.entries:
        if entry.kind in NAMED_BY:
            key = entry.kind, entry.body[NAMED_BY[entry.kind]]
            bundle.by_name.setdefault(key, []).append(entry)
    following: Optional[str] = bundle.manifest
    before = bundle.entries[-1].number + 1
    while following is not None:
        version = the_one(bundle, report, "version-certified", following, before)
        if version is None:
            return
        bundle.versions.append(version)
        bundle.by_manifest[following] = version
        started = check_version(bundle, report, version)
        if started is None:
            return
        following, before = started.body["parent"], started.number
        if ("version-imported", following) in bundle.by_name:
            check_imported(bundle, report, started)
            break
    report.expect("subject", "bundle.json", bundle.versions[0].body["dna"], bundle.dna)


def check_imported(bundle: Bundle, report: Report, started: Entry) -> None:
    """Check the imported version that a training went on from: here the lineage ends."""
    manifest = started.body["parent"]
    imported = the_one(bundle, report, "version-imported", manifest, started.number)
    if imported is None:
        return
    bundle.imported = imported
    report.expect("form", f"entry {imported.number}", "adapter", imported.body["form"])
    base = imported.body["base"]
    for entry in bundle.by_name.get(("base-identified", manifest), []):
        bundle.used.add(entry.number)
        where = f"entry {entry.number}"
        report.expect("dna-name", where, imported.body["dna"], entry.body["dna"])
        if entry.number < started.number:
            base = entry.body["base"]
    report.expect("base", f"entry {started.number}", started.body["base"], base)


def check_version(bundle: Bundle, report: Report, version: Entry) -> Optional[Entry]:
    """Check one version against its training; return how that began."""
    body, where = version.body, f"entry {version.number}"
    name = body["training"]
    done = the_one(bundle, report, "training-completed", name, version.number)
    number = the_one(bundle, report, "version-numbered", name, version.number)
    before = done.number if done else version.number
    started = the_one(bundle, report, "training-started", name, before)
    if done is None or number is None or started is None:
        return None
    begun = started.body
    report.expect("weights", where, done.body["weights"], body["weights"])
    for field in ("base", "dataset", "language"):
        report.expect(field, where, begun[field], body[field])
    for field in ("language", "major", "minor"):
        report.expect("number", where, number.body[field], body[field])
    match = DNA.fullmatch(body["dna"])
    parts = match.groups() if match else ("",) * 6
    time8 = hashlib.sha256(body["certified_at"].encode()).hexdigest()[:8]
    wanted = (str(body["major"]), str(body["minor"]), body["language"], body["weights"][:8], time8)
    report.expect("dna-name", where, wanted, (*parts[:3], *parts[4:]))
    categories = parts[3].split("-")
    report.expect("dna-name", where, sorted(set(categories)), categories)
    check_materials(bundle, report, started)
    return started


def check_materials(bundle: Bundle, report: Report, started: Entry) -> None:
    """Check base model and datasets: registered before, and maybe again under other names."""
    begun, before = started.body, started.number
    kind, sizes = "base-model-registered", ("files", "size")
    found = registrations(bundle, report, kind, begun["base"], before, sizes)
    if found:
        bundle.bases[begun["base"]] = found[0]
    for digest in (begun["dataset"], begun["evaluation"]):
        if digest is not None:
            kind, sizes = "dataset-registered", ("rows", "size")
            found = registrations(bundle, report, kind, digest, before, sizes)
            if found:
                bundle.datasets[digest] = found


def registrations(
    bundle: Bundle, report: Report, kind: str, value: str, before: int, sizes: tuple[str, str]
) -> list[dict[str, Any]]:
    """Return the bodies of all registrations of one material; the first must come before."""
    found = bundle.by_name.get((kind, value), [])
    if not found or found[0].number >= before:
        report.expect("lineage", f"{kind} {value}", f"an entry before {before}", None)
        return []
    for entry in found:
        bundle.used.add(entry.number)
        for name in sizes:
            where = f"entry {entry.number}"
            report.expect("material", where, found[0].body[name], entry.body[name])
    return [entry.body for entry in found]


class Activity:
    """What became of the versions of the lineage."""

    def __init__(self, bundle: Bundle, report: Report) -> None:
        self.bundle, self.report = bundle, report
        self.active: Optional[str] = None
        self.withdrawn: set[str] = set()
        self.removed: set[str] = set()

    def follow(self) -> None:
        steps = {
            "version-activated": self.activated,
            "version-withdrawn": self.withdrew,
            "registry-reset": self.reset,
            "version-restored": self.restored,
        }
        for entry in self.bundle.entries:
            if entry.kind in steps:
                steps[entry.kind](entry, entry.body)

    def activated(self, entry: Entry, body: dict[str, Any]) -> None:
        mine = self.stands(entry)
        if not mine and self.bundle.certified(body["previous"]) is None:
            return
        self.was_active(entry, body["previous"])
        where, manifest = f"entry {entry.number}", body["manifest"]
        if mine:
            self.report.expect("withdrawn", where, False, manifest in self.withdrawn)
            self.report.expect("reset", where, False, manifest in self.removed)
        self.active = manifest if mine else None
        self.tell(entry, f"{body['dna']} became active")

    def withdrew(self, entry: Entry, body: dict[str, Any]) -> None:
        if not self.stands(entry):
            return
        where, manifest = f"entry {entry.number}", body["manifest"]
        self.report.expect("withdrawn", where, False, manifest in self.withdrawn)
        self.report.expect("active", where, self.active == manifest, body["was_active"])
        self.active = None if self.active == manifest else self.active
        self.withdrawn.add(manifest)
        self.tell(entry, f"{body['dna']} was withdrawn: {body['reason']}")

    def reset(self, entry: Entry, body: dict[str, Any]) -> None:
        earlier = (v.body["manifest"] for v in self.bundle.versions if v.number < entry.number)
        there = set(earlier)
        if there:
            self.was_active(entry, body["active"])
            self.active = None
            self.removed |= there
            self.tell(entry, f"the certified tree was emptied: {body['reason']}")

    def restored(self, entry: Entry, body: dict[str, Any]) -> None:
        if self.stands(entry):
            gone = body["manifest"] in self.removed
            self.report.expect("reset", f"entry {entry.number}", True, gone)
            self.removed.discard(body["manifest"])
            self.tell(entry, f"{body['dna']} was restored")

    def stands(self, entry: Entry) -> bool:
        version = self.bundle.certified(entry.body["manifest"])
        if version is None:
            return False
        where = f"entry {entry.number}"
        self.report.expect("dna-name", where, version.body["dna"], entry.body["dna"])
        self.report.expect("certified", where, True, version.number < entry.number)
        return True

    def was_active(self, entry: Entry, claimed: Optional[str]) -> None:
        known = claimed if self.bundle.certified(claimed) else None
        self.report.expect("active", f"entry {entry.number}", self.active, known)

    def tell(self, entry: Entry, text: str) -> None:
        self.bundle.used.add(entry.number)
        self.bundle.timeline.append(f"{entry.time}  {text}")


def check_manifests(bundle: Bundle, report: Report) -> None:
    told = [*bundle.versions, *([bundle.imported] if bundle.imported else [])]
    certified = {entry.body["manifest"]: entry.body for entry in told}
    wanted, there = {*certified, *bundle.bases}, set(bundle.parts["manifest"])
    for digest in sorted(wanted ^ there):
        state = "absent" if digest in wanted else "a file that nothing names"
        report.expect("manifest", f"manifests/{digest}.json", "what the entries name", state)
    for digest in sorted(wanted & there):
        path = f"manifests/{digest}.json"
        report.expect("manifest-digest", path, digest, bundle.zip.members[path].sha256)
        try:
            raw = bundle.zip.read(path)
            files = read_files(raw, {"format": "oneseek-manifest/v1"})
        except (Wrong, UnicodeEncodeError) as wrong:
            report.refuse("manifest", path, wrong)
            continue
        bundle.manifests[digest] = files
        if digest in certified:
            report.expect("weights", path, certified[digest]["weights"], weights_digest(files))
        if digest in bundle.bases:
            base, size = bundle.bases[digest], sum(size for size, _ in files.values())
            report.expect("base", path, (base["files"], base["size"]), (len(files), size))


def weights_digest(files: dict[str, tuple[int, str]]) -> Optional[str]:
    """Return the weight file's SHA-256; of shards, that of what ``sha256sum`` prints of them."""
    paths = sorted(path for path in files if WEIGHTS.fullmatch(path))
    if len(paths) == 1:
        return files[paths[0]][1]
    lines = "".join(f"{files[path][1]}  {path}\n" for path in paths)
    return hashlib.sha256(lines.encode()).hexdigest() if paths else None


def check_statements(bundle: Bundle, report: Report) -> None:
    """Check measurements, signatures and reproductions; refuse entries that belong to nothing."""
    trainings = {entry.body["training"] for entry in bundle.versions}
    named = set()
    for entry in bundle.entries:
        body, where = entry.body, f"entry {entry.number}"
        version = bundle.about(entry)
        if entry.kind == "metrics-measured" and body["training"] in trainings:
            report.expect("measured-on", where, True, body["dataset"] in bundle.datasets)
        elif entry.kind in ("version-signed", "reproduction-judged") and version:
            report.expect("dna-name", where, version.body["dna"], body["dna"])
            if entry.kind == "version-signed":
                named.add(body["signature"])
                check_signed(bundle, report, entry)
            else:
                report.expect("training", where, version.body["training"], body["training"])
        elif entry.stream != "ledger":
            continue
        bundle.used.add(entry.number)
    for digest in bundle.parts["signature"]:
        if digest not in named:
            report.expect("unknown-file", f"signatures/{digest}.sig", None, "a file")
    for entry in bundle.entries:
        if entry.number not in bundle.used:
            where = f"entry {entry.number}"
            report.expect("extra-entry", where, "nothing that is foreign", entry.kind)


def check_signed(bundle: Bundle, report: Report, entry: Entry) -> None:
    """Check the key of a version's signature, and the signature where it is in the bundle."""
    body, where = entry.body, f"entry {entry.number}"
    der = model_key(bundle, report, entry)
    path = f"signatures/{body['signature']}.sig"
    if path not in bundle.zip.members:
        report.not_proven.append(f"the signature that {where} names: it is not in the bundle")
        return
    report.expect("signature-digest", path, body["signature"], bundle.zip.members[path].sha256)
    if report.findings or der is None:
        return
    try:
        good = check_model_signature(bundle, body["manifest"], bundle.zip.read(path), der)
    except (Wrong, KeyError, TypeError, IndexError, AttributeError, ValueError) as wrong:
        report.refuse("model-signature", path, wrong)
        return
    if good is None:
        report.unchecked.append(f"{path}: {NO_WAY}")
    else:
        report.proven.append(f"the files of {body['dna']} are signed by the key {body['key']}")


def model_key(bundle: Bundle, report: Report, signed: Entry) -> Optional[bytes]:
    """Return the key of a signature as DER: announced before it, and not retired before it."""
    where, key = f"entry {signed.number}", signed.body["key"]
    before = [e for e in bundle.entries if e.number < signed.number and e.body.get("key") == key]
    added = [e.body for e in before if e.kind == "model-key-added"]
    if not added or any(e.kind == "model-key-retired" for e in before):
        report.expect("model-key", where, "a model key in force", key)
        return None
    try:
        der = unbase64(added[0]["public_key"])
    except Wrong:
        der = b""
    right = hashlib.sha256(der).hexdigest() == key and is_p256(der)
    right = right and added[0]["algorithm"] == "ecdsa-p256-sha256"
    report.expect("model-key", where, True, right)
    return der


def check_model_signature(bundle: Bundle, manifest: str, raw: bytes, der: bytes) -> Optional[bool]:
    """Check a model.sig: a DSSE envelope around a statement about every file of the manifest."""
    kind = "application/vnd.in-toto+json"
    envelope = read_json(raw)["dsseEnvelope"]
    (one,) = envelope["signatures"]
    payload = unbase64(envelope["payload"])
    statement = read_json(payload)
    resources = statement["predicate"]["resources"]
    found = {item["name"]: item["digest"] for item in resources}
    wanted = {path: digest for path, (_, digest) in bundle.manifests[manifest].items()}
    wanted["manifest.json"] = manifest
    if found != wanted or len(resources) != len(wanted):
        raise Wrong("the statement is about other files than the manifest")
    if any(item["algorithm"] != "sha256" for item in resources):
        raise Wrong("the statement has digests other than SHA-256")
    (subject,) = statement["subject"]
    root = hashlib.sha256(b"".join(bytes.fromhex(item) for item in found.values())).hexdigest()
    if subject["digest"]["sha256"] != root:
        raise Wrong("the subject of the statement is not the digest over its files")
    types = (envelope["payloadType"], statement["predicateType"])
    if types != (kind, "https://model_signing/signature/v1.0"):
        raise Wrong("it is no statement of OpenSSF Model Signing v1.0")
    data = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    good = check_p256(der, data, unbase64(one["sig"]))
    if good is False:
        raise Wrong("the signature is not by the announced key over these files")
    return good


def check_files(bundle: Bundle, report: Report) -> None:
    """Check row hashes, keys, exports and the certified folder."""
    for digest in sorted(set(bundle.parts["rows"]) - set(bundle.datasets)):
        report.expect("unknown-file", f"rows/{digest}.leaves", None, "a file")
    for digest, found in bundle.datasets.items():
        if digest in bundle.parts["rows"]:
            check_rows(bundle, report, f"rows/{digest}.leaves", found)
        else:
            name = found[0]["name"]
            report.not_proven.append(f"the rows of dataset {name}: no hashes are here")
    check_keys(bundle, report)
    subject = bundle.versions[0].body
    digests = (subject["manifest"], subject["weights"], oms_root(bundle, subject["manifest"]))
    for name in bundle.parts["export"]:
        raw = bundle.zip.read(f"exports/{name}")
        there = any(digest.encode() in raw for digest in digests)
        report.expect("export", f"exports/{name}", True, there)
    if not report.findings:
        check_model(bundle, report, subject)


def oms_root(bundle: Bundle, manifest: str) -> str:
    """Return the digest of a folder as OpenSSF Model Signing computes it."""
    files = {path: digest for path, (_, digest) in bundle.manifests[manifest].items()}
    files["manifest.json"] = manifest
    order = sorted(files, key=lambda path: path.split("/"))
    return hashlib.sha256(b"".join(bytes.fromhex(files[path]) for path in order)).hexdigest()


def check_keys(bundle: Bundle, report: Report) -> None:
    keys: dict[str, bytes] = {}
    for entry in bundle.entries:
        if entry.kind == "key-added":
            keys[f"{entry.number}.vkey"] = entry.body["verifier"].encode() + b"\n"
        if entry.kind == "model-key-added":
            keys[f"{entry.number}.pem"] = as_pem(entry.body["public_key"])
    for name in sorted({*keys, *bundle.parts["key"]}):
        found = bundle.zip.read(f"keys/{name}") if name in bundle.parts["key"] else None
        report.expect("key-file", f"keys/{name}", keys.get(name), found)
    for name in bundle.parts["witness"]:
        raw = bundle.zip.read(f"keys/witness/{name}.vkey")
        report.expect("key-file", f"keys/witness/{name}.vkey", True, is_witness(raw, name))


def as_pem(text: str) -> bytes:
    """Return base64 in the lines of a PEM file, as it was announced."""
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    whole = ["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]
    return "\n".join(whole).encode()


def is_witness(raw: bytes, name: str) -> bool:
    """Tell whether a file holds the key of a witness with this ID."""
    try:
        key = read_key(raw.decode(errors="replace")[:-1], WITNESS_SIZES)
    except Wrong:
        return False
    return raw.endswith(b"\n") and key.key_id.hex() == name


def check_rows(bundle: Bundle, report: Report, path: str, found: list[dict[str, Any]]) -> None:
    """Check row hashes; the same rows registered again, with new salts, have another root."""
    raw, first = bundle.zip.read(path), found[0]
    if report.expect("rows", path, first["rows"] * 32, len(raw)):
        root = tree_root([raw[at : at + 32] for at in range(0, len(raw), 32)]).hex()
        if report.expect("row-root", path, True, root in [body["row_root"] for body in found]):
            what = f"dataset {first['name']}: the hashes of its {first['rows']} rows"
            report.proven.append(f"{what} give the root that was registered")


def check_model(bundle: Bundle, report: Report, subject: dict[str, Any]) -> None:
    if not bundle.parts["model"]:
        report.not_proven.append("the files of the version themselves: they are not in the bundle")
        return
    path = f"manifests/{subject['manifest']}.json"
    wanted = dict(bundle.manifests[subject["manifest"]])
    wanted["manifest.json"] = (bundle.zip.members[path].size, subject["manifest"])
    files = {f"{subject['dna']}/{name}": measured for name, measured in wanted.items()}
    for name in sorted({*files, *bundle.parts["model"]}):
        member = bundle.zip.members.get(f"model/{name}")
        found = (member.size, member.sha256) if member else None
        report.expect("model-file", f"model/{name}", files.get(name), found)
    report.proven.append(f"the {len(wanted) - 1} files of {subject['dna']} are as certified")


def tell(bundle: Bundle, report: Report) -> None:
    """Say what follows from everything together, and what does not."""
    first, last = bundle.versions[0].body, bundle.versions[-1].body
    base = bundle.bases[last["base"]]["name"]
    report.proven.insert(0, f"{len(bundle.entries)} entries are in the log, each under its root")
    through = ""
    if bundle.imported:
        old = bundle.imported.body
        through = f", through the imported version {old['dna']}"
        report.not_proven.append(
            f"how {old['dna']} was made, and that it stands on that base model: an older system's"
            f" records were imported, {old['verdict']} ({old['reason']})"
        )
    report.proven.append(
        f"{first['dna']} (manifest {first['manifest']}) goes back to the base model {base}"
        f" ({last['base']}), versions: {len(bundle.versions)}{through}, every step by digest"
    )
    report.not_proven += [
        "that no entry was left out of streams that are told in part: a proof of inclusion shows"
        " what is in a log, never what is not; ask for the log, or for a proof of absence",
        "that no key was retired, no version withdrawn and nothing reset after the last entry"
        " that is told here, or after the checkpoint",
        "the times, names and reasons: they are what the writers said",
        "README.txt and verify_bundle.py in the bundle: use a copy that you trust",
    ]
    if bundle.parts["export"]:
        report.not_proven.append("what exports/ says beyond naming the version")
    if bundle.parts["witness"] or len(bundle.head.signatures) > 1:
        report.not_proven.append(
            "the cosignatures of witnesses that you did not name with --witness"
        )


def check_activity(bundle: Bundle, report: Report) -> None:
    Activity(bundle, report).follow()


STEPS: list[Callable[[Bundle, Report], None]] = [
    check_listing, check_entries, check_trust, check_streams, check_lineage, check_witnesses,
    check_activity, check_manifests, check_statements, check_files, tell,
]  # fmt: skip


def examine(
    file: BinaryIO, trusted: list[Key], witnesses: list[Key]
) -> tuple[Report, Optional[Bundle]]:
    """Judge a bundle. The first step that finds something is the last one taken."""
    report, bundle = Report(), None
    try:
        bundle = Bundle(Zip(file), trusted, witnesses)
        for step in STEPS:
            step(bundle, report)
            if report.findings:
                break
    except Wrong as wrong:
        report.refuse("file", "the zip", wrong)
    return report, bundle


def shown(text: str) -> str:
    """Return text that stays on its line and cannot steer a terminal."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def say(lines: Iterable[str]) -> None:
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        for line in lines:
            print(line.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except OSError:  # nobody reads any more: the exit code still tells
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_report(report: Report, bundle: Optional[Bundle], as_json: bool) -> None:
    if as_json:
        names = ("findings", "proven", "not_proven", "unchecked")
        told = {name: getattr(report, name) for name in names}
        timeline = bundle.timeline if bundle else []
        value = {"ok": report.exit_code == 0, **told, "timeline": timeline}
        say([json.dumps(value, indent=2)])
        return
    form = "WRONG       {check}: {where}: expected {expected}, found {found}"
    lines = [form.format(**finding) for finding in report.findings]
    if not lines:
        lines += [f"proven      {line}" for line in report.proven]
        lines += [f"timeline    {line}" for line in (bundle.timeline if bundle else [])]
        lines += [f"NOT PROVEN  {line}" for line in report.not_proven]
    lines += [f"UNCHECKED   {line}" for line in report.unchecked]
    whole = {0: "The bundle holds.", 1: "The bundle is refused.", 6: "Not everything was checked."}
    say(shown(line) for line in [whole[report.exit_code], *lines])


def given_witnesses(text: str) -> list[Key]:
    """Read the verifier key of a witness, or the file that holds some."""
    return given_keys(text, WITNESS_SIZES)


def given_keys(text: str, sizes: Optional[dict[int, int]] = None) -> list[Key]:
    """Read a verifier key, or the file that holds some, one on each line."""
    try:
        if KEY_FORM.fullmatch(text) is None:
            with open(text, encoding="utf-8") as file:  # noqa: PTH123
                text = file.read(10_000).strip()
        return [read_key(line, sizes) for line in text.split() or [""]]
    except (OSError, ValueError, Wrong) as error:
        raise argparse.ArgumentTypeError(shown(f"not a key: {text}: {error}")) from None


def main(argv: Optional[list[str]] = None) -> int:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("file", help="the bundle")
    about = "a verifier key of the log, or its file; may be repeated"
    parser.add_argument("--trust", type=given_keys, action="extend", required=True, help=about)
    about = "the key of a witness that must have cosigned; may be repeated"
    parser.add_argument("--witness", type=given_witnesses, action="extend", default=[], help=about)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(argv)
    logs = {key.public for key in options.trust}
    parties: dict[bytes, str] = {}
    for key in options.witness:
        if key.public in logs or parties.setdefault(key.public, key.name) != key.name:
            parser.error(f"{key.text} has the key of another party")
    try:
        with open(options.file, "rb") as file:  # noqa: PTH123
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise NoBundle("it is no file")
            report, bundle = examine(file, options.trust, options.witness)
    except (NoBundle, OSError, ValueError) as error:
        parser.error(shown(f"not a bundle: {options.file}: {error}"))
    print_report(report, bundle, options.json)
    return report.exit_code


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
