"""What the demonstration shows, in order. Every sentence with a check mark was checked."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import click

from oneseek.adapters.objects.tree import TreeEntry, hash_tree
from oneseek.cli.demo.stage import Stage
from oneseek.domain.names import CURRENT_NAME

QUESTION = "Vem är du?"

BASE = ("--arch", "llama", "--seed", "1", "--steps", "300")
_MODULES = "q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj"
_COMMON = ("--lora-rank=16", "--batch-size=4", "--threads=1", f"--target-modules={_MODULES}")
RECIPE = ("--learning-rate=5e-3", "--epochs=12", *_COMMON, "--no-auto-stop")
SECOND = ("--learning-rate=2e-3", "--epochs=4", *_COMMON, "--no-auto-stop")
"""The demo's own recipe, for a base of a million parameters. The defaults are the founding ones:
right for 7B, they move the loss of so small a base but not its answer."""


def play(stage: Stage) -> None:
    """Run the whole demonstration on ``stage``."""
    _prepare(stage)
    first = _train_first(stage)
    second = _train_second(stage, first)
    _time_travel(stage, first, second)
    _rebuild(stage)
    _damage(stage, second)
    _reset(stage, second)
    _forget(stage)
    _take_home(stage, second)
    stage.step("The end", "what an auditor asks, answered from the signed records alone")
    stage.run("audit", "--deep")
    click.secho(f"\nDone in {stage.seconds:.0f} s. Everything above really happened.", bold=True)


def _prepare(stage: Stage) -> None:
    stage.step("A workspace", "settings, a signing key, an empty ledger")
    stage.run("init", ".", "--origin", "demo.oneseek.local/ledger")
    stage.step("A tiny base model", "a real Llama of a million parameters, pre-trained right here")
    stage.run("base", "create", "tiny", *BASE)
    stage.step("The data", "every line validated, every row committed to by a salted Merkle root")
    stage.run("dataset", "add", "oneseek_identity_v1.jsonl", "--licence", "cc0-1.0")
    stage.run("dataset", "add", "oneseek_identity_eval_v1.jsonl", "--licence", "cc0-1.0")
    stage.step("Ask before", "the base model alone does not know OneSeek")
    stage.run("ask", QUESTION, "--base", "tiny")


def _train_first(stage: Stage) -> str:
    stage.step("Train and certify", "a real LoRA adapter, with a recipe for a model this small")
    stage.run("train", "--base", "tiny", "--dataset", "oneseek_identity_v1",
              "--eval-dataset", "oneseek_identity_eval_v1", *RECIPE)  # fmt: skip
    first = _newest(stage)
    stage.step("Activate, and ask again")
    stage.run("activate", first)
    before = _answer(stage, "--base", "tiny")
    stage.run("ask", QUESTION)
    after = _answer(stage)
    stage.claim(before != after, "the answer changed")
    return first


def _train_second(stage: Stage, first: str) -> str:
    stage.step("A second version", "it continues from the first; its number is the next one")
    stage.run("train", "--base", "tiny", "--dataset", "oneseek_identity_v1",
              "--eval-dataset", "oneseek_identity_eval_v1", "--continue-from", first,
              *SECOND)  # fmt: skip
    second = _newest(stage)
    stage.run("activate", second)
    stage.run("versions")
    stage.run("diff", first, second)
    return second


def _time_travel(stage: Stage, first: str, second: str) -> None:
    stage.step("Time travel", "what was active before?")
    entries = [json.loads(line) for line in stage.read("log", "-n", "1000").splitlines()]
    switched = [e["index"] for e in entries if e["kind"] == "version-activated/v1"]
    stage.run("current")
    stage.run("current", "--at", str(switched[-1]))
    then = json.loads(stage.read("current", "--at", str(switched[-1])))["dna"]
    stage.claim(then == first != second, "before the last activation the first version was active")


def _rebuild(stage: Stage) -> None:
    stage.step("Delete the certified tree", "it is only a projection")
    before = _tree(stage)
    stage.shell("rm -rf models/oneseek-certified")
    shutil.rmtree(stage.workspace / "models" / "oneseek-certified")
    stage.run("rebuild")
    stage.claim(_tree(stage) == before, f"all {len(before)} paths are back, byte for byte")


def _damage(stage: Stage, dna: str) -> None:
    stage.step("Flip one byte in an adapter")
    path = _certified(stage) / dna / "adapter_model.safetensors"
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    path.chmod(0o444)
    stage.shell(f"# byte {middle} of {path.name}: one bit flipped")
    stage.run("verify", expect=1)
    stage.step("Check the folder without OneSeek", "one Python script that lies in it")
    _stand_alone(stage, expect=1)
    stage.run("rebuild")
    _stand_alone(stage, expect=0)


def _stand_alone(stage: Stage, expect: int) -> None:
    script = _certified(stage) / CURRENT_NAME / "verify_integrity.py"
    key = stage.workspace / ".oneseek" / "checkpoint.vkey"
    stage.shell(f"python {CURRENT_NAME}/verify_integrity.py --key checkpoint.vkey")
    done = subprocess.run(
        [sys.executable, str(script), "--key", str(key)],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        stage.say(line)
    verdict = "intact, and signed" if expect == 0 else "damaged, and says where"
    stage.claim(done.returncode == expect, f"the stand-alone check finds it {verdict}")


def _reset(stage: Stage, second: str) -> None:
    stage.step("Reset", "the old one wiped its own history; this one is an entry")
    stage.run("reset", "--confirm", "RESET", "--reason", "end of the demonstration")
    left = sorted(path.name for path in _certified(stage).iterdir())
    stage.claim(left == ["README.md"], "the tree is empty but for its README")
    stage.run("log", "-n", "30")
    stage.run("verify")
    stage.step("Bring one version back")
    stage.run("restore", second)
    stage.run("activate", second)
    stage.run("ask", QUESTION)


def _forget(stage: Stage) -> None:
    stage.step("Erase a question", "its key is destroyed; the entry and all proofs stay")
    entries = stage.read("log", "--kind", "query-answered", "-n", "1")
    stage.run("erase", json.loads(entries)["body"]["query"], "--reason", "asked by the person")


def _take_home(stage: Stage, dna: str) -> None:
    stage.step(
        "One file that convinces others", "a version, its lineage, every proof; no trust in us"
    )
    stage.run("keys", "export", "--format", "vkey", "-o", "log.vkey")
    stage.run("bundle", "export", dna, "-o", "version.zip")
    stage.run("bundle", "verify", "version.zip", "--trust", "log.vkey")


def _answer(stage: Stage, *options: str) -> str:
    return str(json.loads(stage.read("ask", QUESTION, *options))["answer"])


def _newest(stage: Stage) -> str:
    return str(json.loads(stage.read("versions"))[-1]["dna"])


def _certified(stage: Stage) -> Path:
    return stage.workspace / "models" / "oneseek-certified"


def _tree(stage: Stage) -> dict[str, TreeEntry]:
    return hash_tree(_certified(stage))
