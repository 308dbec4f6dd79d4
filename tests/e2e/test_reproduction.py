"""``oneseek reproduce`` on real trainings: honest ones, dishonest ones, and without materials."""

import json
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as replaced

from builders import RECIPE
from e2e.workspaces import ONESEEK, Workspace, copy_workspace, everything
from oneseek.adapters.certified.verifier import verifier_script
from oneseek.adapters.training.trainer import LoraTrainer
from oneseek.cli.wiring.writing import TRAINING_LABEL, writing
from oneseek.domain.decisions.lookup import find_base, find_dataset
from oneseek.domain.recipe import Recipe
from oneseek.domain.training_job import LoraJob, LoraOutcome, TrainProgress
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.record import new_id
from oneseek.domain.usecases.train import Order, train

DATASET = "oneseek_identity_v1"
WORDS = ("--epochs", "2", "--learning-rate", "5e-3", "--threads", "1", "--no-auto-stop")
SHORT = replaced(
    RECIPE, epochs=1, threads=1, learning_rate="0.005", auto_stop_threshold=None,
    precision="float32", max_length=128,
)  # fmt: skip


@pytest.fixture(scope="module")
def _trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("reproduced") / "w"
    root.mkdir()
    workspace = Workspace(root)
    workspace.run("init", ".", "--origin", "test.example/log")
    workspace.run("base", "create", "tiny", "--seed", "3", "--steps", "20")
    workspace.run("dataset", "add", f"{DATASET}.jsonl")
    common = ("train", "--base", "tiny", "--dataset", DATASET, *WORDS)
    workspace.run(*common, "--with-bin")
    workspace.run(*common, "--continue-from", "1.0")
    return root


@pytest.fixture
def trained(_trained: Path, tmp_path: Path) -> Workspace:
    """Version 1.0 stands on the base model, 2.0 continues from it."""
    return copy_workspace(_trained, tmp_path / "workspace")


@dataclass
class Lying(LoraTrainer):
    """A trainer that does something else than it was told, and says that it did as told."""

    change: Callable[[LoraJob], LoraJob]
    epochs_told: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def train(self, job: LoraJob, on_progress: Callable[[TrainProgress], None]) -> LoraOutcome:
        outcome = super().train(self.change(job), on_progress)
        told = [[row.number for row in job.train_rows]] * self.epochs_told
        return replace(outcome, row_order=told or outcome.row_order)


def forge(
    workspace: Workspace,
    change: Callable[[LoraJob], LoraJob],
    recipe: Recipe = SHORT,
    epochs_told: int = 0,
) -> str:
    """Certify a version that was trained as ``change`` says, and recorded as ``recipe`` says."""
    app = workspace.app()
    try:
        with writing(app) as ports:
            with ports.ledger.view() as view:
                base, dataset = find_base(view, "tiny"), find_dataset(view, DATASET)
            training = new_id(ports)
            order = Order(
                training=training,
                base=base,
                base_dir=app.paths.base_models / "tiny",
                dataset=dataset,
                evaluation=None,
                parent=None,
                parent_dir=None,
                language="sv",
                recipe=recipe,
                output_dir=app.scratch.folder(f"{TRAINING_LABEL}{training}-"),
            )
            with app.leases.hold(training):
                train(ports, Lying(change, epochs_told), order, lambda _: None)
                return certify(ports, training, verifier_script())
    finally:
        app.close()


def judged(workspace: Workspace, *words: str, expect: int = 0) -> Any:
    """Run ``reproduce`` and return its report."""
    return json.loads(workspace.run("reproduce", *words, "--json", expect=expect).out)["report"]


def last(workspace: Workspace) -> Any:
    return json.loads(workspace.run("log", "-n", "1", "--json").out)


def test_an_honest_training_gives_the_same_bytes_and_an_entry(trained: Workspace) -> None:
    done = trained.run("reproduce", "1.0", "--keep", "kept")
    assert "Same bytes" in done.out
    assert "The machine class and all versions are those of the record." in done.out
    entry = last(trained)
    assert entry["kind"] == "reproduction-judged/v1"
    body = entry["body"]
    shown = json.loads(trained.run("show", "1.0", "--json").out)
    assert (body["verdict"], body["weights"]) == ("same-bytes", shown["weights"])
    assert shown["reproduction"]["verdict"] == "same-bytes"
    assert f"Repeated   same bytes, ledger entry {entry['index']}" in trained.run("show", "1.0").out
    assert body["environment"]["packages"]["torch"]
    kept, certified = trained.root / "kept", trained.certified / body["dna"]
    for name in ("adapter_model.safetensors", "adapter_model.bin", "adapter_config.json"):
        assert (kept / name).read_bytes() == (certified / name).read_bytes()
    assert not list((trained.root / ".oneseek" / "staging").iterdir())
    trained.run("verify", "--deep")
    assert "is not empty" in trained.run("reproduce", "1.0", "--keep", "kept", expect=2).err


def test_a_continued_version_is_repeated_from_its_parents_objects(trained: Workspace) -> None:
    trained.run("reset", "--confirm", "RESET")
    before = everything(trained)
    assert judged(trained, "2.0", "--no-record")["verdict"] == "same-bytes"
    assert everything(trained) == before


@pytest.mark.thorough
def test_looking_needs_no_place_to_write_in_the_workspace(trained: Workspace) -> None:
    staging = trained.root / ".oneseek" / "staging"
    shutil.rmtree(staging)
    staging.write_bytes(b"")
    assert judged(trained, "1.0", "--no-record")["verdict"] == "same-bytes"
    trained.run("reproduce", "9.0", "--no-record", "--keep", "kept", expect=3)
    assert not (trained.root / "kept").exists()


@pytest.mark.thorough
def test_another_number_of_threads_rounds_otherwise_and_is_only_looked_at(
    trained: Workspace,
) -> None:
    size = trained.size()
    told = trained.run("reproduce", "2.0", "--threads", "2", expect=2).err
    assert "is not recorded" in told
    report = judged(trained, "2.0", "--threads", "2", "--no-record")
    assert report["verdict"] in {"same-bytes", "within-tolerance"}
    assert report["changes"] == [{"what": "threads", "recorded": "1", "repeated": "2"}]
    for tensor in report["tensor_differences"]:
        assert 0 < tensor["error"] <= report["tolerance"]["error"]
        assert tensor["error"] == tensor["distance"] / tensor["moved"]
    assert trained.size() == size


@pytest.mark.thorough
def test_another_precision_is_different_with_every_tensor_and_its_figure(
    trained: Workspace,
) -> None:
    report = judged(trained, "1.0", "--precision", "bfloat16", "--no-record", expect=1)
    assert report["verdict"] == "different"
    errors = [tensor["error"] for tensor in report["tensor_differences"]]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 100 * report["tolerance"]["error"]
    assert "beyond the tolerance" in report["reason"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda job: replace(job, recipe=replaced(job.recipe, learning_rate="0.00505")),
            id="a rate one percent higher than recorded",
        ),
        pytest.param(
            lambda job: replace(
                job,
                train_rows=(replace(job.train_rows[0], output="Nej."), *job.train_rows[1:]),
            ),
            id="one row with another answer",
        ),
    ],
)
def test_a_version_that_was_not_trained_as_recorded_is_different(
    trained: Workspace, change: Callable[[LoraJob], LoraJob]
) -> None:
    dna = forge(trained, change)
    done = trained.run("reproduce", dna, expect=1)
    assert done.out.startswith(f"Different: {dna}")
    assert "beyond the tolerance" in done.out
    assert last(trained)["body"]["verdict"] == "different"
    trained.run("verify", "--deep")


def _spoil(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\n")


def _object(workspace: Workspace, digest: str) -> Path:
    app = workspace.app()
    try:
        return app.objects.path(digest)
    finally:
        app.close()


def _base(workspace: Workspace) -> Path:
    return workspace.root / "models" / "basemodeller" / "tiny"


def _dataset(workspace: Workspace) -> Path:
    return _object(workspace, json.loads(workspace.run("show", "1.0", "--json").out)["dataset"])


HARMS: dict[str, tuple[Callable[[Workspace], object], str, str]] = {
    "the base model is gone": (
        lambda workspace: shutil.rmtree(_base(workspace)), "base model tiny", "absent",
    ),
    "the base model has other bytes": (
        lambda workspace: _spoil(_base(workspace) / "model.safetensors"),
        "base model tiny",
        "other files or bytes",
    ),
    "the dataset is gone": (
        lambda workspace: _dataset(workspace).unlink(), "dataset", "absent",
    ),
    "the dataset has other bytes": (
        lambda workspace: _spoil(_dataset(workspace)), "dataset", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_without_its_materials_nothing_is_trained_and_that_is_recorded(
    trained: Workspace, harm: str
) -> None:
    spoil, material, found = HARMS[harm]
    spoil(trained)
    done = trained.run("reproduce", "1.0", "--json", expect=6)
    report = json.loads(done.out)["report"]
    assert report["verdict"] == "cannot-be-repeated"
    (missing,) = report["missing"]
    assert missing["material"] == material
    assert found in missing["found"]
    assert str(trained.root) not in done.out
    body = last(trained)["body"]
    assert (body["verdict"], body["weights"], body["environment"]) == (
        "cannot-be-repeated", None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("recipe", "material"),
    [
        (replaced(SHORT, method="magic"), "method"),
        (replaced(SHORT, device="mps"), "device"),
    ],
)
def test_a_method_or_device_that_is_not_here_is_missing(
    trained: Workspace, recipe: Recipe, material: str
) -> None:
    dna = forge(trained, lambda job: replace(job, recipe=SHORT), recipe)
    report = judged(trained, dna, "--no-record", expect=6)
    assert [item["material"] for item in report["missing"]] == [material]


def test_a_killed_repetition_leaves_no_entry_and_its_debris_is_swept(trained: Workspace) -> None:
    recipe = replaced(SHORT, epochs=500)
    dna = forge(trained, lambda job: replace(job, recipe=SHORT), recipe, epochs_told=500)
    size = trained.size()
    staging = trained.root / ".oneseek" / "staging"
    for stop, code in ((signal.SIGINT, 130), (signal.SIGKILL, -9)):
        process = subprocess.Popen(
            [ONESEEK, "reproduce", dna],
            cwd=trained.root, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stderr is not None
        assert process.stderr.readline().startswith("epoch 1/500")
        assert list(staging.glob("reproduction-*"))
        process.send_signal(stop)
        _, err = process.communicate(timeout=60)
        assert process.returncode == code
        assert "Traceback" not in err
        assert bool(list(staging.iterdir())) is (stop == signal.SIGKILL)
    assert trained.size() == size
    trained.run("activate", dna)
    assert not list(staging.iterdir())
