"""Every verb through the real command, as an operator types it."""

import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from e2e.workspaces import ONESEEK, ROWS, Workspace
from oneseek.adapters.objects.tree import hash_tree
from oneseek.domain.decisions.lookup import find_base
from oneseek.domain.errors import Erased
from oneseek.domain.usecases import registry
from oneseek.domain.usecases.ask import Reply, ask
from oneseek.domain.usecases.erase import find_query


def test_two_versions_have_numbers_one_and_two(stocked: Workspace) -> None:
    listed = json.loads(stocked.run("versions", "--json").out)
    assert [(item["major"], item["minor"]) for item in listed] == [(1, 0), (2, 0)]
    assert [item["status"] for item in listed] == ["certified", "certified"]
    assert all((stocked.certified / item["dna"] / "manifest.json").is_file() for item in listed)


def test_activating_moves_the_current_link_and_repeating_it_is_harmless(stocked: Workspace) -> None:
    first, second = stocked.versions()
    stocked.run("activate", first)
    link = stocked.certified / "OneSeek-7B-Zero-CURRENT"
    assert str(link.readlink()) == first
    stocked.run("activate", "2.0")
    assert str(link.readlink()) == second
    size = stocked.size()
    assert "active already" in stocked.run("activate", second).out
    assert stocked.size() == size


def test_time_travel_by_size_and_by_time(stocked: Workspace) -> None:
    first, second = stocked.versions()
    before = stocked.size()
    stocked.run("current", "--at", str(before), expect=3)
    stocked.run("activate", first)
    moment = json.loads(stocked.run("ledger", "head", "--json").out)["time"]
    after_first = stocked.size()
    stocked.run("activate", second)
    now = json.loads(stocked.run("current", "--json").out)
    by_size = json.loads(stocked.run("current", "--at", str(after_first), "--json").out)
    by_time = json.loads(stocked.run("current", "--at", moment, "--json").out)
    assert (now["dna"], by_size["dna"], by_time["dna"]) == (second, first, first)


def test_withdrawing_the_active_version_leaves_nothing_active(stocked: Workspace) -> None:
    first, _ = stocked.versions()
    stocked.run("activate", first)
    stocked.run("withdraw", first, "--reason", "wrong source")
    stocked.run("current", expect=3)
    assert not (stocked.certified / "OneSeek-7B-Zero-CURRENT").is_symlink()
    refused = stocked.run("activate", first, expect=4)
    assert "was withdrawn" in refused.err
    assert (stocked.certified / first).is_dir()


def test_a_deleted_tree_is_rebuilt_byte_for_byte_and_the_repair_is_recorded(
    stocked: Workspace,
) -> None:
    stocked.run("activate", "2.0")
    before = hash_tree(stocked.root / "models")
    shutil.rmtree(stocked.certified)
    shutil.rmtree(stocked.root / "models" / "oneseek-integrity")
    assert "drift-missing" in stocked.run("verify", expect=1).out
    stocked.run("rebuild")
    assert hash_tree(stocked.root / "models") == before
    stocked.run("verify", "--deep")
    last = json.loads(stocked.run("log", "--json", "-n", "2").out.splitlines()[-1])
    assert last["kind"] == "drift-repaired/v1"


def test_deleting_the_positions_as_well_is_survived(stocked: Workspace) -> None:
    before = hash_tree(stocked.certified)
    shutil.rmtree(stocked.root / ".oneseek" / "projections")
    shutil.rmtree(stocked.certified)
    stocked.run("versions")
    assert hash_tree(stocked.certified) == before


def test_a_flipped_byte_is_named_with_file_version_and_entry(stocked: Workspace) -> None:
    first, _ = stocked.versions()
    path = stocked.certified / first / "adapter_model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    path.chmod(0o444)
    found = json.loads(stocked.run("verify", "--json", expect=1).out)["findings"]
    shown = json.loads(stocked.run("show", first, "--json").out)
    assert [item["check"] for item in found] == ["drift-changed"]
    assert found[0]["where"].endswith(f"{first}/adapter_model.safetensors")
    assert f"ledger entry {shown['index']}" in found[0]["expected"]
    refused = stocked.run("activate", first, expect=1)
    assert "is not intact" in refused.err
    stocked.run("rebuild", "certified-tree")
    stocked.run("verify")
    kept = stocked.root / ".oneseek" / "displaced" / first / "adapter_model.safetensors"
    assert kept.read_bytes() == bytes(data)


def test_reset_needs_the_word_and_leaves_history_and_a_way_back(stocked: Workspace) -> None:
    first, second = stocked.versions()
    stocked.run("activate", second)
    size = stocked.size()
    assert stocked.run("reset", "--confirm", "reset", expect=2).out == ""
    assert stocked.run("reset", expect=2, text="").out == ""
    assert stocked.size() == size
    (stocked.certified / "notes.txt").write_text("mine")
    stocked.run("reset", "--confirm", "RESET", "--reason", "a test | with a bar")
    assert sorted(path.name for path in stocked.certified.iterdir()) == ["README.md"]
    assert "a test \\| with a bar" in (stocked.certified / "README.md").read_text()
    assert (stocked.root / "models" / "basemodeller" / "tiny" / "config.json").is_file()
    stocked.run("current", expect=3)
    assert "was removed by the reset" in stocked.run("activate", first, expect=4).err
    body = json.loads(stocked.run("log", "--kind", "registry-reset", "--json").out)["body"]
    inventory = json.loads(stocked.app().objects.read(body["inventory"]))
    assert inventory["active"] == second
    assert set(inventory["versions"]) == {first, second}
    assert "notes.txt" in {item["path"] for item in inventory["files"]}
    stocked.run("restore", first)
    stocked.run("activate", first)
    assert (stocked.certified / first / "ledger.proof").is_file()
    assert not (stocked.certified / second).exists()
    stocked.run("verify", "--deep")


def test_replay_shows_the_tree_of_then_in_another_folder(stocked: Workspace) -> None:
    first, second = stocked.versions()
    stocked.run("activate", first)
    size = stocked.size()
    then = hash_tree(stocked.certified)
    stocked.run("activate", second)
    stocked.run("reset", "--confirm", "RESET")
    stocked.run("replay", "--until", str(size), "--to", "then")
    assert hash_tree(stocked.root / "then" / "models" / "oneseek-certified") == then
    stocked.run("replay", "--until", str(size), "--to", "then", expect=4)
    stocked.run("replay", "--until", "999999", "--to", "later", expect=2)
    assert not (stocked.root / "later").exists()


def test_diff_names_the_changed_tensor(stocked: Workspace) -> None:
    found = json.loads(stocked.run("diff", "1.0", "2.0", "--json").out)
    assert found["tensors"] == 2
    assert [(item["name"], item["l2"]) for item in found["deltas"]] == [("layer.lora_B", 1.0)]
    assert "No tensor differs" in stocked.run("diff", "1.0", "1.0").out


def test_the_checksum_files_work_with_coreutils(stocked: Workspace) -> None:
    for dna in stocked.versions():
        sums = stocked.root / "models" / "oneseek-integrity" / f"{dna}.sha256"
        subprocess.run(
            ["sha256sum", "--check", "--quiet", str(sums)], cwd=stocked.certified, check=True
        )


def test_the_stand_alone_verifier_agrees(stocked: Workspace) -> None:
    first, _ = stocked.versions()
    key = stocked.root / ".oneseek" / "checkpoint.vkey"
    script = stocked.certified / first / "verify_integrity.py"

    def verify() -> int:
        return subprocess.run(
            ["python3", str(script), "--key", str(key)], check=False, capture_output=True
        ).returncode

    assert verify() == 0
    (stocked.certified / first / "extra.txt").write_text("x")
    assert verify() == 1


def test_a_row_is_proven_offline_and_a_held_out_row_is_not(
    stocked: Workspace, tmp_path: Path
) -> None:
    proven = []
    for row in range(1, 13):
        words = ("dataset", "prove", "identity_v1", "--row", str(row), "--version", "1.0")
        done = subprocess.run(
            [str(ONESEEK), *words, "-o", str(tmp_path / f"{row}.json")],
            cwd=stocked.root, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode in (0, 3)
        if done.returncode == 0:
            proven.append(row)
        else:
            assert "was held out" in done.stderr
    assert 0 < len(proven) < 12
    proof = tmp_path / f"{proven[0]}.json"
    key = stocked.root / ".oneseek" / "checkpoint.vkey"
    outside = Workspace(tmp_path)
    outside.run("dataset", "check", str(proof), "--key", str(key))
    outside.run("dataset", "check", str(proof), expect=6)
    proof.write_bytes(proof.read_bytes().replace(b"Svar", b"Slut", 1))
    outside.run("dataset", "check", str(proof), "--key", str(key), expect=1)


def test_adding_a_dataset_twice_appends_nothing(stocked: Workspace) -> None:
    (stocked.root / "identity_v1.jsonl").write_bytes(ROWS)
    size = stocked.size()
    again = stocked.run("dataset", "add", "identity_v1.jsonl", "--language", "sv")
    assert "known before" in again.out
    assert stocked.size() == size


def test_lineage_show_status_entry_and_doctor_speak_json(stocked: Workspace) -> None:
    steps = json.loads(stocked.run("lineage", "2.0", "--json").out)
    assert [step["what"] for step in steps] == ["version", "base model"]
    assert [item["what"] for item in steps[0]["inputs"]] == ["dataset", "training"]
    assert json.loads(stocked.run("status", "--json").out)["counts"]["versions"] == 2
    entry = json.loads(stocked.run("entry", "0", "--json").out)
    assert entry["entry"]["kind"] == "ledger-opened/v1"
    assert json.loads(stocked.run("doctor", "--json").out)["ok"] is True


def test_log_follow_shows_what_another_process_appends(stocked: Workspace) -> None:
    watcher = subprocess.Popen(
        [str(ONESEEK), "log", "--follow", "-n", "1", "--json"],
        cwd=stocked.root, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert watcher.stdout is not None
        assert json.loads(watcher.stdout.readline())["kind"] == "version-signed/v1"
        stocked.run("activate", "1.0")
        stocked.run("activate", "2.0")
        seen = [json.loads(watcher.stdout.readline())["body"]["dna"] for _ in range(2)]
        assert seen == stocked.versions()
    finally:
        watcher.kill()
        watcher.wait()


def test_a_following_process_brings_the_tree_up_for_a_writer_that_does_not(
    stocked: Workspace,
) -> None:
    first, _ = stocked.versions()
    follower = subprocess.Popen(
        [str(ONESEEK), "rebuild", "--follow"],
        cwd=stocked.root, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert follower.stderr is not None
        assert follower.stderr.readline().startswith("following")
        app = stocked.app()
        registry.activate(app.ports, first, lambda *_: [])
        app.close()
        assert follower.stderr.readline().startswith("up to date with entry")
        link = stocked.certified / "OneSeek-7B-Zero-CURRENT"
        assert str(link.readlink()) == first
        follower.send_signal(signal.SIGINT)
        assert follower.wait(10) == 130
    finally:
        follower.kill()
        follower.wait()


def test_erasing_destroys_the_text_and_keeps_the_entry(stocked: Workspace) -> None:
    app = stocked.app()
    with app.ledger.view() as view:
        base = find_base(view, "tiny")
    answered = ask(
        app.ports,
        question="Vad heter min granne?",
        base=base,
        version=None,
        generate=lambda text: Reply("Det vet jag inte.", 5, 6),
    )
    with app.ledger.view() as view:
        query = find_query(view, answered.query)
    assert app.vault.unseal(query.question).decode() == "Vad heter min granne?"
    app.close()
    stocked.run("erase", answered.query[:12], "--reason", "asked by the person")
    assert "erased before" in stocked.run("erase", answered.query).out
    with pytest.raises(Erased):
        stocked.app().vault.unseal(query.question)
    stocked.run("verify", "--deep")
