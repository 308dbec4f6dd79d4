"""This machine's keys: listed, exported, rotated, protected; and versions signed and verified."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from e2e.workspaces import Workspace, train_small
from oneseek.adapters.objects.tree import hash_tree

SECRET = {"OQT_KEY_PASSPHRASE": "en hemlighet"}
PRIVATE = "PRIVATE KEY"


def listed(workspace: Workspace) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(workspace.run("keys", "list", "--json").out)
    return found


def keys(workspace: Workspace, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(key[column] for column in columns) for key in listed(workspace)]


def kinds(workspace: Workspace, count: int) -> list[str]:
    lines = workspace.run("log", "-n", str(count), "--json").out.splitlines()
    return [json.loads(line)["kind"].split("/")[0] for line in lines]


def test_a_training_signs_what_it_certifies(stocked: Workspace) -> None:
    assert kinds(stocked, 3) == ["version-numbered", "version-certified", "version-signed"]
    assert keys(stocked, "purpose", "state", "this_machine", "protection") == [
        ("checkpoint", "may sign", True, "none"),
        ("model", "may sign", True, "none"),
    ]
    for folder in stocked.certified.glob("*.v*"):
        assert (folder / "model.sig").is_file()
    assert "2 versions signed" in stocked.run("verify").out
    shown = stocked.run("show", "2.0").out
    key = json.loads(stocked.run("show", "2.0", "--json").out)["signature"]["key"]
    assert f"Signed     with model key {key[:8]}, ledger entry {stocked.size() - 1}" in shown
    assert "Repeated   no   (oneseek reproduce)" in shown
    assert "nothing to do" in stocked.run("sign", "1.0").out
    assert "nothing to do" in stocked.run("sign", "--all").out
    stocked.run("sign", expect=2)
    stocked.run("sign", "1.0", "--all", expect=2)
    stocked.run("sign", "9.0", expect=3)


def test_a_rebuilt_tree_has_the_same_signatures_and_a_changed_one_is_drift(
    stocked: Workspace,
) -> None:
    before = hash_tree(stocked.certified)
    shutil.rmtree(stocked.certified)
    stocked.run("rebuild")
    assert hash_tree(stocked.certified) == before
    signature = next(stocked.certified.glob("*.v1.0.*")) / "model.sig"
    signature.chmod(0o644)
    signature.write_bytes(signature.read_bytes().replace(b"sha256", b"sha265") + b" ")
    assert "drift-changed" in stocked.run("verify", "1.0", expect=1).out
    assert stocked.run("activate", "1.0", expect=1).code == 1
    stocked.run("rebuild")
    assert hash_tree(stocked.certified) == before


def test_the_script_of_a_folder_passes_the_signature_by(stocked: Workspace) -> None:
    folder = next(stocked.certified.glob("*.v1.0.*"))
    key = (stocked.root / ".oneseek" / "checkpoint.vkey").read_text("utf-8").strip()
    done = subprocess.run(
        ["python3", str(folder / "verify_integrity.py"), "--key", key],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_public_keys_are_exported_in_the_forms_of_others(stocked: Workspace) -> None:
    model = subprocess.run(
        ["openssl", "pkey", "-in", ".oneseek/keys/model.pem", "-pubout"],
        cwd=stocked.root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert stocked.run("keys", "export").out == model.stdout
    own = subprocess.run(
        ["openssl", "pkey", "-in", ".oneseek/keys/checkpoint.pem", "-pubout"],
        cwd=stocked.root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    checkpoint, model_key = listed(stocked)
    assert stocked.run("keys", "export", str(checkpoint["id"]), "--format", "pem").out == own.stdout
    assert stocked.run("keys", "export", str(model_key["id"])).out == model.stdout
    pinned = (stocked.root / ".oneseek" / "checkpoint.vkey").read_text("utf-8")
    assert stocked.run("keys", "export", "--format", "vkey").out == pinned
    stocked.run("keys", "export", "-o", "log.vkey")
    assert (stocked.root / "log.vkey").read_text("utf-8") == pinned
    stocked.run("keys", "export", "-o", "model.pem")
    assert (stocked.root / "model.pem").read_text("utf-8") == model.stdout
    stocked.run("keys", "export", str(checkpoint["id"]), "-o", "own.pem")
    assert (stocked.root / "own.pem").read_text("utf-8") == own.stdout
    stocked.run("keys", "export", "-o", "odd.vkey", "--format", "pem")
    assert (stocked.root / "odd.vkey").read_text("utf-8") == model.stdout
    stocked.run("keys", "export", str(model_key["id"]), "--format", "vkey", expect=2)
    stocked.run("keys", "export", "00000000", expect=3)
    stocked.run("keys", "export", "-o", "m.pub")
    stocked.run("keys", "export", "-o", "m.pub", expect=4)
    stocked.run("keys", "export", "-o", "nowhere/m.pub", expect=2)
    assert PRIVATE not in (stocked.root / "m.pub").read_text("utf-8")


def test_a_rotated_checkpoint_key_leaves_a_chain_from_the_old_one(stocked: Workspace) -> None:
    old = stocked.run("keys", "export", "--format", "vkey").out.strip()
    kept = (stocked.root / ".oneseek" / "keys" / "checkpoint.pem").read_bytes()
    done = json.loads(stocked.run("keys", "rotate", "--reason", "yearly", "--json").out)
    assert kinds(stocked, 2) == ["key-added", "key-retired"]
    assert done["retired"] == [old.split("+")[1]]
    new = stocked.run("keys", "export", "--format", "vkey").out.strip()
    assert new != old
    stocked.run("activate", "1.0")
    stocked.run("verify", "--deep")
    stocked.run("verify", "--key", old)
    # The new key alone vouches for everything below its own first checkpoint.
    stocked.run("verify", "--key", new)
    (aside,) = (stocked.root / ".oneseek" / "keys" / "retired").iterdir()
    assert aside.read_bytes() == kept
    (stocked.root / ".oneseek" / "keys" / "checkpoint.pem").write_bytes(kept)
    assert "was retired by entry" in stocked.run("activate", "2.0", expect=4).err
    stocked.run("keys", "rotate", "--reason", " ", expect=2)


def test_a_process_that_was_there_before_signs_with_the_new_key(stocked: Workspace) -> None:
    app = stocked.app()
    try:
        old = app.own_key
        train_small(app, 7)
        stocked.run("keys", "rotate", "--reason", "yearly")
        train_small(app, 8)
        assert app.own_key != old
    finally:
        app.close()
    stocked.run("verify")


def test_a_rotation_without_a_model_key_is_refused(tmp_path: Path) -> None:
    blank = Workspace(tmp_path)
    blank.run("init", ".", "--origin", "test.example/log")
    refused = blank.run("keys", "rotate", "--purpose", "model", "--reason", "x", expect=3)
    assert "no model key yet" in refused.err
    assert "no model key yet" in blank.run("keys", "export", expect=3).err
    assert "nothing to do" in blank.run("sign", "--all").out
    assert keys(blank, "purpose") == [("checkpoint",)]


def test_a_model_key_is_retired_by_the_beginning_of_its_digest(stocked: Workspace) -> None:
    model = str(listed(stocked)[1]["id"])
    assert f"model key: {model}, readable" in stocked.run("doctor").out
    stocked.run("keys", "retire", model, "--reason", "its disk was stolen")
    assert "retired by entry" in stocked.run("doctor", expect=1).out
    assert keys(stocked, "purpose", "state", "reason")[1] == (
        "model", "retired", "its disk was stolen"
    )  # fmt: skip
    stocked.run("verify")
    refused = stocked.run("sign", "1.0", expect=4)
    assert "oneseek keys rotate --purpose model" in refused.err
    stocked.run("keys", "rotate", "--purpose", "model", "--reason", "stolen")
    assert "Signed" in stocked.run("sign", "1.0").out
    stocked.run("verify")
    stocked.run("keys", "retire", "00000000", "--reason", "x", expect=3)


def test_a_protected_key_needs_its_passphrase_and_is_known_without(stocked: Workspace) -> None:
    stocked.run("keys", "protect", env=SECRET)
    assert kinds(stocked, 2) == ["key-protection-changed"] * 2
    assert [key[0] for key in keys(stocked, "protection")] == ["passphrase"] * 2
    for name in ("checkpoint.pem", "model.pem"):
        path = stocked.root / ".oneseek" / "keys" / name
        assert b"ENCRYPTED PRIVATE KEY" in path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600
    stocked.run("verify")
    size = stocked.size()
    assert "no terminal" in stocked.run("activate", "1.0", expect=6).err
    wrong = stocked.run("activate", "1.0", env={"OQT_KEY_PASSPHRASE": "fel"}, expect=2)
    assert len([line for line in wrong.err.splitlines() if line.startswith("Error")]) == 1
    assert stocked.size() == size
    stocked.run("activate", "1.0", env=SECRET)
    stocked.run("keys", "rotate", "--reason", "x", env=SECRET)
    stocked.run("keys", "rotate", "--purpose", "model", "--reason", "x", env=SECRET)
    stocked.run("sign", "--all", env=SECRET)
    assert {key["protection"] for key in listed(stocked) if key["this_machine"]} == {"passphrase"}
    renewed = {**SECRET, "OQT_KEY_NEW_PASSPHRASE": "ny"}
    stocked.run("keys", "protect", "--purpose", "model", env=renewed)
    stocked.run("keys", "protect", "--purpose", "checkpoint", "--remove", env=SECRET)
    stocked.run("keys", "protect", "--remove", env={"OQT_KEY_PASSPHRASE": "ny"})
    assert {key["protection"] for key in listed(stocked) if key["this_machine"]} == {"none"}
    stocked.run("verify", "--deep")


def test_what_lies_about_among_the_keys_is_named_or_passed_over(stocked: Workspace) -> None:
    keys_folder = stocked.root / ".oneseek" / "keys"
    (keys_folder / "protection.json").write_bytes(b"{")
    refused = stocked.run("activate", "1.0", expect=1)
    assert "protection.json is not what this software writes" in refused.err
    (keys_folder / "protection.json").unlink()
    (keys_folder / "retired").mkdir()
    (keys_folder / "retired" / "Ed25519-0.pem").write_bytes(b"garbage")
    stocked.run("keys", "rotate", "--reason", "yearly")
    (keys_folder / "model.next.pem").write_bytes(b"garbage")
    assert "model.next.pem does not hold" in stocked.run("activate", "1.0", expect=5).err


def test_one_version_is_verified_alone(stocked: Workspace) -> None:
    done = stocked.run("verify", "1.0")
    assert "every file is as its manifest says" in done.out
    assert "signed by the model key" in done.out
    stocked.run("verify", "9.0", expect=3)
    stocked.run("verify", "1.0", "--deep", expect=2)
    stocked.run("withdraw", "1.0", "--reason", "wrong")
    assert "withdrawn by entry" in stocked.run("verify", "1.0").err
    weights = next(stocked.certified.glob("*.v1.0.*")) / "adapter_model.safetensors"
    weights.chmod(0o644)
    weights.write_bytes(b"other")
    stocked.run("verify", "2.0")
    assert "drift-changed" in stocked.run("verify", "1.0", expect=1).out
    stocked.run("reset", "--confirm", "RESET")
    assert "taken away by a reset" in stocked.run("verify", "2.0", expect=6).err


def test_a_version_without_a_signature_is_no_finding(stocked: Workspace, tmp_path: Path) -> None:
    """Versions of before there were model keys stay good."""
    from oneseek.adapters.certified.verifier import verifier_script
    from oneseek.domain.usecases.certify import certify

    app = stocked.app()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "e2e.workspaces.certify",
                lambda ports, training, *_: certify(ports, training, verifier_script()),
            )
            dna = train_small(app, 9)
    finally:
        app.close()
    assert "it has no signature" in stocked.run("verify", dna).err
    stocked.run("verify")
    assert "entry" in stocked.run("sign", dna).out
    assert "signed by the model key" in stocked.run("verify", dna).out
