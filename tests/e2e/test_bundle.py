"""``oneseek bundle`` as an operator and a receiver use it; the guide's commands are run."""

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bundles.judging import SCRIPT
from bundles.story import packed
from bundles.table import WITNESS
from e2e.workspaces import Workspace
from oneseek.domain.exports.formats import VERSION_FORMATS

GUIDE = Path(__file__).parents[2] / "docs" / "bundle.md"


def commands() -> list[list[str]]:
    blocks = re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def test_the_commands_of_the_guide_work(stocked: Workspace) -> None:
    shutil.copy(SCRIPT, stocked.root)
    ran = []
    for program, *words in commands():
        ran.append(program)
        if program == "oneseek":
            stocked.run(*words)
        else:
            name = sys.executable if program == "python" else program
            subprocess.run([name, *words], cwd=stocked.root, check=True, capture_output=True)
    assert ran == ["oneseek", "oneseek", "cp", "oneseek", "python"]


@pytest.fixture
def exported(stocked: Workspace) -> Path:
    stocked.run("bundle", "export", "1.0", "-o", "version.zip", "--with-weights")
    return stocked.root / "version.zip"


def script(stocked: Workspace, file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    key = stocked.root / ".oneseek" / "checkpoint.vkey"
    return subprocess.run(
        [sys.executable, SCRIPT, file, "--trust", key, *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_both_verifiers_accept_what_was_exported(stocked: Workspace, exported: Path) -> None:
    done = stocked.run(
        "bundle", "verify", str(exported), "--trust", ".oneseek/checkpoint.vkey", "--json"
    )
    told = json.loads(done.out)
    assert told["ok"] is True
    assert any("no entry was left out" in line for line in told["not_proven"])
    assert script(stocked, exported).returncode == 0


def test_the_same_ledger_gives_the_same_bytes(stocked: Workspace, exported: Path) -> None:
    stocked.run("bundle", "export", "1.0", "-o", "again.zip", "--with-weights")
    assert (stocked.root / "again.zip").read_bytes() == exported.read_bytes()


def test_it_shows_what_it_is_about(stocked: Workspace, exported: Path) -> None:
    shown = json.loads(stocked.run("bundle", "show", str(exported), "--json").out)
    assert shown["dna"] == stocked.versions()[0]
    assert shown["size"] == stocked.size()
    assert "nothing was verified" in stocked.run("bundle", "show", str(exported)).out.lower()


def test_every_format_of_export_is_in_it(stocked: Workspace, exported: Path) -> None:
    with zipfile.ZipFile(exported) as archive:
        names = {name for name in archive.namelist() if name.startswith("exports/")}
    assert len(names) == len(VERSION_FORMATS) > 0


def test_the_certified_folder_in_it_is_a_certified_folder(
    stocked: Workspace, exported: Path
) -> None:
    with zipfile.ZipFile(exported) as archive:
        archive.extractall(stocked.root / "out")
    (folder,) = (stocked.root / "out" / "model").iterdir()
    done = subprocess.run(
        [sys.executable, "-I", folder / "verify_integrity.py", folder], capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 6  # ledger.proof lies not beside: the proofs are in proofs/
    assert "Nothing wrong was found" in done.stdout


def test_a_bundle_that_was_changed_is_refused_by_both(stocked: Workspace, exported: Path) -> None:
    raw = exported.read_bytes()
    for changed in (raw + b"x", raw.replace(b'"rows":12', b'"rows":13')):
        exported.write_bytes(changed)
        key = ".oneseek/checkpoint.vkey"
        done = stocked.run("bundle", "verify", str(exported), "--trust", key, expect=1)
        assert "expected" in done.out
        assert script(stocked, exported).returncode == 1
        assert "refused" in stocked.run("bundle", "show", str(exported), expect=1).err


def test_a_listing_that_does_not_fit_is_not_shown(stocked: Workspace, exported: Path) -> None:
    with zipfile.ZipFile(exported) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["README.txt"] = b"another"
    exported.write_bytes(packed(files))
    assert "README.txt" in stocked.run("bundle", "show", str(exported), expect=1).err


@pytest.mark.parametrize(
    "words",
    [
        ["bundle", "verify", "nowhere.zip", "--trust", ".oneseek/checkpoint.vkey"],
        ["bundle", "verify", "oneseek.toml", "--trust", ".oneseek/checkpoint.vkey"],
        ["bundle", "verify", "version.zip"],
        ["bundle", "verify", "version.zip", "--trust", "nonsense"],
        ["bundle", "verify", "version.zip", "--trust", "witness.vkey"],
        ["bundle", "show", "oneseek.toml"],
        ["bundle", "show", "nowhere.zip"],
        ["bundle", "export", "1.0"],
        ["bundle", "export", "1.0", "-o", "w.zip", "--require-witnesses", "1"],
    ],
    ids=" ".join,
)
def test_bad_input_is_said_in_a_sentence(
    stocked: Workspace, exported: Path, words: list[str]
) -> None:
    (stocked.root / "witness.vkey").write_text(f"{WITNESS}\n")
    assert stocked.run(*words, expect=2).err
    assert not (stocked.root / "w.zip").exists()


def test_a_version_that_is_not_there_has_no_bundle(stocked: Workspace) -> None:
    stocked.run("bundle", "export", "9.9", "-o", "none.zip", expect=3)
    assert not (stocked.root / "none.zip").exists()


def test_what_witnesses_cosigned_goes_along_and_can_be_demanded(
    operator: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "seen.zip"
    operator.run("bundle", "export", "1.0", "-o", str(file), "--require-witnesses", "2")
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    assert any(name.startswith("chain/") for name in names)
    assert len([name for name in names if name.startswith("keys/witness/")]) == 2
    words = ["--witness", str(operator.root / "out/w1.vkey")]
    words += ["--witness", str(operator.root / "out/w2.vkey")]
    key = ".oneseek/checkpoint.vkey"
    done = operator.run("bundle", "verify", str(file), "--trust", key, *words)
    assert done.out.count(" cosigned ") == 2
    told = script(operator, file, *words)
    assert told.returncode == 0, told.stdout
    assert told.stdout.count(" cosigned ") == 2


def test_a_witness_that_did_not_cosign_is_missed_by_both(
    stocked: Workspace, exported: Path
) -> None:
    key = ".oneseek/checkpoint.vkey"
    words = ["--witness", str(WITNESS)]
    done = stocked.run("bundle", "verify", str(exported), "--trust", key, *words, expect=1)
    assert "cosignature: witness.example" in done.out
    assert script(stocked, exported, *words).returncode == 1


def test_a_ledger_that_does_not_verify_gives_no_bundle(stocked: Workspace) -> None:
    with sqlite3.connect(stocked.root / ".oneseek" / "ledger.db") as ledger:
        ledger.execute("DROP TRIGGER entries_no_update")
        ledger.execute(
            "UPDATE entries SET state = "
            "CAST(replace(CAST(state AS TEXT), 'identity_v1', 'identity_v2') AS BLOB) "
            "WHERE position = 3"
        )
    done = stocked.run("bundle", "export", "1.0", "-o", "bad.zip", expect=10)
    assert "does not verify" in done.err
    assert not (stocked.root / "bad.zip").exists()


def test_a_version_that_is_signed_brings_its_signature(stocked: Workspace) -> None:
    stocked.run("sign", "1.0")
    stocked.run("bundle", "export", "1.0", "-o", "signed.zip")
    with zipfile.ZipFile(stocked.root / "signed.zip") as archive:
        names = archive.namelist()
    assert any(name.startswith("signatures/") for name in names)
    assert any(name.endswith(".pem") for name in names)
    done = script(stocked, stocked.root / "signed.zip")
    assert done.returncode == 0, done.stdout
    assert "are signed by the key" in done.stdout


def test_the_folder_the_signature_and_the_key_in_it_satisfy_model_signing(
    stocked: Workspace,
) -> None:
    stocked.run("sign", "1.0")
    stocked.run("bundle", "export", "1.0", "-o", "signed.zip", "--with-weights")
    out = stocked.root / "out"
    with zipfile.ZipFile(stocked.root / "signed.zip") as archive:
        archive.extractall(out)
    (folder,), (signature,) = (out / "model").iterdir(), (out / "signatures").iterdir()
    (key,) = (out / "keys").glob("*.pem")
    words = ["verify", "key", folder, "--signature", signature, "--public_key", key]

    def tool() -> int:
        program = Path(sys.executable).parent / "model_signing"
        return subprocess.run([program, *words], capture_output=True, check=False).returncode

    assert tool() == 0
    (folder / "adapter_config.json").write_bytes(b"{}")
    assert tool() != 0
