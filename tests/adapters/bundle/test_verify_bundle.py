"""``verify_bundle.py`` as a stranger runs it: usage, output, other folders, and no way to check.

What it refuses is in ``tests/bundles``, where its verdicts are compared with ours.
"""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bundles.judging import SCRIPT
from bundles.made import key_of
from bundles.story import Story
from bundles.table import ROWS, WITNESS

KEY = str(key_of("machine A"))
BAD = next(row for row in ROWS if row.name == "weights that were swapped are refused")


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


def run(*words: str | Path, env: Mapping[str, str] | None = None, script: Path = SCRIPT) -> Done:
    """Run the script in a process of its own; it never ends with a traceback."""
    done = subprocess.run(
        [sys.executable, str(script), *map(str, words)],
        capture_output=True, timeout=60, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(env or {})},
    )  # fmt: skip
    found = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in found.err, found.err
    return found


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.zip"
    path.write_bytes(Story().bundle())
    return path


@pytest.fixture
def no_cryptography(tmp_path: Path) -> dict[str, str]:
    """An environment in which importing cryptography fails."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "cryptography.py").write_text("raise RuntimeError('broken')")
    return {"PYTHONPATH": str(tmp_path / "broken")}


def test_a_good_bundle_says_what_is_proven_and_what_is_not(bundle: Path) -> None:
    done = run(bundle, "--trust", KEY)
    assert done.code == 0
    assert "goes back to the base model tiny" in done.out
    assert "NOT PROVEN  that no entry was left out" in done.out
    assert "was withdrawn: wrong data" in done.out
    assert done.out.startswith("The bundle holds.\n")


def test_a_bad_bundle_names_what_is_wrong_and_where(tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(BAD.make())
    done = run(path, "--trust", KEY)
    assert done.code == 1
    assert "WRONG       model-file: model/" in done.out
    assert "adapter_model.safetensors: expected" in done.out
    told = json.loads(run(path, "--trust", KEY, "--json").out)
    assert told["ok"] is False
    assert {item["check"] for item in told["findings"]} == {"model-file"}


def test_the_key_may_be_in_a_file(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "log.vkey").write_text(f"{KEY}\n")
    assert run(bundle, "--trust", tmp_path / "log.vkey").code == 0


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--trust", KEY, "--trust", "nonsense"],
        ["--trust", KEY[:-4] + "AAAA"],
        ["--trust", str(WITNESS)],
        ["--trust", "/nowhere/at/all"],
        ["--trust", KEY, "--witness", KEY],
        ["--trust", KEY, "--unheard-of"],
    ],
    ids=lambda words: " ".join(words)[:40],
)
def test_bad_usage_is_said_in_a_sentence(bundle: Path, words: list[str]) -> None:
    done = run(bundle, *words)
    assert done.code == 2
    assert "error:" in done.err


@pytest.mark.parametrize("path", ["/nowhere", "/", "/dev/null"])
def test_what_is_no_file_is_no_bundle(path: str) -> None:
    assert run(path, "--trust", KEY).code == 2


def test_where_nothing_can_check_a_signature_it_says_so(
    bundle: Path, no_cryptography: dict[str, str]
) -> None:
    done = run(bundle, "--trust", KEY, env={**no_cryptography, "PATH": "/nowhere"})
    assert done.code == 6
    assert "UNCHECKED" in done.out
    assert "cryptography or the command openssl" in done.out
    assert "The bundle holds" not in done.out


def test_what_it_says_of_a_signature_that_it_could_not_check_is_not_that_it_is_good(
    bundle: Path, no_cryptography: dict[str, str]
) -> None:
    done = run(bundle, "--trust", KEY, "--json", env={**no_cryptography, "PATH": "/nowhere"})
    told = json.loads(done.out)
    assert told["ok"] is False
    assert not any("signed by" in line for line in told["proven"])


@pytest.mark.parametrize(
    "body", ["exit 1", "echo 'unknown option -rawin' >&2; exit 1", "exit 0", "exec /no/such"]
)
def test_an_openssl_that_does_not_say_it_is_no_witness(
    body: str, bundle: Path, no_cryptography: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "openssl").write_text(f"#!/bin/sh\n{body}\n")
    (tmp_path / "openssl").chmod(0o755)
    done = run(bundle, "--trust", KEY, env={**no_cryptography, "PATH": str(tmp_path)})
    assert done.code == 6


def test_modules_that_lie_beside_the_script_do_not_run(bundle: Path, tmp_path: Path) -> None:
    script = tmp_path / "verify_bundle.py"
    script.write_bytes(SCRIPT.read_bytes())
    for name in ("json", "hashlib", "zlib", "cryptography"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(0)")
    assert run(bundle, "--trust", str(key_of("stranger")), script=script).code == 1


def test_it_imports_the_standard_library_alone_and_old_pythons_can_read_it() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 9))
    names = {
        name.name.partition(".")[0]
        for item in ast.walk(tree)
        if isinstance(item, ast.Import)
        for name in item.names
    } | {
        (item.module or "").partition(".")[0]
        for item in ast.walk(tree)
        if isinstance(item, ast.ImportFrom)
    }
    assert names - set(sys.stdlib_module_names) == {"cryptography"}
