"""A signature is checked by cryptography or by openssl, with the same verdict, or not called so."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Check = Callable[..., Any]


def openssl_knows_ed25519() -> bool:
    """Whether ``openssl pkeyutl`` has the option that Ed25519 needs (3.0 and later)."""
    if shutil.which("openssl") is None:
        return False
    done = subprocess.run(["openssl", "pkeyutl", "-help"], capture_output=True, check=False)
    return b"-rawin" in done.stdout + done.stderr


needs_openssl = pytest.mark.skipif(not openssl_knows_ed25519(), reason="no openssl 3.0 or later")


@pytest.fixture
def no_cryptography(tmp_path: Path) -> dict[str, str]:
    """An environment in which importing cryptography fails."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "cryptography.py").write_text("raise RuntimeError('broken')")
    return {"PYTHONPATH": str(tmp_path / "broken")}


@pytest.fixture(params=["cryptography", pytest.param("openssl", marks=needs_openssl)])
def way(request: pytest.FixtureRequest, no_cryptography: dict[str, str]) -> dict[str, str]:
    """The environment in which one of the two checks the signature."""
    return {} if request.param == "cryptography" else no_cryptography


def test_a_good_signature_is_verified(
    way: dict[str, str], built: Path, check: Check, key: str
) -> None:
    result = check(built, "--key", key, "--json", env=way)
    assert result.code == 0
    assert result.told["signature"] == "verified"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\n11\n", b"\n12\n"),
        (b"\n\n\xe2\x80\x94", b"\nmore\n\n\xe2\x80\x94"),
    ],
    ids=["the size", "one line more"],
)
def test_a_signature_over_another_text_is_wrong(
    old: bytes, new: bytes, way: dict[str, str], folder: Path, check: Check, key: str
) -> None:
    proof = folder / "ledger.proof"
    proof.write_bytes(proof.read_bytes().replace(old, new))
    result = check(folder, "--key", key, "--json", env=way)
    assert (result.code, result.told["signature"]) == (1, "wrong")
    assert result.checks == {("signature", "ledger.proof")}


def test_a_second_signature_that_is_wrong_is_not_overlooked(
    way: dict[str, str], folder: Path, check: Check, key: str
) -> None:
    proof = folder / "ledger.proof"
    *_, line = proof.read_bytes().splitlines(keepends=True)
    wrong = line[:-10] + (b"B" if line[-10:-9] == b"A" else b"A") + line[-9:]
    proof.write_bytes(proof.read_bytes() + wrong)
    result = check(folder, "--key", key, "--json", env=way)
    assert result.checks == {("signature", "ledger.proof")}
    assert result.told["signature"] == "wrong"


def test_a_signature_that_is_too_short_is_wrong_even_where_none_can_be_checked(
    no_cryptography: dict[str, str], folder: Path, check: Check, key: str, tmp_path: Path
) -> None:
    proof = folder / "ledger.proof"
    *rest, line = proof.read_bytes().splitlines(keepends=True)
    proof.write_bytes(b"".join([*rest, line[:-9] + b"\n"]))
    nothing = {**no_cryptography, "PATH": str(tmp_path)}
    result = check(folder, "--key", key, "--json", env=nothing)
    assert result.checks == {("signature", "ledger.proof")}


def test_signatures_of_others_are_passed_over(folder: Path, check: Check, key: str) -> None:
    with (folder / "ledger.proof").open("ab") as proof:
        proof.write("\N{EM DASH} witness.example MTIzNDU2\n".encode())
    assert check(folder, "--key", key).code == 0


def test_a_stranger_is_named(version: Any, tmp_path: Path, check: Check, key: str) -> None:
    result = check(version(secret="stranger").write(tmp_path), "--key", key)
    assert result.code == 1
    name, number, _ = key.split("+", 2)
    assert (
        f"signature: ledger.proof: expected one by {name}+{number}, found by {name}+" in result.out
    )


def test_where_neither_is_here_the_signature_is_not_called_good(
    no_cryptography: dict[str, str], built: Path, check: Check, key: str, tmp_path: Path
) -> None:
    result = check(built, "--key", key, env={**no_cryptography, "PATH": str(tmp_path)})
    assert result.code == 6
    assert "the Python package cryptography or the command openssl" in result.out


@pytest.mark.parametrize(
    "body",
    ["exit 1", "echo 'pkeyutl: unknown option -rawin' >&2; exit 1", "exit 0", "exec /no/such"],
)
def test_an_openssl_that_does_not_say_it_is_no_witness(
    body: str,
    no_cryptography: dict[str, str],
    built: Path,
    check: Check,
    key: str,
    tmp_path: Path,
) -> None:
    (tmp_path / "openssl").write_text(f"#!/bin/sh\n{body}\n")
    (tmp_path / "openssl").chmod(0o755)
    result = check(built, "--key", key, env={**no_cryptography, "PATH": str(tmp_path)})
    assert result.code == 6


def test_an_openssl_planted_in_the_folder_does_not_run(
    no_cryptography: dict[str, str], folder: Path, check: Check, key: str
) -> None:
    (folder / "openssl").write_text("#!/bin/sh\necho Signature Verified Successfully\n")
    (folder / "openssl").chmod(0o755)
    for path in (".", "", os.pathsep):
        result = check(
            folder, "--key", key, "--json", env={**no_cryptography, "PATH": path}, cwd=folder
        )
        assert result.told["signature"] == "unchecked"


def test_one_of_several_keys_suffices(
    version: Any, built: Path, tmp_path: Path, check: Check, key: str, other_key: str
) -> None:
    """Several machines write one ledger; a version is certified by one of them."""
    other = other_key
    for folder in (built, version(secret="another machine").write(tmp_path)):
        assert check(folder, "--key", key, "--key", other).code == 0
        assert check(folder, "--key", other, "--key", key).code == 0
    stranger = version(secret="stranger").write(tmp_path / "x")
    result = check(stranger, "--key", key, "--key", other)
    assert result.code == 1
    assert (
        f"one by {'+'.join(key.split('+')[:2])} or {'+'.join(other.split('+')[:2])}" in result.out
    )
