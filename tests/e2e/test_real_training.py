"""Real training through the real command: torch, transformers and peft, on a tiny base."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from e2e.imports import import_old, say_base
from e2e.workspaces import ONESEEK, Workspace, copy_workspace

RECIPE = ("--epochs", "2", "--learning-rate", "5e-3", "--threads", "1", "--no-auto-stop")


@pytest.fixture(scope="module")
def _trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("trained") / "w"
    root.mkdir()
    workspace = Workspace(root)
    workspace.run("init", ".")
    workspace.run("base", "create", "tiny", "--seed", "3", "--steps", "20")
    workspace.run("dataset", "add", "oneseek_identity_v1.jsonl")
    workspace.run("train", "--base", "tiny", "--dataset", "oneseek_identity_v1", *RECIPE)
    return root


@pytest.fixture
def trained(_trained: Path, tmp_path: Path) -> Workspace:
    """A workspace with a really trained version 1.0, not active."""
    return copy_workspace(_trained, tmp_path / "workspace")


def test_a_version_is_what_peft_loads_and_its_metrics_are_measured(trained: Workspace) -> None:
    (dna,) = trained.versions()
    folder = trained.certified / dna
    metadata = json.loads((folder / "metadata.json").read_text())
    assert metadata["fairness_metrics"] == {
        "demographic_parity": None, "equal_opportunity": None, "disparate_impact": None,
    }  # fmt: skip
    results = json.loads((folder / "training_results.json").read_text())
    assert results["metrics"]["loss"] > 0
    assert results["metrics"]["rows"] == 5
    assert results["measured_on"]["held_out"] is True
    program = (
        "import sys, oneseek.adapters.training\n"
        "from peft import PeftModel\n"
        "from transformers import AutoModelForCausalLM, AutoTokenizer\n"
        "base = AutoModelForCausalLM.from_pretrained(sys.argv[1])\n"
        "ids = AutoTokenizer.from_pretrained(sys.argv[2])('Vem är du?', return_tensors='pt')\n"
        "before = base(**ids).logits\n"
        "after = PeftModel.from_pretrained(base, sys.argv[2])(**ids).logits\n"
        "assert (before - after).abs().max() > 0\n"
    )
    base = trained.root / "models" / "basemodeller" / "tiny"
    subprocess.run(
        [ONESEEK.parent / "python", "-c", program, str(base), str(folder)],
        cwd=trained.root, check=True,
    )  # fmt: skip


def test_old_programs_read_a_version_in_the_historic_layout(trained: Workspace) -> None:
    trained.run("export", "1.0", "--format", "legacy-tree", "--adapter-file", "-o", "old")
    program = (
        "import sys, torch, oneseek.adapters.training\n"
        "from pathlib import Path\n"
        "from peft import PeftModel\n"
        "from safetensors.torch import load_file\n"
        "from transformers import AutoModelForCausalLM\n"
        "root, (files,) = Path(sys.argv[2]), list(Path(sys.argv[3]).glob('OneSeek-7B-Zero.*'))\n"
        "expected = load_file(files / 'adapter_model.safetensors')\n"
        "made = sorted(root.rglob('*.pth'))\n"
        "assert len(made) == 4, made\n"
        "for path in made:\n"
        "    found = torch.load(path, weights_only=True)\n"
        "    assert list(found) == sorted(expected)\n"
        "    assert all(torch.equal(found[name], expected[name]) for name in expected)\n"
        "    assert all(found[name].dtype == expected[name].dtype for name in expected)\n"
        "mapped = torch.load(made[0], weights_only=True, mmap=True)\n"
        "assert all(torch.equal(mapped[name], expected[name]) for name in expected)\n"
        "base = AutoModelForCausalLM.from_pretrained(sys.argv[1])\n"
        "(adapter,) = root.glob('models/oneseek-7b-zero/lora_adapters/oneseek-7b-zero-*')\n"
        "model = PeftModel.from_pretrained(base, adapter)\n"
        "tensors = dict(model.named_parameters())\n"
        "kept = {n.replace('.weight', '.default.weight'): t for n, t in expected.items()}\n"
        "assert all(torch.equal(tensors[name], tensor) for name, tensor in kept.items())\n"
    )
    base = trained.root / "models" / "basemodeller" / "tiny"
    words = (base, trained.root / "old", trained.certified)
    subprocess.run(
        [ONESEEK.parent / "python", "-c", program, *map(str, words)], cwd=trained.root, check=True
    )


def test_the_same_recipe_gives_the_same_weights_and_the_next_number(trained: Workspace) -> None:
    words = ("train", "--base", "tiny", "--dataset", "oneseek_identity_v1", *RECIPE, "--with-bin")
    trained.run(*words, env={"PYTHONHASHSEED": "77"})
    first, second = json.loads(trained.run("versions", "--json").out)
    assert first["weights"] == second["weights"]
    assert (second["major"], second["minor"]) == (2, 0)
    assert (trained.certified / second["dna"] / "adapter_model.bin").is_file()
    files = [
        {item["path"]: item["sha256"] for item in json.loads(shown)["files"]}
        for shown in (trained.run("show", v["dna"], "--json").out for v in (first, second))
    ]
    for name in ("adapter_config.json", "tokenizer.json", "adapter_model.safetensors"):
        assert files[0][name] == files[1][name]
    trained.run("verify", "--deep")


def test_an_answer_names_the_version_and_is_sealed(trained: Workspace) -> None:
    (dna,) = trained.versions()
    trained.run("activate", dna)
    question = "Hur mår grannens katt Bertil?"
    answered = json.loads(trained.run("ask", question, "--max-tokens", "8", "--json").out)
    assert answered["answered_by"] == dna
    entry = json.loads(trained.run("entry", str(answered["entry"]), "--json").out)["entry"]
    shown = json.loads(trained.run("show", dna, "--json").out)
    assert entry["body"]["version"] == shown["manifest"]
    everywhere = [path for path in trained.root.rglob("*") if path.is_file()]
    assert not [path for path in everywhere if b"katt Bertil" in path.read_bytes()]
    trained.run("verify", "--deep")


def test_an_imported_adapter_answers_is_continued_from_and_goes_into_a_bundle(
    trained: Workspace,
) -> None:
    """A really trained adapter, as an older system might have left it, with no base but a name."""
    (dna,) = trained.versions()
    files = {
        path.name: path.read_bytes()
        for path in (trained.certified / dna).iterdir()
        if path.name.startswith("adapter_")
    }
    old = import_old(trained, {**files, "legacy/v1.1.json": b"{}"}).adapter
    trained.run("activate", old)
    assert "oneseek migrate base" in trained.run("ask", "Vem är du?", expect=4).err
    say_base(trained, old)
    answers = [
        json.loads(trained.run("ask", "Vem är du?", "--max-tokens", "6", *of, "--json").out)
        for of in ((), ("--version", dna))
    ]
    assert answers[0]["answered_by"] == old
    assert answers[0]["answer"] == answers[1]["answer"]
    train = ("train", "--base", "tiny", "--dataset", "oneseek_identity_v1", *RECIPE)
    heir = json.loads(trained.run(*train, "--continue-from", old, "--json").out)["dna"]
    steps = json.loads(trained.run("lineage", heir, "--json").out)
    assert [(step["name"], step["evidence"]) for step in steps] == [
        (heir, "observed"), (old, "verified"), ("tiny", "observed"),
    ]  # fmt: skip
    trained.run("bundle", "export", heir, "-o", "heir.zip", "--with-weights")
    said = trained.run("bundle", "verify", "heir.zip", "--trust", ".oneseek/checkpoint.vkey").out
    assert f"through the imported version {old}" in said
    trained.run("verify", "--deep")


def _start_long_training(workspace: Workspace) -> subprocess.Popen[str]:
    words = ["--epochs", "500", "--learning-rate", "1e-4", "--threads", "1", "--no-auto-stop"]
    process = subprocess.Popen(
        [ONESEEK, "train", "--base", "tiny", "--dataset", "oneseek_identity_v1", *words],
        cwd=workspace.root, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline().startswith("epoch 1/500")
    return process


def test_ctrl_c_leaves_a_failed_training_and_no_debris(trained: Workspace) -> None:
    process = _start_long_training(trained)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    kept, last = map(json.loads, trained.run("log", "-n", "2", "--json").out.splitlines())
    assert (kept["kind"], last["kind"]) == ("checkpoint-kept/v1", "training-failed/v1")
    way = f"it can go on from step {kept['body']['step']}: oneseek train --resume "
    assert last["body"]["reason"].startswith(f"interrupted by the operator; {way}")
    assert way in err
    assert not list((trained.root / ".oneseek" / "staging").iterdir())
    trained.run("verify", "--deep")


def test_a_killed_training_is_told_from_a_running_one(trained: Workspace) -> None:
    process = _start_long_training(trained)
    open_training = json.loads(trained.run("status", "--json").out)["open_trainings"]
    assert len(open_training) == 1
    trained.run("activate", "1.0")
    assert json.loads(trained.run("status", "--json").out)["open_trainings"] == open_training
    process.kill()
    process.wait()
    time.sleep(0.1)
    trained.run("activate", "1.0")
    assert json.loads(trained.run("status", "--json").out)["open_trainings"] == []
    assert not list((trained.root / ".oneseek" / "staging").iterdir())
    last = json.loads(trained.run("log", "-n", "1", "--json").out)
    assert last["kind"] == "training-failed/v1"


KILLED = """
import os, signal, sys
from oneseek.cli.main import main
from oneseek.domain.usecases.keep_checkpoint import CheckpointKeeper
keep = CheckpointKeeper.keep
def last(self, epoch, step, write):
    keep(self, epoch, step, write)
    if step == 8:
        os.kill(os.getpid(), signal.SIGKILL)
CheckpointKeeper.keep = last
sys.argv[0] = "oneseek"
main()
"""


def test_a_killed_training_goes_on_to_the_bytes_of_one_that_nothing_interrupted(
    trained: Workspace,
) -> None:
    words = ("train", "--base", "tiny", "--dataset", "oneseek_identity_v1", *RECIPE)
    killed = subprocess.run(
        [ONESEEK.parent / "python", "-P", "-c", KILLED, *words, "--checkpoint-every", "4"],
        cwd=trained.root, check=False, capture_output=True,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    (cut_off,) = json.loads(trained.run("status", "--json").out)["resumable"]
    assert cut_off["step"] == 8
    assert f"oneseek train --resume {cut_off['training']}" in trained.run("status").out
    resumed = json.loads(trained.run("train", "--resume", "--json").out)
    first, second = (
        json.loads(trained.run("show", dna, "--json").out) for dna in trained.versions()
    )
    assert resumed["dna"] == second["dna"]
    assert first["weights"] == second["weights"]
    assert first["metrics"] == second["metrics"]
    assert "resumed from a checkpoint by entry" in trained.run("show", resumed["dna"]).out
    assert f"resumed training: {cut_off['training']}" in trained.run("lineage", "2.0").out
    assert [(kept["period"], kept["step"]) for kept in resumed["checkpoints"]] == [
        ("daily", 8), ("weekly", 4),
    ]  # fmt: skip
    again = trained.run("train", "--resume", cut_off["training"], expect=4).err
    assert "is certified: there is nothing left to go on with" in again
    trained.run("verify", "--deep")


def test_a_base_that_was_changed_after_registration_is_not_trained_on(trained: Workspace) -> None:
    path = trained.root / "models" / "basemodeller" / "tiny" / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    size = trained.size()
    done = trained.run("train", "--base", "tiny", "--dataset", "oneseek_identity_v1", expect=1)
    assert "is not what was registered" in done.err
    assert trained.size() == size
