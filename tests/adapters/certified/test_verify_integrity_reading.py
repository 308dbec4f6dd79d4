"""The script's own readers agree with the domain's, and no bytes make them fail otherwise."""

import ast
import json
import shutil
import sys
from base64 import b64decode, b64encode
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import oneseek.adapters.certified.verify_integrity as script
from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.proofs import root_from_inclusion, verify_inclusion
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.note.tlog_proof import TlogProof

SOURCE = Path(script.__file__).read_text("utf-8")
VECTORS = Path(__file__).parents[2] / "vectors" / "tlog_proof.json"
SIZES = st.integers(0, 2**40)
FILES = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    st.tuples(SIZES, st.binary(max_size=2)),
    max_size=4,
)
BYTES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(str.encode),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
        max_leaves=9,
    ).map(lambda value: json.dumps(value).encode()),
)
CHANGES = st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 3), st.binary(max_size=3))


def changed(data: bytes, change: tuple[float, int, bytes]) -> bytes:
    """Replace some bytes somewhere by others."""
    where, length, new = change
    place = int(where * (len(data) + 1))
    return data[:place] + new + data[place + length :]


@given(FILES)
def test_every_manifest_of_the_domain_is_read_alike(files: dict[str, tuple[int, bytes]]) -> None:
    try:
        manifest = Manifest(
            tuple(
                ManifestFile(path, size, sha256(data).hexdigest())
                for path, (size, data) in files.items()
            )
        )
    except InvalidInput:
        return
    read = script.read_manifest(manifest.to_bytes())
    assert read == {file.path: (file.size, file.digest) for file in manifest.files}


@given(CHANGES)
def test_a_changed_manifest_is_read_as_the_domain_reads_it_or_refused(
    built: Path, change: tuple[float, int, bytes]
) -> None:
    data = changed((built / "manifest.json").read_bytes(), change)
    try:
        read = script.read_manifest(data)
    except script.Wrong:
        return
    manifest = Manifest.from_bytes(data)
    assert read == {file.path: (file.size, file.digest) for file in manifest.files}


@given(CHANGES)
def test_a_changed_proof_is_read_as_the_domain_reads_it_or_refused(
    built: Path, change: tuple[float, int, bytes]
) -> None:
    data = changed((built / "ledger.proof").read_bytes(), change)
    try:
        read = script.read_proof(data)
    except script.Wrong:
        return
    proof = TlogProof.parse(data)
    note = parse_note(proof.checkpoint)
    state = Checkpoint.parse(note.text)
    verify_inclusion(leaf_hash(read.entry), read.leaf, state.size, proof.path, state.root)
    assert (read.entry, read.leaf, read.origin) == (proof.extra, proof.index, state.origin)
    assert read.text == note.text.encode()
    assert read.signatures == [
        (item.name, item.key_id.to_bytes(4, "big") + item.signature) for item in note.signatures
    ]


def test_a_path_leads_to_a_root_exactly_where_the_domain_says_so() -> None:
    entry, path = b"entry", [bytes([number]) * 32 for number in range(6)]
    for index, size, length in product(range(11), range(11), range(6)):
        try:
            wanted = root_from_inclusion(leaf_hash(entry), index, size, path[:length])
        except ProofRefused:
            with pytest.raises(script.Wrong):
                script.root_over(entry, index, size, path[:length])
        else:
            assert script.root_over(entry, index, size, path[:length]) == wanted


def test_a_long_number_in_the_metadata_is_no_matter() -> None:
    assert list(script.read_json(b'{"a":' + b"9" * 1_000_000 + b"}", "metadata.json")) == ["a"]


def vectors() -> list[Any]:
    found: list[dict[str, Any]] = json.loads(VECTORS.read_bytes())["vectors"]
    # The entry is extra data here, so that a vector with other extra data has another entry.
    return [pytest.param(one, id=one["description"]) for one in found if not other_extra(one)]


def other_extra(vector: dict[str, Any]) -> bool:
    return vector["verdict"] == "ok" and "extra" in vector["proof"]


@pytest.mark.parametrize("vector", vectors())
def test_the_vectors_of_proofs_get_their_verdict(vector: dict[str, Any]) -> None:
    entry = b64encode(bytes.fromhex(vector["entry"]))
    proof = vector["proof"].encode() if "proof" in vector else b64decode(vector["proof_base64"])
    if b"extra" not in proof:
        proof = proof.replace(b"index", b"extra " + entry + b"\nindex", 1)
    report = script.Report("")
    read = report.attempt(script.read_proof, proof)
    if read is not None:
        script.check_signature(report, read, [script.read_key(vector["key"])])
    assert (report.findings == []) == (vector["verdict"] == "ok")
    assert (report.signature == "verified") or vector["verdict"] != "ok"


@given(actor=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64))
def test_every_entry_of_the_domain_is_in_the_spelling_that_the_script_wants(
    version: Any, actor: str
) -> None:
    raw = version(actor=actor).entry("a" * 64, "name")
    assert script.read_entry(raw)["manifest"] == "a" * 64


OTHER_ENTRIES = {
    "nothing": b"",
    "a number": b"1",
    "deep": b"[" * 200_000,
    "deep in the body": b'{"body":' * 50_000,
    "another kind": b'{"kind":"version-withdrawn/v1","body":{}}',
    "no body": b'{"kind":"version-certified/v1"}',
    "a list as body": b'{"kind":"version-certified/v1","body":[]}',
    "a blank": b'{"kind":"version-certified/v1", "body":{}}',
    "a key twice": b'{"kind":"version-certified/v1","body":{},"body":{}}',
    "an escape": b'{"kind":"version-certified/v1","body":{"dna":"\\u0061"}}',
    "no number": b'{"kind":"version-certified/v1","body":{"a":-}}',
    "half a pair": b'{"kind":"version-certified/v1","body":{"dna":"\\ud800"}}',
    "a huge number": b'{"kind":"version-certified/v1","body":{"a":' + b"9" * 1_000_000 + b"}}",
    "not UTF-8": b'{"kind":"version-certified/v1","body":{"dna":"\xff"}}',
}


@pytest.mark.parametrize("raw", OTHER_ENTRIES.values(), ids=OTHER_ENTRIES.keys())
def test_an_entry_that_is_none_is_refused(raw: bytes) -> None:
    with pytest.raises(script.Wrong):
        script.read_entry(raw)


@pytest.fixture(scope="module")
def scratch(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose texts the fuzzing overwrites, each time all of them."""
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("fuzz") / built.name))


def examine(scratch: Path, built: Path, key: str, name: str, data: bytes) -> script.Report:
    for other in ("manifest.json", "ledger.proof", "metadata.json"):
        raw = data if other == name else (built / other).read_bytes()
        (scratch / other).write_bytes(raw)
    return script.examine(str(scratch), [script.read_key(key)])


@pytest.mark.parametrize("name", ["manifest.json", "ledger.proof", "metadata.json"])
@given(data=BYTES)
def test_any_bytes_at_all_are_only_findings(
    name: str, data: bytes, scratch: Path, built: Path, key: str
) -> None:
    assert examine(scratch, built, key, name, data).exit_code == 1


@pytest.mark.parametrize("name", ["manifest.json", "ledger.proof", "metadata.json"])
@given(change=CHANGES)
def test_no_changed_byte_goes_unnoticed(
    name: str, change: tuple[float, int, bytes], scratch: Path, built: Path, key: str
) -> None:
    right = (built / name).read_bytes()
    wrong = changed(right, change)
    assert examine(scratch, built, key, name, wrong).exit_code == (0 if wrong == right else 1)


@given(values=st.dictionaries(st.sampled_from(["dna", "weights", "timestamp"]), st.text() | BYTES))
def test_metadata_without_a_proof_is_only_findings(values: dict[str, Any], built: Path) -> None:
    report = script.Report(str(built))
    told = {key: str(value) for key, value in values.items()}
    script.check_claims(report, None, told)
    assert report.exit_code == 1
    script.print_report(report, as_json=True)
    script.print_report(report, as_json=False)


def test_it_is_written_in_the_grammar_of_python_3_9() -> None:
    tree = ast.parse(SOURCE, feature_version=(3, 9))
    for node in ast.walk(tree):
        # ``X | None`` is good grammar in 3.9, and a TypeError when the function is defined.
        written = getattr(node, "annotation", None) or getattr(node, "returns", None)
        if written is not None:
            unions = [part for part in ast.walk(written) if isinstance(part, ast.BitOr)]
            assert unions == [], f"line {written.lineno}"


def test_it_imports_nothing_but_the_library_of_python_3_9() -> None:
    newer = {"tomllib", "compression", "annotationlib"}
    imported = {
        name.split(".")[0]: node
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
    }
    assert set(imported) - (sys.stdlib_module_names - newer) == {"cryptography"}
    assert imported["cryptography"].col_offset > 0, "only inside the function that can do without"


def test_it_is_plain_ascii_with_one_kind_of_line_end() -> None:
    assert SOURCE.isascii()
    assert "\r" not in SOURCE
