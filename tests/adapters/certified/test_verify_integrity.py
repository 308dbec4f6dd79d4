"""Whatever is changed in a certified folder, the script says which check failed and where."""

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

WEIGHTS = "adapter_model.safetensors"
PROOF, MANIFEST = "ledger.proof", "manifest.json"
ENTRY = "ledger.proof (entry)"
ODD = 'folder/"quoted" å.txt'
Check = Callable[..., Any]


def edit(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        data = (folder / name).read_bytes()
        assert old in data
        (folder / name).write_bytes(data.replace(old, new, 1))

    return tamper


def put(name: str, data: bytes = b"x") -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)

    return tamper


def drop(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def become(name: str, make: Callable[[Path], object]) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        make(folder / name)

    return tamper


def link_elsewhere(name: str) -> Callable[[Path], None]:
    """The same bytes, but behind a link that leads out."""

    def tamper(folder: Path) -> None:
        (folder / name).rename(folder.parent / "elsewhere")
        (folder / name).symlink_to("../elsewhere")

    return tamper


def swap_two_files(folder: Path) -> None:
    one, other = (folder / "README.md").read_bytes(), (folder / "tokenizer.json").read_bytes()
    put("README.md", other)(folder)
    put("tokenizer.json", one)(folder)


def items(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Path], None]:
    """Change the manifest's list of files and write the rest as it should be."""

    def tamper(folder: Path) -> None:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        change(manifest["files"])
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        (folder / MANIFEST).write_bytes(text.encode())

    return tamper


def swap_the_weights_and_say_so(folder: Path) -> None:
    forged = b"forged  " * 50
    put(WEIGHTS, forged)(folder)
    (item,) = (
        item for item in json.loads((folder / MANIFEST).read_bytes())["files"]
        if item["path"] == WEIGHTS
    )
    edit(MANIFEST, item["sha256"].encode(), sha256(forged).hexdigest().encode())(folder)


FILES = {
    "a byte of the weights is another": (edit(WEIGHTS, b"w", b"W"), ("file", WEIGHTS)),
    "the weights are longer": (edit(WEIGHTS, b"w", b"ww"), ("file", WEIGHTS)),
    "the weights are cut off": (put(WEIGHTS, b"weights"), ("file", WEIGHTS)),
    "an empty file is not empty": (put(ODD), ("file", ODD)),
    "two files are swapped": (swap_two_files, ("file", "README.md")),
    "the script was edited": (edit("verify_integrity.py", b"0", b"1"), ("file", "verify_integrity.py")),
    "a file is gone": (drop("README.md"), ("file", "README.md")),
    "the metadata is gone": (drop("metadata.json"), ("readable", "metadata.json")),
    "the metadata is no JSON": (put("metadata.json", b"{"), ("json", "metadata.json")),
    "the metadata is a list": (put("metadata.json", b"[]"), ("json", "metadata.json")),
    "a file is a folder": (become("README.md", Path.mkdir), ("file", "README.md")),
    "a file is a pipe": (become("README.md", os.mkfifo), ("file", "README.md")),
    "a file is a link": (link_elsewhere("README.md"), ("file", "README.md")),
    "a folder is a link": (link_elsewhere("folder"), ("extra", "folder")),
    "a file was added": (put("pytorch_model.bin"), ("extra", "pytorch_model.bin")),
    "a hidden file was added": (put(".env"), ("extra", ".env")),
    "a file was added in a listed folder": (put("folder/new"), ("extra", "folder/new")),
    "a file was added in a new folder": (put("new/file"), ("extra", "new/file")),
    "an empty folder was added": (lambda f: (f / "new").mkdir(), ("extra", "new")),
    "a link was added": (lambda f: (f / "new").symlink_to("/etc"), ("extra", "new")),
    "a dead link was added": (lambda f: (f / "new").symlink_to("no"), ("extra", "new")),
    "a side-car is a folder": (lambda f: (f / "model.sig").mkdir(), ("extra", "model.sig")),
    "a side-car is a link": (link_elsewhere(PROOF), ("extra", PROOF)),
}  # fmt: skip

MANIFESTS = {
    "there is no manifest": (drop(MANIFEST), ("readable", MANIFEST)),
    "the manifest is a folder": (become(MANIFEST, Path.mkdir), ("readable", MANIFEST)),
    "the manifest is a pipe": (become(MANIFEST, os.mkfifo), ("readable", MANIFEST)),
    "the manifest is a link": (link_elsewhere(MANIFEST), ("readable", MANIFEST)),
    "the manifest is endless": (put(MANIFEST, b" " * 5_000_000), ("readable", MANIFEST)),
    "the manifest is empty": (put(MANIFEST, b""), ("manifest", MANIFEST)),
    "the manifest is cut off": (edit(MANIFEST, b"]\n}\n", b""), ("manifest", MANIFEST)),
    "the manifest lacks its last newline": (edit(MANIFEST, b"]\n}\n", b"]\n}"), ("manifest", MANIFEST)),
    "the manifest has other blanks": (edit(MANIFEST, b"  ", b" "), ("manifest", MANIFEST)),
    "the manifest ends its lines with CR LF": (edit(MANIFEST, b"\n", b"\r\n"), ("manifest", MANIFEST)),
    "the manifest has a mark of byte order": (edit(MANIFEST, b"{", b"\xef\xbb\xbf{"), ("manifest", MANIFEST)),
    "the manifest is not UTF-8": (edit(MANIFEST, "å".encode(), b"\xe5"), ("manifest", MANIFEST)),
    "the manifest has an escape": (edit(MANIFEST, "å".encode(), b"\\u00e5"), ("manifest", MANIFEST)),
    "the manifest has another format": (edit(MANIFEST, b"/v1", b"/v2"), ("manifest", MANIFEST)),
    "a key is there twice": (edit(MANIFEST, b'"files"', b'"files": [],\n  "files"'), ("manifest", MANIFEST)),
    "a file has an unknown key": (items(lambda f: f[0].update(mode=420)), ("manifest", MANIFEST)),
    "a file lacks its size": (items(lambda f: f[0].pop("size")), ("manifest", MANIFEST)),
    "a size is not an integer": (items(lambda f: f[0].update(size=1.0)), ("manifest", MANIFEST)),
    "a size is true": (items(lambda f: f[0].update(size=True)), ("manifest", MANIFEST)),
    "a size is negative": (items(lambda f: f[0].update(size=-1)), ("manifest", MANIFEST)),
    "a size is huge": (edit(MANIFEST, b'"size": ', b'"size": ' + b"9" * 99), ("manifest", MANIFEST)),
    "a digest is in capitals": (items(lambda f: f[0].update(sha256="A" * 64)), ("manifest", MANIFEST)),
    "two files changed places": (items(lambda f: f.reverse()), ("manifest", MANIFEST)),
    "a file is listed twice": (items(lambda f: f.insert(0, f[0])), ("manifest", MANIFEST)),
    "a path has a backslash": (items(lambda f: f[0].update(path="..\\up")), ("manifest", MANIFEST)),
    "a path leads out": (items(lambda f: f[0].update(path="../up")), ("manifest-path", MANIFEST)),
    "a path is absolute": (items(lambda f: f[0].update(path="/etc/hosts")), ("manifest-path", MANIFEST)),
    "a path has a dot": (items(lambda f: f[0].update(path="a/./b")), ("manifest-path", MANIFEST)),
    "a file is not listed any more": (items(lambda f: f.pop()), ("manifest-digest", MANIFEST)),
    "the manifest lists nothing": (items(lambda f: f.clear()), ("manifest-digest", MANIFEST)),
    "weights and manifest agree on a forgery": (swap_the_weights_and_say_so, ("manifest-digest", MANIFEST)),
    "the forged weights are not those of the entry": (swap_the_weights_and_say_so, ("weights", ENTRY)),
}  # fmt: skip

PROOFS = {
    "the proof is a folder": (become(PROOF, Path.mkdir), ("readable", PROOF)),
    "the proof is empty": (put(PROOF, b""), ("proof", PROOF)),
    "the proof is not UTF-8": (edit(PROOF, b"log.example", b"log.ex\xffmple"), ("proof", PROOF)),
    "the proof has a NUL": (edit(PROOF, b"log.example", b"log.ex\x00mple"), ("proof", PROOF)),
    "the proof has another header": (edit(PROOF, b"@v1", b"@v2"), ("proof", PROOF)),
    "the proof has no entry": (edit(PROOF, b"extra ", b"extra: "), ("proof", PROOF)),
    "the index has a leading zero": (edit(PROOF, b"index 5", b"index 05"), ("proof", PROOF)),
    "the proof ends its lines with CR LF": (edit(PROOF, b"\n", b"\r\n"), ("proof", PROOF)),
    "the proof is cut off": (lambda f: os.truncate(f / PROOF, 900), ("proof", PROOF)),
    "a hash has a second spelling": (edit(PROOF, b"=\n", b"==\n"), ("proof", PROOF)),
    "the index is another": (edit(PROOF, b"index 5", b"index 4"), ("inclusion", PROOF)),
    "the index is beyond the log": (edit(PROOF, b"index 5", b"index 11"), ("inclusion", PROOF)),
    "the index is the largest": (edit(PROOF, b"index 5", b"index 9223372036854775807"), ("inclusion", PROOF)),
    "the log is empty": (edit(PROOF, b"\n11\n", b"\n0\n"), ("inclusion", PROOF)),
    "the log is smaller": (edit(PROOF, b"\n11\n", b"\n6\n"), ("inclusion", PROOF)),
    "the log has as many as fit the path": (edit(PROOF, b"\n11\n", b"\n12\n"), ("signature", PROOF)),
    "the log has another name": (edit(PROOF, b"log.example", b"log.elsewhere"), ("origin", PROOF)),
    "the checkpoint says more": (edit(PROOF, b"\n\n\xe2\x80\x94", b"\nmore\n\n\xe2\x80\x94"), ("signature", PROOF)),
    "the folder has another name": (lambda f: f.rename(f.with_name("copy")), ("dna-name", ".")),
}  # fmt: skip


@pytest.mark.parametrize("attack", [*FILES, *MANIFESTS, *PROOFS])
def test_every_tampering_is_caught_and_localised(
    attack: str, folder: Path, check: Check, key: str
) -> None:
    tamper, finding = {**FILES, **MANIFESTS, **PROOFS}[attack]
    tamper(folder)
    (standing,) = (path for path in folder.parent.iterdir() if path.name != "elsewhere")
    result = check(standing, "--key", key, "--json")
    assert result.code == 1
    assert not result.told["ok"]
    assert finding in result.checks


def test_a_change_of_one_file_is_one_finding(folder: Path, check: Check, key: str) -> None:
    edit("tokenizer.json", b"{", b"[")(folder)
    result = check(folder, "--key", key, "--json")
    (finding,) = result.told["findings"]
    assert finding["expected"].endswith(f"3 bytes, sha256 {sha256(b'{}' + bytes([10])).hexdigest()}")
    assert finding["found"].endswith(sha256(b"[}\n").hexdigest())
    assert result.told["signature"] == "verified"


FORGERIES = {
    "the entry names another manifest": ({"claims": {"manifest": "0" * 64}}, ("manifest-digest", MANIFEST)),
    "the entry names other weights": ({"claims": {"weights": "0" * 64}}, ("weights", ENTRY)),
    "the entry has another DNA name": ({"claims": {"dna": "other"}}, ("dna-name", ".")),
    "the name is not that of these weights": ({"claims": {"weights": "0" * 64}}, ("dna-parts", ENTRY)),
    "the name is not that of this time": ({"claims": {"certified_at": "2026-11-20T18:25:38.187328Z"}}, ("dna-parts", ENTRY)),
    "the metadata has another name": ({"metadata": {"dna": "other"}}, ("metadata-dna", "metadata.json")),
    "the metadata has no name": ({"metadata": {"dna": None}}, ("metadata-dna", "metadata.json")),
    "the metadata has other weights": ({"metadata": {"weights": ["0"]}}, ("metadata-weights", "metadata.json")),
    "the log has the right key but another name": ({"origin": "other.example"}, ("origin", PROOF)),
    "a stranger signed under the right name": ({"secret": "stranger"}, ("signature", PROOF)),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_every_forgery_with_a_ledger_of_its_own_is_caught(
    forgery: str, version: Any, tmp_path: Path, check: Check, key: str
) -> None:
    parts, finding = FORGERIES[forgery]
    result = check(version(**parts).write(tmp_path), "--key", key, "--json")
    assert result.code == 1
    assert finding in result.checks


def test_weights_in_shards_are_checked_by_the_lines_of_their_digests(
    version: Any, tmp_path: Path, check: Check, key: str
) -> None:
    sharded = version()
    del sharded.files[WEIGHTS]
    for number in (2, 1):
        sharded.files[f"adapter_model-0000{number}-of-00002.safetensors"] = b"%d" % number
    assert check(sharded.write(tmp_path), "--key", key).code == 0


def test_without_a_proof_the_metadata_is_held_against_the_folder(
    folder: Path, check: Check, key: str
) -> None:
    (folder / PROOF).unlink()
    put("metadata.json", b'{"dna": "x", "weights": null}')(folder)
    result = check(folder, "--key", key, "--json")
    assert {"dna-name", "weights", "dna-parts"} <= {name for name, _ in result.checks}
