"""Every reader of bytes or text from outside, and inputs from which a fuzzer can start.

A reader takes bytes. It may return what it read, in which case writing that again must give the
same bytes, or raise an error that is meant for a person. Everything else is a fault.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from builders import EXAMPLES, ORIGIN, digest, dna, entry
from bundles.story import packed
from oneseek.adapters.bundle.reading import BundleFiles
from oneseek.domain.bundle.listing import Listing
from oneseek.domain.errors import InvalidInput
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.merkle.bundles import format_bundle, parse_bundle
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.tiles import parse_tile_path
from oneseek.domain.names import DnaName
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.consistency_file import ConsistencyFile
from oneseek.domain.note.signed_note import (
    Note,
    NoteSignature,
    VerifierKey,
    format_note,
    key_id,
    parse_note,
)
from oneseek.domain.note.tlog_proof import TlogProof
from oneseek.domain.registry import REGISTRY

_CHECKPOINT = Checkpoint(ORIGIN, 3, leaf_hash(b"root"))
_NOTE = format_note(Note(_CHECKPOINT.body(), (NoteSignature(ORIGIN, 7, b"signature"),)))
_MANIFEST = Manifest(
    (ManifestFile("å/b.json", 3, digest("b")), ManifestFile("config.json", 7, digest("c")))
)


@dataclass(frozen=True)
class Parser:
    """``again`` reads bytes and writes what it read."""

    name: str
    again: Callable[[bytes], bytes]
    seeds: tuple[bytes, ...]


def _text(data: bytes) -> str:
    """Decode as the callers of these readers do."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InvalidInput("not UTF-8") from None


def _packed_again(data: bytes) -> bytes:
    found = BundleFiles(BytesIO(data))
    return packed({path: found.read(path) for path in found.measured})


PARSERS = (
    Parser(
        "entry",
        lambda data: REGISTRY.encode(REGISTRY.decode(data)),
        tuple(REGISTRY.encode(entry(event)) for event in EXAMPLES),
    ),
    Parser(
        "bundle listing",
        lambda data: Listing.from_bytes(data).to_bytes(),
        (Listing(ORIGIN, dna(), digest("manifest"), _MANIFEST.files).to_bytes(),),
    ),
    Parser("bundle", _packed_again, (packed({"a": b"1", "å/b": b"", "c": b"23"}),)),
    Parser("note", lambda data: format_note(parse_note(data)), (_NOTE,)),
    Parser(
        "checkpoint",
        lambda data: Checkpoint.parse(_text(data)).body().encode(),
        (_CHECKPOINT.body().encode(),),
    ),
    Parser(
        "proof",
        lambda data: TlogProof.parse(data).format(),
        (
            TlogProof(1, (leaf_hash(b"a"), leaf_hash(b"b")), _NOTE).format(),
            TlogProof(0, (), _NOTE, b"extra").format(),
        ),
    ),
    Parser(
        "consistency proof",
        lambda data: ConsistencyFile.parse(data).format(),
        (
            ConsistencyFile(2, (leaf_hash(b"a"), leaf_hash(b"b")), _NOTE).format(),
            ConsistencyFile(0, (), _NOTE).format(),
        ),
    ),
    Parser(
        "verifier key",
        lambda data: str(VerifierKey.parse(_text(data))).encode(),
        (str(VerifierKey(ORIGIN, key_id(ORIGIN, 1, bytes(32)), 1, bytes(32))).encode(),),
    ),
    Parser(
        "manifest",
        lambda data: Manifest.from_bytes(data).to_bytes(),
        (_MANIFEST.to_bytes(), Manifest(()).to_bytes()),
    ),
    Parser(
        "bundle of two entries",
        lambda data: format_bundle(parse_bundle(data, 2)),
        (format_bundle([b"one", b""]), format_bundle([bytes(300), b"{}"])),
    ),
    Parser(
        "path of a tile",
        lambda data: str(parse_tile_path(_text(data))).encode(),
        (b"tile/0/x001/x234/067", b"tile/entries/000.p/17"),
    ),
    Parser("name", lambda data: str(DnaName.parse(_text(data))).encode(), (dna().encode(),)),
)

BY_NAME = {parser.name: parser for parser in PARSERS}


def write_seeds(parser: Parser, folder: Path) -> None:
    """Write the seeds of a parser as the files from which a fuzzer starts."""
    for number, seed in enumerate(parser.seeds):
        (folder / str(number)).write_bytes(seed)
