"""``oneseek witness trust`` and ``attach``: whose word an operator keeps beside the checkpoint."""

import json
import sqlite3
from pathlib import Path

import pytest

from e2e.workspaces import Workspace
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key
from oneseek.domain.note.signed_note import VerifierKey, key_id
from witnesses import Witness, witness


@pytest.fixture
def one(tmp_path: Path) -> Witness:
    return witness(tmp_path, "w.example/1")


def head(workspace: Workspace) -> bytes:
    return workspace.run("ledger", "head", "--note").out.encode()


def attach(workspace: Workspace, data: bytes, expect: int = 0, *words: str) -> str:
    (workspace.root / "cosigned").write_bytes(data)
    done = workspace.run("witness", "attach", "cosigned", *words, expect=expect)
    assert not expect or len(done.err.strip().splitlines()) <= 2
    return done.out + done.err


def test_a_witness_is_trusted_once_and_by_a_line_in_a_file(
    stocked: Workspace, one: Witness, tmp_path: Path
) -> None:
    two = witness(tmp_path, "w.example/2", "ml-dsa-44")
    for made in (one, two):
        stocked.run("witness", "trust", str(made.key))
    assert "is trusted as a witness already" in stocked.run("witness", "trust", str(one.key)).out
    lines = (stocked.root / ".oneseek" / "witness.vkey").read_text("utf-8").splitlines()
    assert lines == [str(one.key), str(two.key)]


def test_keys_of_the_ledger_are_never_witnesses(stocked: Workspace) -> None:
    vkey = stocked.root / ".oneseek" / "checkpoint.vkey"
    log = VerifierKey.parse(vkey.read_text().strip())
    posing = VerifierKey("w.example/x", key_id("w.example/x", 4, log.key), 4, log.key)
    assert "key of a log" in stocked.run("witness", "trust", str(vkey), expect=2).err
    assert "itself" in stocked.run("witness", "trust", str(posing), expect=2).err
    assert not (stocked.root / ".oneseek" / "witness.vkey").exists()


def test_one_key_under_two_names_is_not_two_witnesses(stocked: Workspace, one: Witness) -> None:
    alias = VerifierKey("alias", key_id("alias", 4, one.key.key), 4, one.key.key)
    stocked.run("witness", "trust", str(one.key))
    assert "that is one" in stocked.run("witness", "trust", str(alias), expect=2).err


@pytest.mark.parametrize("text", ["", "no key", "\xff", "LOG"])
def test_a_damaged_file_of_witnesses_is_said_and_nobody_counts(
    stocked: Workspace, one: Witness, text: str
) -> None:
    path = stocked.root / ".oneseek" / "witness.vkey"
    log = (stocked.root / ".oneseek" / "checkpoint.vkey").read_text()
    path.write_bytes(text.replace("LOG", log).encode("latin-1"))
    for words in (["witness", "trust", str(one.key)], ["ledger", "head"]):
        assert "something else than keys of witnesses" in stocked.run(*words, expect=1).err
    stocked.run("log")
    assert "witness.vkey" in stocked.run("verify", "--deep", expect=1).out


def test_a_cosignature_is_kept_and_shown(stocked: Workspace, one: Witness) -> None:
    stocked.run("witness", "trust", str(one.key))
    plain = head(stocked)
    cosigned = one.cosign(plain)
    told = json.loads(attach(stocked, cosigned, 0, "--json"))
    assert (told["new"], told["cosignatures"][0]["witness"]) == (1, "w.example/1")
    assert json.loads(attach(stocked, cosigned, 0, "--json"))["new"] == 0
    assert head(stocked) == cosigned
    assert (stocked.root / ".oneseek" / "checkpoint").read_bytes() == plain
    stocked.run("verify", "--deep")
    stocked.run("activate", "1.0")
    assert head(stocked).count("—".encode()) == 1


def test_cosignatures_that_cannot_count_are_refused(stocked: Workspace, one: Witness) -> None:
    plain = head(stocked)
    assert "no witness is trusted here" in attach(stocked, one.cosign(plain), 2)
    other = witness(one.pem.parent, "w.example/2")
    stocked.run("witness", "trust", str(one.key))
    assert "only by w.example/2+" in attach(stocked, other.cosign(plain), 2)
    assert "by nobody" in attach(stocked, plain, 2)
    out = attach(stocked, other.cosign(one.cosign(plain)))
    assert "passed over w.example/2+" in out
    size, root = stocked.size(), bytes(32)
    pem = stocked.root / ".oneseek" / "keys" / "checkpoint.pem"
    fork = Ed25519Sealer("test.example/log", pem)(size, root)
    assert "another history" in attach(stocked, one.cosign(fork), 1)
    longer = Ed25519Sealer("test.example/log", pem)(size + 1, root)
    assert "no checkpoint covers" in attach(stocked, one.cosign(longer), 3)
    create_key(stocked.root / "x.pem", "other.example")
    foreign = Ed25519Sealer("other.example", stocked.root / "x.pem")(size, root)
    assert "a checkpoint of other.example" in attach(stocked, one.cosign(foreign), 2)
    later = one.cosign(plain).replace(b"\n%d\n" % size, b"\n2\n")
    assert "another history" in attach(stocked, later, 1)
    assert "no proof and no checkpoint" in attach(stocked, b"text", 2)


def test_whoever_is_no_longer_trusted_is_no_longer_shown(stocked: Workspace, one: Witness) -> None:
    stocked.run("witness", "trust", str(one.key))
    plain = head(stocked)
    attach(stocked, one.cosign(plain))
    (stocked.root / ".oneseek" / "witness.vkey").unlink()
    assert head(stocked) == plain


def test_a_row_that_somebody_wrote_into_the_database_is_never_shown(
    stocked: Workspace, one: Witness
) -> None:
    stocked.run("witness", "trust", str(one.key))
    plain = head(stocked)
    attach(stocked, one.cosign(plain))
    stocked.run("activate", "1.0")
    with sqlite3.connect(stocked.root / ".oneseek" / "ledger.db") as ledger:
        ledger.execute(
            "INSERT INTO cosignatures SELECT ?, name, key_id, signature FROM cosignatures",
            (stocked.size(),),
        )
    told = json.loads(stocked.run("ledger", "head", "--json").out)
    assert (told["cosignatures"], told["last_cosigned"]["size"]) == ([], stocked.size() - 1)
    stocked.run("ledger", "prove", str(stocked.size() - 1), "--require-witnesses", "1", expect=3)
    out = stocked.run("verify", "--deep", expect=1).out
    assert f"checkpoint of {stocked.size()} entries" in out
    assert "the one that w.example/1 cosigned" in out


@pytest.fixture
def no_ml_dsa(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine whose cryptography package is older than ML-DSA."""
    (tmp_path / "older").mkdir()
    (tmp_path / "older" / "sitecustomize.py").write_text(
        'import sys\nsys.modules["cryptography.hazmat.primitives.asymmetric.mldsa"] = None\n'
    )
    return {"PYTHONPATH": str(tmp_path / "older")}


def test_a_machine_without_ml_dsa_says_so_and_reads_on(
    stocked: Workspace, tmp_path: Path, no_ml_dsa: dict[str, str]
) -> None:
    made = witness(tmp_path, "w.example/q", "ml-dsa-44")
    stocked.run("witness", "trust", str(made.key), env=no_ml_dsa)
    plain = head(stocked)
    (stocked.root / "cosigned").write_bytes(made.cosign(plain))
    attaching = ("witness", "attach", "cosigned")
    assert "has no ML-DSA-44" in stocked.run(*attaching, expect=6, env=no_ml_dsa).err
    stocked.run(*attaching)
    done = stocked.run("ledger", "head", "--note", env=no_ml_dsa)
    assert (done.out.encode(), "are left out" in done.err) == (plain, True)
    told = json.loads(stocked.run("ledger", "head", "--json", env=no_ml_dsa).out)
    assert told["last_cosigned"] is None
    proving = ("ledger", "prove", "2", "--require-witnesses", "1")
    assert "has no ML-DSA-44" in stocked.run(*proving, expect=6, env=no_ml_dsa).err
    checking = ("ledger", "check", "cosigned", "--key", ".oneseek/checkpoint.vkey", "--witness")
    stocked.run(*checking, str(made.key))
    assert "has no" in stocked.run(*checking, str(made.key), expect=6, env=no_ml_dsa).err
    done = stocked.run("verify", "--deep", env=no_ml_dsa)
    assert "has no ML-DSA-44" in done.out + done.err
    making = ("witness", "init", "new", "--name", "w.example/n", "--algorithm", "ml-dsa-44")
    assert "has no ML-DSA-44" in stocked.run(*making, expect=6, env=no_ml_dsa).err
    showing = ("witness", "cosign", "cosigned", "--log", ".oneseek/checkpoint.vkey", "--state")
    stocked.run("witness", "init", "q", *making[3:])
    assert "has no" in stocked.run(*showing, "q", expect=6, env=no_ml_dsa).err


def test_a_moved_ledger_keeps_its_cosignatures(stocked: Workspace, one: Witness) -> None:
    stocked.run("witness", "trust", str(one.key))
    cosigned = one.cosign(head(stocked))
    attach(stocked, cosigned)
    stocked.run("ledger", "move", "sqlite:.oneseek/second.db")
    assert head(stocked) == cosigned
    stocked.run("doctor")
