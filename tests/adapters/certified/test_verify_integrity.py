"""Whatever is changed in a certified folder, the script says which check failed and where."""

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

WEIGHTS = "adapter_model.safetensors"
PROOF, MANIFEST, METADATA = "ledger.proof", "manifest.json", "metadata.json"
ENTRY = "ledger.proof (entry)"
ODD = 'folder/"quoted" å.txt'
DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
Check = Callable[..., Any]
Tamper = Callable[[Path], object]


def edit(name: str, old: bytes, new: bytes) -> Tamper:
    def tamper(folder: Path) -> None:
        data = (folder / name).read_bytes()
        assert old in data
        (folder / name).write_bytes(data.replace(old, new, 1))

    return tamper


def put(name: str, data: bytes = b"x") -> Tamper:
    def tamper(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)

    return tamper


def drop(name: str) -> Tamper:
    return lambda folder: (folder / name).unlink()


def become(name: str, make: Callable[[Path], object]) -> Tamper:
    def tamper(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        make(folder / name)

    return tamper


def link_elsewhere(name: str) -> Tamper:
    """The same bytes, but behind a link that leads out."""

    def tamper(folder: Path) -> None:
        (folder / name).rename(folder.parent / "elsewhere")
        (folder / name).symlink_to("../elsewhere")

    return tamper


def swap_two_files(folder: Path) -> None:
    one, other = (folder / "README.md").read_bytes(), (folder / "tokenizer.json").read_bytes()
    put("README.md", other)(folder)
    put("tokenizer.json", one)(folder)


def items(change: Callable[[list[dict[str, Any]]], object]) -> Tamper:
    """Change the manifest's list of files and write the rest as it should be."""

    def tamper(folder: Path) -> None:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        change(manifest["files"])
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        (folder / MANIFEST).write_bytes(text.encode())

    return tamper


def spell_a_hash_otherwise(folder: Path) -> None:
    """The last digit of base64 before a ``=`` has two bits that mean nothing."""
    line = (folder / PROOF).read_bytes().split(b"=\n")[1]
    last = line[-1:]
    other = DIGITS[DIGITS.index(last) + 1 :][:1]
    edit(PROOF, line + b"=\n", line[:-1] + other + b"=\n")(folder)


def forge_the_weights(folder: Path) -> None:
    forged = b"forged  " * 50
    put(WEIGHTS, forged)(folder)
    (item,) = (
        item
        for item in json.loads((folder / MANIFEST).read_bytes())["files"]
        if item["path"] == WEIGHTS
    )
    edit(MANIFEST, item["sha256"].encode(), sha256(forged).hexdigest().encode())(folder)


DASH = "\n— ".encode()
NO_MANIFEST = {
    "it is gone": drop(MANIFEST),
    "it is a folder": become(MANIFEST, Path.mkdir),
    "it is a pipe": become(MANIFEST, os.mkfifo),
    "it is a link": link_elsewhere(MANIFEST),
    "it is endless": put(MANIFEST, b" " * 5_000_000),
}
OTHER_MANIFEST = {
    "it is empty": put(MANIFEST, b""),
    "it is cut off": edit(MANIFEST, b"]\n}\n", b""),
    "it lacks its last newline": edit(MANIFEST, b"]\n}\n", b"]\n}"),
    "it has other blanks": edit(MANIFEST, b"  ", b" "),
    "its lines end with CR LF": edit(MANIFEST, b"\n", b"\r\n"),
    "it begins with a mark of byte order": edit(MANIFEST, b"{", b"\xef\xbb\xbf{"),
    "it is not UTF-8": edit(MANIFEST, "å".encode(), b"\xe5"),
    "it has an escape": edit(MANIFEST, "å".encode(), b"\\u00e5"),
    "it has another format": edit(MANIFEST, b"/v1", b"/v2"),
    "it says a key twice": edit(MANIFEST, b'"files"', b'"files": [],\n  "files"'),
    "a file has an unknown key": items(lambda files: files[0].update(mode=420)),
    "a file lacks its size": items(lambda files: files[0].pop("size")),
    "a size is not an integer": items(lambda files: files[0].update(size=1.0)),
    "a size is true": items(lambda files: files[0].update(size=True)),
    "a size is negative": items(lambda files: files[0].update(size=-1)),
    "a size is huge": edit(MANIFEST, b'"size": ', b'"size": ' + b"9" * 99),
    "a digest is in capitals": items(lambda files: files[0].update(sha256="A" * 64)),
    "the files are in another order": items(lambda files: files.reverse()),
    "a file is listed twice": items(lambda files: files.insert(0, files[0])),
    "a path has a backslash": items(lambda files: files[0].update(path="..\\up")),
}
NO_PROOF = {
    "it is empty": put(PROOF, b""),
    "it is cut off": lambda folder: os.truncate(folder / PROOF, 900),
    "it is not UTF-8": edit(PROOF, b"log.example", b"log.ex\xffmple"),
    "it has a NUL": edit(PROOF, b"log.example", b"log.ex\x00mple"),
    "it has another header": edit(PROOF, b"@v1", b"@v2"),
    "it has no entry": edit(PROOF, b"extra ", b"extra: "),
    "its lines end with CR LF": edit(PROOF, b"\n", b"\r\n"),
    "the index has a leading zero": edit(PROOF, b"index 5", b"index 05"),
    "a hash has too much padding": edit(PROOF, b"=\n", b"==\n"),
    "a hash has a second spelling": spell_a_hash_otherwise,
    "a signature is empty": edit(PROOF, DASH, DASH + b"x MTIzNA==" + DASH),
}
OTHER_PLACE = {
    "the index is another": edit(PROOF, b"index 5", b"index 4"),
    "the index is beyond the log": edit(PROOF, b"index 5", b"index 11"),
    "the index is the largest": edit(PROOF, b"index 5", b"index 9223372036854775807"),
    "the log is empty": edit(PROOF, b"\n11\n", b"\n0\n"),
    "the log is smaller": edit(PROOF, b"\n11\n", b"\n6\n"),
}
ATTACKS: dict[tuple[str, str], dict[str, Tamper]] = {
    ("file", WEIGHTS): {
        "one letter is another": edit(WEIGHTS, b"w", b"W"),
        "they are longer": edit(WEIGHTS, b"w", b"ww"),
        "they are cut off": put(WEIGHTS, b"weights"),
    },
    ("file", ODD): {"an empty file is not empty": put(ODD)},
    ("file", "verify_integrity.py"): {
        "one digit is another": edit("verify_integrity.py", b"0", b"1")
    },
    ("file", "README.md"): {
        "it is gone": drop("README.md"),
        "it has the bytes of another": swap_two_files,
        "it takes hours to read": lambda folder: os.truncate(folder / "README.md", 2**42),
        "it is a folder": become("README.md", Path.mkdir),
        "it is a pipe": become("README.md", os.mkfifo),
        "it is a link": link_elsewhere("README.md"),
    },
    ("readable", "metadata.json"): {"it is gone": drop("metadata.json")},
    ("json", "metadata.json"): {
        "it is cut off": put("metadata.json", b"{"),
        "it is a list": put("metadata.json", b"[]"),
    },
    ("extra", "new"): {
        "it is a file": put("new"),
        "it is an empty folder": lambda folder: (folder / "new").mkdir(),
        "it is a link that leads out": lambda folder: (folder / "new").symlink_to("/etc"),
        "it is a dead link": lambda folder: (folder / "new").symlink_to("nowhere"),
    },
    ("extra", ".env"): {"a hidden file was added": put(".env")},
    ("extra", "folder/new"): {"a file was added in a listed folder": put("folder/new")},
    ("extra", "new/file"): {"a file was added in a new folder": put("new/file")},
    ("extra", "folder"): {"a folder is a link to itself elsewhere": link_elsewhere("folder")},
    ("extra", "model.sig"): {"it is a folder": lambda folder: (folder / "model.sig").mkdir()},
    ("extra", PROOF): {"it is a link": link_elsewhere(PROOF)},
    ("readable", MANIFEST): NO_MANIFEST,
    ("manifest", MANIFEST): OTHER_MANIFEST,
    ("manifest-path", MANIFEST): {
        "a path leads out": items(lambda files: files[0].update(path="../up")),
        "a path is absolute": items(lambda files: files[0].update(path="/etc/hosts")),
        "a path has a dot": items(lambda files: files[0].update(path="a/./b")),
    },
    ("manifest-digest", MANIFEST): {
        "a file is not listed any more": items(lambda files: files.pop()),
        "nothing is listed": items(lambda files: files.clear()),
        "the weights were forged and it says so": forge_the_weights,
    },
    ("weights", ENTRY): {"they were forged and the manifest says so": forge_the_weights},
    ("readable", PROOF): {"it is a folder": become(PROOF, Path.mkdir)},
    ("proof", PROOF): NO_PROOF,
    ("inclusion", PROOF): OTHER_PLACE,
    ("signature", PROOF): {
        "the log has as many entries as fit the path": edit(PROOF, b"\n11\n", b"\n12\n"),
        "the checkpoint says more": edit(PROOF, b"\n" + DASH, b"\nmore\n" + DASH),
    },
    ("origin", PROOF): {"the log has another name": edit(PROOF, b"log.example", b"log.elsewhere")},
    ("dna-name", "."): {"the folder was copied": lambda folder: folder.rename(folder.parent / "x")},
}


@pytest.mark.parametrize(
    ("finding", "tamper"),
    [
        pytest.param(finding, tamper, id=f"{finding[1]}: {sentence}")
        for finding, tampers in ATTACKS.items()
        for sentence, tamper in tampers.items()
    ],
)
def test_every_tampering_is_caught_and_localised(
    finding: tuple[str, str], tamper: Tamper, folder: Path, check: Check, key: str
) -> None:
    tamper(folder)
    (standing,) = (path for path in folder.parent.iterdir() if path.name != "elsewhere")
    result = check(standing, "--key", key, "--json")
    assert (result.code, result.told["ok"]) == (1, False)
    assert finding in result.checks


def test_a_change_of_one_file_is_one_finding(folder: Path, check: Check, key: str) -> None:
    edit("tokenizer.json", b"{", b"[")(folder)
    result = check(folder, "--key", key, "--json")
    (finding,) = result.told["findings"]
    assert finding["expected"].endswith(
        f"3 bytes, sha256 {sha256(b'{}' + bytes([10])).hexdigest()}"
    )
    assert finding["found"].endswith(sha256(b"[}\n").hexdigest())
    assert result.told["signature"] == "verified"


def test_without_a_proof_the_metadata_is_held_against_the_folder(
    folder: Path, check: Check, key: str
) -> None:
    (folder / PROOF).unlink()
    put("metadata.json", b'{"dna": "x", "weights": null}')(folder)
    result = check(folder, "--key", key, "--json")
    assert {"dna-name", "weights", "dna-parts"} <= {name for name, _ in result.checks}


def test_absent_weights_do_not_agree_with_an_absent_digest(
    folder: Path, check: Check, key: str
) -> None:
    (folder / PROOF).unlink()
    items(lambda files: files.remove(next(f for f in files if f["path"] == WEIGHTS)))(folder)
    put("metadata.json", b"{}")(folder)
    result = check(folder, "--json")
    assert {("weights", "metadata.json"), ("dna-name", ".")} <= result.checks
