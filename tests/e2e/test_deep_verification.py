"""What a deep verification must find, with the entry that it belongs to; it changes nothing."""

import json
import sqlite3

import pytest

from e2e.harm import answered, findings, forging, state
from e2e.workspaces import Workspace


def test_one_exchanged_checkpoint_of_long_ago_is_found(stocked: Workspace) -> None:
    with forging(stocked) as connection:
        connection.execute("UPDATE checkpoints SET note = x'00' WHERE size = 3")
    found = findings(stocked, "--deep", expect=10)
    assert ("checkpoint", "checkpoint of 3 entries", "signed by a known key") in found


def test_a_checkpoint_under_another_size_is_found(stocked: Workspace) -> None:
    with forging(stocked) as connection:
        connection.execute("DELETE FROM checkpoints WHERE size = 3")
        connection.execute("UPDATE checkpoints SET size = 3 WHERE size = 4")
    found = findings(stocked, "--deep", expect=10)
    assert ("checkpoint", "checkpoint of 3 entries", "signed by a known key") in found


@pytest.mark.parametrize("what", ["row order", "losses"])
def test_lost_evidence_of_a_training_is_found_with_its_entry(what: str, stocked: Workspace) -> None:
    logged = stocked.run("log", "--kind", "training-completed", "--json").out.splitlines()
    entry = json.loads(logged[0])
    digest = entry["body"][what.replace(" ", "_")]
    (stocked.root / ".oneseek" / "objects" / digest[:2] / digest[2:]).unlink()
    found = findings(stocked, "--deep", expect=1)
    expected = f"{what} of training {entry['body']['training']}, named by entry {entry['index']}"
    assert ("object-missing", digest, expected) in found


def test_a_damaged_object_is_found_with_version_and_entry(stocked: Workspace) -> None:
    (version, *_) = json.loads(stocked.run("versions", "--json").out)
    digest = version["weights"]
    path = stocked.root / ".oneseek" / "objects" / digest[:2] / digest[2:]
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    found = findings(stocked, "--deep", expect=1)
    (expected,) = (text for check, _, text in found if check == "object-damaged")
    assert f"adapter_model.safetensors of version {version['dna']}" in expected
    assert f"entry {version['index']}" in expected


def test_a_damaged_base_model_is_found_and_nothing_is_written(stocked: Workspace) -> None:
    (stocked.root / "models" / "basemodeller" / "tiny" / "config.json").write_bytes(b"{}")
    before = state(stocked)
    found = findings(stocked, "--deep", expect=1)
    assert [check for check, _, _ in found] == ["base-model"]
    assert "base model tiny, registered by entry 2" in found[0][1]
    assert state(stocked) == before


def test_a_deep_verification_writes_nothing(stocked: Workspace) -> None:
    before = state(stocked)
    stocked.run("verify", "--deep")
    assert state(stocked) == before


def test_other_salts_are_found(stocked: Workspace) -> None:
    with sqlite3.connect(stocked.root / ".oneseek" / "vault.db") as connection:
        connection.execute("UPDATE salts SET salts = zeroblob(length(salts))")
    found = findings(stocked, "--deep", expect=1)
    assert [check for check, _, _ in found] == ["salts"]
    assert "identity_v1" in found[0][1]


def test_a_lost_sealed_text_is_found_with_its_query(stocked: Workspace) -> None:
    answer = answered(stocked)
    entry = json.loads(stocked.run("entry", str(answer.index), "--json").out)["entry"]
    digest = entry["body"]["question"]
    (stocked.root / ".oneseek" / "objects" / digest[:2] / digest[2:]).unlink()
    ((check, where, expected),) = findings(stocked, "--deep", expect=1)
    assert (check, where) == ("object-missing", digest)
    assert f"question of query {answer.query}, named by entry {answer.index}" in expected


def test_a_lost_key_of_a_sealed_text_is_found(stocked: Workspace) -> None:
    answer = answered(stocked)
    with sqlite3.connect(stocked.root / ".oneseek" / "vault.db") as connection:
        connection.execute("DELETE FROM keys")
    found = findings(stocked, "--deep", expect=1)
    assert [check for check, _, _ in found] == ["sealed-text", "sealed-text"]
    assert answer.query in found[0][1]


def test_an_erased_text_that_can_still_be_read_is_found_until_it_is_erased(
    stocked: Workspace,
) -> None:
    answer = answered(stocked)
    vault = stocked.root / ".oneseek" / "vault.db"
    kept = vault.read_bytes()
    stocked.run("erase", answer.query)
    assert findings(stocked, "--deep", expect=0) == []
    vault.write_bytes(kept)
    assert [check for check, _, _ in findings(stocked, "--deep", expect=1)] == ["not-erased"] * 2
    stocked.run("erase", answer.query)
    stocked.run("verify", "--deep")


def test_a_copy_without_the_vault_can_be_verified(stocked: Workspace) -> None:
    (stocked.root / ".oneseek" / "vault.db").unlink()
    assert "not checked" in stocked.run("verify", "--deep").err


def test_a_vault_that_cannot_be_read_is_found(stocked: Workspace) -> None:
    (stocked.root / ".oneseek" / "vault.db").write_bytes(b"no vault")
    assert [check for check, _, _ in findings(stocked, "--deep", expect=1)] == ["vault"]


def test_a_state_that_cannot_be_read_does_not_end_the_verification(stocked: Workspace) -> None:
    (stocked.certified / "README.md").chmod(0o600)
    with forging(stocked) as connection:
        connection.execute("UPDATE state SET body = x'00' WHERE kind = 'version'")
    checks = [check for check, _, _ in findings(stocked, expect=1)]
    assert "state" in checks
    stocked.run("rebuild", "state")
    assert [check for check, _, _ in findings(stocked, expect=1)] == ["drift-wrong-mode"]
