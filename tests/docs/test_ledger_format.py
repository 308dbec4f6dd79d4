"""Every number in docs/ledger-format.md, computed again from the bytes that stand beside it.

Only hashlib, base64 and json are used here: what this file does, a verifier in any language can do
from the document alone. That our own code agrees is tested in test_ledger_format_code.py.
"""

import base64
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

DOCUMENT = (Path(__file__).parents[2] / "docs" / "ledger-format.md").read_text("utf-8")
BLOCKS: dict[str, str] = dict(re.findall(r"^```\w+ ([\w-]+)\n(.*?)^```$", DOCUMENT, re.M | re.S))
"""The named blocks of the document, each with its last line end."""

ENTRIES = [BLOCKS[f"entry-{index}"].removesuffix("\n").encode() for index in range(3)]
LEAVES = [sha256(b"\x00" + raw).digest() for raw in ENTRIES]
NODE = sha256(b"\x01" + LEAVES[0] + LEAVES[1]).digest()
ROOT = sha256(b"\x01" + NODE + LEAVES[2]).digest()

ROWS = BLOCKS["rows"].encode()
SALTS = [bytes(range(32)), bytes(range(32, 64))]
ROW_LEAVES = [
    sha256(b"\x00" + salt + line).digest()
    for salt, line in zip(SALTS, ROWS.splitlines(), strict=True)
]
ROW_ROOT = sha256(b"\x01" + ROW_LEAVES[0] + ROW_LEAVES[1]).digest()

CERTIFIED_AT = "2026-11-20T18:25:41.000507Z"
WEIGHTS, CONFIG = sha256(b"weights\n").hexdigest(), sha256(b"{}\n").hexdigest()
MANIFEST = sha256(BLOCKS["manifest"].encode()).hexdigest()


def values(block: str) -> dict[str, str]:
    """Return label → value of a block whose lines are a label, an explanation and a value."""
    return {line[:10].strip(): line.split()[-1] for line in BLOCKS[block].splitlines()}


def dumped(block: str) -> bytes:
    """Return the bytes of a hex dump, after checking its offsets and its column of text."""
    data = b""
    for line in BLOCKS[block].splitlines():
        offset, pairs, text = line[:4], line[6:53], line[55:]
        assert int(offset, 16) == len(data)
        piece = bytes.fromhex(pairs)
        assert text == "".join(chr(byte) if 32 <= byte < 127 else "." for byte in piece)
        data += piece
    return data


def test_the_bytes_of_entry_0_are_its_text() -> None:
    assert dumped("entry-0-bytes") == ENTRIES[0]


def test_the_lengths_are_those_of_the_bytes() -> None:
    assert f"entry 0 ({len(ENTRIES[0])} bytes) and entry 1 ({len(ENTRIES[1])} bytes)" in DOCUMENT
    assert f"Entry 2, {len(ENTRIES[2])} bytes:" in DOCUMENT
    assert f"a file of {len(ROWS)} bytes" in DOCUMENT


@pytest.mark.parametrize("raw", ENTRIES)
def test_every_entry_is_written_by_the_rules_of_chapter_1(raw: bytes) -> None:
    entry = json.loads(raw)
    assert json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() == raw
    assert list(entry) == ["kind", "stream", "stream_version", "time", "actor", "body"]
    assert len(raw) <= 16_384


def test_the_hashes_of_the_tree() -> None:
    expected = {"leaf 0": LEAVES[0], "leaf 1": LEAVES[1], "leaf 2": LEAVES[2]}
    expected |= {"node": NODE, "root": ROOT}
    assert values("tree-hashes") == {name: found.hex() for name, found in expected.items()}


@pytest.mark.parametrize(("size", "root"), [(2, NODE), (3, ROOT)])
def test_the_checkpoints_state_size_and_root(size: int, root: bytes) -> None:
    text, signatures = BLOCKS[f"checkpoint-{size}"].split("\n\n")
    assert text == f"example.org/oneseek\n{size}\n{base64.b64encode(root).decode()}"
    dash, name, signature = signatures.removesuffix("\n").split(" ")
    assert (dash, name) == ("\u2014", "example.org/oneseek")
    blob = base64.b64decode(signature, validate=True)
    assert (len(blob), blob[:4]) == (68, key_id())


def key_id() -> bytes:
    """Return the key ID of the key that entry 1 adds, computed from its name and its bytes."""
    name, _, rest = json.loads(ENTRIES[1])["body"]["verifier"].partition("+")
    stated, _, encoded = rest.partition("+")
    material = base64.b64decode(encoded, validate=True)
    assert (len(material), material[0]) == (33, 1)
    found = sha256(name.encode() + b"\n" + material).digest()[:4]
    assert found.hex() == stated
    return found


def test_the_key_id_in_the_text_is_that_of_the_key() -> None:
    assert f"public key), `{key_id().hex()}`." in DOCUMENT


def test_the_first_entries_say_what_chapter_4_says() -> None:
    opened, added = json.loads(ENTRIES[0]), json.loads(ENTRIES[1])
    assert opened["kind"] == "ledger-opened/v1"
    assert opened["body"]["format"] == "oneseek-ledger/v1"
    assert opened["body"]["origin"] == BLOCKS["checkpoint-2"].split("\n")[0]
    assert (added["kind"], added["body"]["purpose"]) == ("key-added/v1", "checkpoint")


def test_the_proof_leads_from_entry_2_to_the_root() -> None:
    head, checkpoint = BLOCKS["proof-2"].split("\n\n", 1)
    header, extra, index, *path = head.split("\n")
    assert (header, index) == ("c2sp.org/tlog-proof@v1", "index 2")
    assert base64.b64decode(extra.removeprefix("extra "), validate=True) == ENTRIES[2]
    assert [base64.b64decode(item, validate=True) for item in path] == [NODE]
    assert checkpoint == BLOCKS["checkpoint-3"]
    # Leaf 2 is the last one and has no sibling: its one step up takes the node from the left.
    assert sha256(b"\x01" + NODE + LEAVES[2]).digest() == ROOT


def test_the_hashes_of_the_dataset_and_its_rows() -> None:
    assert values("row-hashes") == {
        "file": sha256(ROWS).hexdigest(),
        "row leaf 1": ROW_LEAVES[0].hex(),
        "row leaf 2": ROW_LEAVES[1].hex(),
        "row root": ROW_ROOT.hex(),
    }
    body = json.loads(ENTRIES[2])["body"]
    assert (body["dataset"], body["size"], body["rows"], body["row_root"]) == (
        sha256(ROWS).hexdigest(), len(ROWS), 2, ROW_ROOT.hex()
    )  # fmt: skip


def test_the_manifest_is_spelled_as_chapter_10_says() -> None:
    manifest = json.loads(BLOCKS["manifest"])
    assert json.dumps(manifest, indent=2, ensure_ascii=False) + "\n" == BLOCKS["manifest"]
    found = [(file["path"], file["size"], file["sha256"]) for file in manifest["files"]]
    assert found == [
        ("adapter_config.json", 3, CONFIG),
        ("adapter_model.safetensors", 8, WEIGHTS),
    ]


def test_the_digests_and_the_name_of_the_version() -> None:
    time = sha256(CERTIFIED_AT.encode()).hexdigest()
    name = f"OneSeek-7B-Zero.v1.0.ensv.dsIdentity.{WEIGHTS[:8]}.{time[:8]}"
    assert values("version") == {"manifest": MANIFEST, "time": time, "name": name}


def test_the_digest_of_the_sealed_object_and_its_parts() -> None:
    sealed = dumped("sealed-bytes")
    assert values("sealed") == {"object": sha256(sealed).hexdigest()}
    header, nonce, rest = sealed[:18], sealed[18:30], sealed[30:]
    assert (header, nonce) == (b"oneseek-sealed/v1\n", bytes(range(12)))
    assert len(rest) == len("Vem är du?".encode()) + 16


def test_no_hash_stands_in_the_document_that_is_not_computed_here() -> None:
    known = [*LEAVES, NODE, ROOT, *ROW_LEAVES, ROW_ROOT]
    texts = {item.hex() for item in known} | {WEIGHTS, CONFIG, MANIFEST}
    texts |= {sha256(data).hexdigest() for data in (ROWS, CERTIFIED_AT.encode())}
    texts.add(sha256(dumped("sealed-bytes")).hexdigest())
    assert set(re.findall(r"\b[0-9a-f]{64}\b", DOCUMENT)) == texts
    encoded = re.findall(r"^[A-Za-z0-9+/]{43}=$", DOCUMENT, re.M)
    assert set(encoded) == {base64.b64encode(item).decode() for item in (NODE, ROOT)}
