"""Repeating a training with a trainer that writes what the test wants; the verdict is recorded."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from msgspec.structs import replace as replaced

from builders import ENVIRONMENT, METRICS, RECIPE
from oneseek.domain.certification.metadata import render_json
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.digest import sha256
from oneseek.domain.errors import Diverged, InvalidInput, ServiceFailed
from oneseek.domain.events import ReproductionJudged
from oneseek.domain.recipe import Environment
from oneseek.domain.reproduction import Difference, Missing, Report, TensorDifference
from oneseek.domain.state.documents import Reproduction
from oneseek.domain.training_job import LoraJob, LoraOutcome
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.repeatable import Record, read_record
from oneseek.domain.usecases.reproduce import Bench, cannot_be_repeated, record_verdict, repeat
from oneseek.domain.usecases.train import train
from workbench import VERIFIER_SCRIPT, FakeTrainer, Workbench


@dataclass
class Watching(FakeTrainer):
    """A trainer that remembers what it was told to do."""

    jobs: list[LoraJob] = field(default_factory=list)
    on: Environment = ENVIRONMENT

    def environment(self, device: str) -> Environment:
        return self.on

    def train(self, job: LoraJob, on_progress: object) -> LoraOutcome:
        self.jobs.append(job)
        return super().train(job, on_progress)


def measure(recorded: Path, repeated: Path, start: Path) -> Sequence[TensorDifference]:
    """Say of the one tensor that it is far away, unless the files are the same."""
    same = recorded.read_bytes() == repeated.read_bytes()
    one = TensorDifference(
        name="layer.lora_B", shape=(1,), same=same, distance=2.0, moved=4.0, error=0.5,
        largest=2.0, peak=0.5,
    )  # fmt: skip
    untouched = replaced(one, name="layer.lora_A", same=True, error=0.0, peak=0.0)
    return [untouched, one]


def record_of(bench: Workbench, name: str) -> Record:
    with bench.ledger.view() as view:
        return read_record(bench.ledger, view, find_version(view, name))


@pytest.fixture
def made(bench: Workbench) -> Record:
    bench.add_materials()
    bench.certify("t1")
    return record_of(bench, "1.0")


def run(bench: Workbench, record: Record, trainer: FakeTrainer, name: str = "again") -> Report:
    folder = bench.folder / name
    folder.mkdir()
    tools = Bench(
        trainer=trainer,
        measure=measure,
        base_dir=bench.folder,
        folder=folder,
        recipe=record.started.recipe,
    )
    return repeat(bench.objects, record, tools, lambda _: None)


def test_the_same_bytes_are_the_same_bytes(bench: Workbench, made: Record) -> None:
    report = run(bench, made, FakeTrainer(b"t1"))
    assert report.verdict == "same-bytes"
    assert report.repeated_weights == report.recorded_weights == sha256(b"t1")
    assert (report.files, report.tensors, report.tensor_differences) == ((), 2, ())
    assert (report.environment, report.repeated_on) == ((), ENVIRONMENT)
    assert report.recorded_metrics == report.repeated_metrics == METRICS


def test_what_is_trained_is_what_was_recorded(bench: Workbench, made: Record) -> None:
    trainer = Watching(b"t1")
    run(bench, made, trainer)
    (job,) = trainer.jobs
    order = json.loads(bench.objects.read(made.completed.row_order))
    assert job.row_order is not None
    assert [list(epoch) for epoch in job.row_order] == order
    assert sorted(order[0]) == [row.number for row in job.train_rows]
    assert {row.number for row in job.eval_rows} == set(range(1, 11)) - set(order[0])
    assert (job.recipe, job.base_digest, job.start_from) == (RECIPE, made.base.manifest, None)
    assert job.start_file == bench.folder / "again" / "start.safetensors"


def test_other_weights_are_told_with_their_tensors(bench: Workbench, made: Record) -> None:
    report = run(bench, made, FakeTrainer(b"something else"))
    assert report.verdict == "different"
    assert [tensor.name for tensor in report.tensor_differences] == ["layer.lora_B"]
    assert report.repeated_weights == sha256(b"something else")
    assert report.files == (
        Difference(
            what="adapter_model.safetensors",
            recorded=sha256(b"t1"),
            repeated=sha256(b"something else"),
        ),
    )


def test_another_machine_is_told_side_by_side(bench: Workbench, made: Record) -> None:
    other = replaced(ENVIRONMENT, cpu_capability="AVX512")
    report = run(bench, made, Watching(b"t1", on=other))
    assert report.environment == (
        Difference(what="cpu capability", recorded="AVX2", repeated="AVX512"),
    )
    assert report.repeated_on == other


def test_a_continued_training_begins_with_the_files_of_its_parent(
    bench: Workbench, made: Record
) -> None:
    order = replace(bench.order("t2"), parent=made.version)
    train(bench.ports, FakeTrainer(b"t2"), order, lambda _: None)
    certify(bench.ports, "t2", VERIFIER_SCRIPT)
    trainer = Watching(b"t2")
    report = run(bench, record_of(bench, "2.0"), trainer)
    assert report.verdict == "same-bytes"
    parent = trainer.jobs[0].start_from
    assert parent is not None
    assert {path.name: path.read_bytes() for path in parent.iterdir()} == {
        "adapter_config.json": b'{"peft_type":"LORA"}\n',
        "adapter_model.safetensors": b"t1",
    }


def test_a_repetition_that_runs_off_is_different(bench: Workbench, made: Record) -> None:
    report = run(bench, made, FakeTrainer(error=Diverged("training diverged at step 2")))
    assert (report.verdict, report.reason) == ("different", "training diverged at step 2")
    assert (report.repeated_weights, report.repeated_on) == (None, ENVIRONMENT)


def test_what_the_program_refuses_cannot_be_repeated(bench: Workbench, made: Record) -> None:
    report = run(bench, made, FakeTrainer(error=InvalidInput("no such method")))
    assert (report.verdict, report.repeated_on) == ("cannot-be-repeated", None)
    assert [item.found for item in report.missing] == ["no such method"]


def test_a_report_names_no_place_of_this_machine(bench: Workbench, made: Record) -> None:
    inside = bench.folder / "again" / "parent" / "adapter_config.json"
    error = InvalidInput(f"{inside} fits not to {bench.folder / 'config.json'}")
    (missing,) = run(bench, made, FakeTrainer(error=error)).missing
    assert missing.found == "SCRATCH/parent/adapter_config.json fits not to BASE/config.json"


def test_a_failing_machine_is_no_verdict(bench: Workbench, made: Record) -> None:
    with pytest.raises(ServiceFailed):
        run(bench, made, FakeTrainer(error=ServiceFailed("no memory")))


def test_missing_materials_are_named_and_nothing_is_claimed(made: Record) -> None:
    items = [
        Missing(material="dataset", expected="a", found="absent"),
        Missing(material="device", expected="cuda", found="none"),
    ]
    report = cannot_be_repeated(made, items)
    assert report.verdict == "cannot-be-repeated"
    assert report.reason == "not at hand as recorded: dataset, device"
    assert (report.repeated_weights, report.repeated_on) == (None, None)


def test_the_verdict_is_an_entry_that_names_its_report(bench: Workbench, made: Record) -> None:
    report = run(bench, made, FakeTrainer(b"something else"))
    receipt = record_verdict(bench.ports, report)
    event = bench.events()[-1]
    assert event == ReproductionJudged(
        manifest=made.version.manifest,
        dna=made.version.dna,
        training="t1",
        verdict="different",
        weights=sha256(b"something else"),
        report=sha256(render_json(report)),
        environment=ENVIRONMENT,
    )
    assert json.loads(bench.objects.read(event.report))["format"] == "oneseek-reproduction/v1"
    with bench.ledger.view() as view:
        kept = view.get(Reproduction, made.version.manifest)
    assert kept is not None
    assert (kept.verdict, kept.index) == ("different", receipt.indices[0])


def test_other_options_than_the_recorded_ones_are_never_recorded(
    bench: Workbench, made: Record
) -> None:
    folder = bench.folder / "changed"
    folder.mkdir()
    tools = Bench(
        trainer=FakeTrainer(b"t1"), measure=measure, base_dir=bench.folder, folder=folder,
        recipe=replaced(RECIPE, threads=4),
    )  # fmt: skip
    report = repeat(bench.objects, made, tools, lambda _: None)
    assert report.changes == (Difference(what="threads", recorded="2", repeated="4"),)
    before = bench.ledger.head()
    with pytest.raises(InvalidInput, match="is not recorded"):
        record_verdict(bench.ports, report)
    assert bench.ledger.head() == before
