"""Our own code reads the worked example of docs/ledger-format.md, and writes the same bytes."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from msgspec import Meta

from builders import EXAMPLES, entry
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.ledger.sqlite_schema import APPLICATION_ID, FORMAT_VERSION
from oneseek.adapters.objects.sealed import seal_bytes, unseal_bytes
from oneseek.domain.dataset.commitment import row_root
from oneseek.domain.entry import FORMAT, MAX_ENTRY_BYTES
from oneseek.domain.errors import FoundDamage, InvalidInput
from oneseek.domain.events import Event, KeyAdded, LedgerOpened
from oneseek.domain.manifest import MAX_PATH_BYTES, Manifest, ManifestFile, check_path
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.names import LANGUAGES, DnaName
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.note.tlog_proof import TlogProof, verify_tlog_proof
from oneseek.domain.registry import REGISTRY
from oneseek.domain.values import Number

DOCUMENT = (Path(__file__).parents[2] / "docs" / "ledger-format.md").read_text("utf-8")
BLOCKS: dict[str, str] = dict(re.findall(r"^```\w+ ([\w-]+)\n(.*?)^```$", DOCUMENT, re.M | re.S))
ENTRIES = [BLOCKS[f"entry-{index}"].removesuffix("\n").encode() for index in range(3)]


@pytest.mark.parametrize("raw", ENTRIES)
def test_the_entries_are_read_and_written_the_same(raw: bytes) -> None:
    assert REGISTRY.encode(REGISTRY.decode(raw)) == raw


def test_the_proof_is_verified_with_the_key_that_entry_1_adds() -> None:
    added = REGISTRY.decode(ENTRIES[1]).body
    assert isinstance(added, KeyAdded)
    key = VerifierKey.parse(added.verifier)
    proof = TlogProof.parse(BLOCKS["proof-2"].encode())
    assert proof.format() == BLOCKS["proof-2"].encode()
    leaf = leaf_hash(ENTRIES[2])
    found = verify_tlog_proof(proof, leaf, "example.org/oneseek", [key], check_ed25519)
    assert found.size == 3
    earlier = TlogProof(1, (leaf_hash(ENTRIES[0]),), BLOCKS["checkpoint-2"].encode())
    leaf = leaf_hash(ENTRIES[1])
    assert verify_tlog_proof(earlier, leaf, "example.org/oneseek", [key], check_ed25519).size == 2


def test_the_row_root_is_ours() -> None:
    lines = BLOCKS["rows"].encode().splitlines()
    found = row_root(lines, bytes(range(64)))
    assert f'"row_root":"{found}"' in BLOCKS["entry-2"]


def test_manifest_and_name_are_ours() -> None:
    manifest = Manifest.from_bytes(BLOCKS["manifest"].encode())
    weights = manifest.files[1].digest
    name = DnaName.of(
        major=1,
        minor=0,
        language="ensv",
        categories=("Identity",),
        weights=weights,
        certified_at="2026-11-20T18:25:41.000507Z",
    )
    assert f"manifest   SHA-256(manifest)                 {manifest.digest}" in DOCUMENT
    assert f"name       {name}\n" in DOCUMENT


def test_the_sealed_object_opens_with_its_key_and_with_no_other() -> None:
    pairs = re.findall(r"^[0-9a-f]{4}  (.{47})", BLOCKS["sealed-bytes"], re.M)
    sealed = bytes.fromhex("".join(pairs))
    assert unseal_bytes(bytes(range(32)), sealed).decode() == "Vem är du?"
    with pytest.raises(FoundDamage):
        unseal_bytes(bytes(32), sealed)
    assert len(seal_bytes(bytes(range(32)), "Vem är du?".encode())) == len(sealed)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.kind)
def test_entries_are_spelled_as_pythons_own_json_spells_them(event: Event) -> None:
    raw = REGISTRY.encode(entry(event))
    again = json.dumps(json.loads(raw), ensure_ascii=False, separators=(",", ":"))
    assert again.encode() == raw


def test_every_character_is_escaped_as_the_document_says() -> None:
    for code in (*range(0x300), 0x2028, 0x2029, 0xFEFF, 0xFFFF, 0x1F600, 0x10FFFF):
        event = LedgerOpened(origin=chr(code), format=FORMAT, software="x")
        raw = REGISTRY.encode(entry(event))
        assert f'"origin":{json.dumps(chr(code), ensure_ascii=False)},'.encode() in raw


def test_the_numbers_in_the_text_are_those_of_the_code() -> None:
    assert f"{MAX_ENTRY_BYTES:,} bytes**" in DOCUMENT
    (pattern,) = [meta.pattern for meta in get_args(Number) if isinstance(meta, Meta)]
    written = str(pattern).removeprefix("^").removesuffix(r"\Z").replace("|", r"\|")
    assert f"`{written}`" in DOCUMENT
    assert f"at most {MAX_PATH_BYTES:,} bytes" in DOCUMENT
    assert f"application ID `0x{APPLICATION_ID:X}`, user version {FORMAT_VERSION} " in DOCUMENT
    assert f"`{FORMAT}`" in DOCUMENT
    assert f"one of {', '.join(f'`{code}`' for code in LANGUAGES)}." in DOCUMENT


@pytest.mark.parametrize("path", ["/a", "a//b", "a/", "./a", "a/../b", "a\\b", "a\u2028b", ""])
def test_paths_that_chapter_10_refuses_are_refused(path: str) -> None:
    with pytest.raises(InvalidInput):
        check_path(path)


def test_files_of_a_manifest_come_in_byte_order() -> None:
    files = [ManifestFile(path, 0, "0" * 64) for path in ("b", "a/z", "\U0001f600", "\uffff", "a")]
    with pytest.raises(InvalidInput):
        Manifest(tuple(files))  # `a` is both a file and a folder
    order = [file.path for file in Manifest(tuple(files[:-1])).files]
    assert order == ["a/z", "b", "\uffff", "\U0001f600"]
