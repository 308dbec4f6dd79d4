"""Workspaces for tests: real ledgers, stores and trees; only the trainer's mathematics is left out.

The trainer writes a small but valid adapter, so that everything around training runs as it does in
earnest, in milliseconds. Real training is tested in ``test_real_training.py`` and the demo.
"""

import json
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from builders import ENVIRONMENT, METRICS, RECIPE
from oneseek.adapters.certified.verifier import verifier_script
from oneseek.adapters.objects.tree import hash_tree
from oneseek.cli.app import App
from oneseek.cli.output import Output
from oneseek.cli.wiring.bases import register_folder
from oneseek.cli.wiring.checkpoints import HOURLY, keeping
from oneseek.cli.wiring.signing import ready_signer
from oneseek.cli.wiring.writing import TRAINING_LABEL, writing
from oneseek.domain.decisions.lookup import find_base, find_dataset
from oneseek.domain.recipe import Environment
from oneseek.domain.training_job import (
    AdapterCheck,
    EpochResult,
    LoraJob,
    LoraOutcome,
    TrainProgress,
)
from oneseek.domain.usecases.ask import Reply, ask
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.record import new_id
from oneseek.domain.usecases.register_dataset import register_dataset
from oneseek.domain.usecases.train import Order, train

ONESEEK = Path(sys.executable).parent / "oneseek"
ROWS = b"".join(
    json.dumps({"instruction": f"Fråga {n}?", "input": "", "output": f"Svar nummer {n}."},
               ensure_ascii=False).encode() + b"\n"
    for n in range(1, 13)
)  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> object:
        return json.loads(self.out)


@dataclass(frozen=True)
class Workspace:
    """A workspace and the command line to use it with."""

    root: Path

    def run(
        self,
        *words: str,
        expect: int = 0,
        text: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Done:
        """Run ``oneseek words…`` as a process of its own and check its exit code."""
        done = subprocess.run(
            [str(ONESEEK), *words],
            cwd=self.root, input=text, capture_output=True, text=True, check=False,
            env={**os.environ, "COLUMNS": "200", **(env or {})},
        )  # fmt: skip
        assert done.returncode == expect, (
            f"oneseek {' '.join(words)} → {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        assert "Traceback" not in done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def app(self) -> App:
        """Return the wiring, for what a test does in-process."""
        return App(workspace=self.root, actor="tester", out=Output(json=True))

    @property
    def certified(self) -> Path:
        return self.root / "models" / "oneseek-certified"

    def versions(self) -> list[str]:
        """Return the DNA names, the oldest first."""
        listed = json.loads(self.run("versions", "--json").out)
        return [version["dna"] for version in listed]

    def size(self) -> int:
        """Return the tree size of the ledger."""
        return int(json.loads(self.run("ledger", "head", "--json").out)["size"])


class SmallTrainer:
    """A trainer whose adapter depends on the training alone."""

    def __init__(self, marker: int = 1) -> None:
        self._marker = marker

    def environment(self, device: str) -> Environment:
        return ENVIRONMENT

    def train(self, job: LoraJob, on_progress: Callable[[TrainProgress], None]) -> LoraOutcome:
        (job.output_dir / "adapter_model.safetensors").write_bytes(small_adapter(self._marker))
        (job.output_dir / "adapter_config.json").write_bytes(b'{\n  "r": 1\n}\n')
        (job.output_dir / "tokenizer.json").write_bytes(b"{}\n")
        rows = [row.number for row in job.train_rows]
        return LoraOutcome(
            row_order=[rows],
            step_losses=[1.5],
            epochs=[EpochResult(epoch=1, train_loss=1.5, metrics=METRICS)],
            metrics_before=None,
            metrics=METRICS,
            stopped_early=False,
            steps=1,
            trainable_parameters=2,
            cut_rows=0,
        )

    def check(self, folder: Path) -> AdapterCheck:
        return AdapterCheck(finite=True, changes_something=True, tensors=2, parameters=2)


def small_adapter(marker: int) -> bytes:
    """Return a valid safetensors file with two one-element tensors."""
    header = json.dumps(
        {
            "__metadata__": {"format": "pt"},
            "layer.lora_A": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
            "layer.lora_B": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]},
        }
    ).encode()
    return struct.pack("<Q", len(header)) + header + struct.pack("<ff", 1.0, float(marker))


def everything(workspace: Workspace) -> dict[str, object]:
    """Return all that a refused command must leave as it was: every file, and the ledger's rows.

    Left out: what SQLite keeps beside its file (the rows count, wherever they lie), lock files, and
    the memory of which base model folders were verified when.
    """
    hidden = workspace.root / ".oneseek"
    found: dict[str, object] = {
        path: (entry.kind, entry.digest, entry.target)
        for path, entry in hash_tree(workspace.root).items()
        if not path.startswith((".oneseek/ledger.db", ".oneseek/locks", ".oneseek/verified"))
    }
    database = hidden / "ledger.db"
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            for table in ("entries", "head", "checkpoints"):
                found[table] = connection.execute(f"SELECT * FROM {table}").fetchall()
    except sqlite3.Error:
        found["ledger"] = database.read_bytes() if database.is_file() else database.is_dir()
    return found


def make_stocked(root: Path) -> Workspace:
    """Make a workspace with a base model, a dataset and two certified versions; none is active."""
    workspace = Workspace(root)
    root.mkdir(parents=True, exist_ok=True)
    workspace.run("init", ".", "--origin", "test.example/log")
    app = workspace.app()
    try:
        with writing(app) as ports:
            folder = app.paths.base_models / "tiny"
            folder.mkdir()
            (folder / "config.json").write_bytes(b'{"model_type": "llama"}')
            (folder / "model.safetensors").write_bytes(small_adapter(0))
            register_folder(app, ports, folder, "tiny", licence="apache-2.0")
            register_dataset(ports, name="identity_v1", data=ROWS, language="sv")
        for marker in (1, 2):
            train_small(app, marker)
    finally:
        app.close()
    return workspace


def train_small(
    app: App,
    marker: int,
    language: str = "sv",
    *,
    trainer: SmallTrainer | None = None,
) -> str:
    """Train and certify with :class:`SmallTrainer`, which may keep states; return the DNA name."""
    with writing(app) as ports:
        with ports.ledger.view() as view:
            base, dataset = find_base(view, "tiny"), find_dataset(view, "identity_v1")
        training = new_id(ports)
        order = Order(
            training=training,
            base=base,
            base_dir=app.paths.base_models / "tiny",
            dataset=dataset,
            evaluation=None,
            parent=None,
            parent_dir=None,
            language=language,
            recipe=RECIPE,
            output_dir=app.scratch.folder(f"{TRAINING_LABEL}{training}-"),
        )
        with app.leases.hold(training), keeping(app, ports, training, HOURLY) as keeper:
            order = replace(order, checkpoints=keeper)
            train(ports, trainer or SmallTrainer(marker), order, lambda _: None)
            return certify(ports, training, verifier_script(), ready_signer(app))


def ask_small(workspace: Workspace, question: str, answer: str) -> str:
    """Record a question that the small base model answered; return the query's id."""
    app = workspace.app()
    try:
        with app.ledger.view() as view:
            base = find_base(view, "tiny")
        return ask(
            app.ports, question=question, base=base, version=None,
            generate=lambda _: Reply(answer, 5, 6),
        ).query  # fmt: skip
    finally:
        app.close()


def copy_workspace(source: Path, target: Path) -> Workspace:
    """Return a copy of a workspace, links kept as links."""
    shutil.copytree(source, target, symlinks=True)
    return Workspace(target)
