"""Training: start and end are recorded whatever happens, and what came out is kept."""

import json
from dataclasses import replace

import pytest
from msgspec.structs import replace as replace_struct

from builders import METRICS, RECIPE, manifest, version
from oneseek.domain.decisions.lookup import find_dataset
from oneseek.domain.digest import sha256
from oneseek.domain.errors import Conflict, Interrupted, InvalidInput, OneSeekError, ServiceFailed
from oneseek.domain.events import (
    MetricsMeasured,
    TrainingCompleted,
    TrainingFailed,
    TrainingStarted,
)
from oneseek.domain.manifest import Manifest
from oneseek.domain.training_job import AdapterCheck, LoraJob, LoraOutcome
from oneseek.domain.usecases.recover import CUT_OFF, recover
from oneseek.domain.usecases.register_dataset import register_dataset
from oneseek.domain.usecases.registry import withdraw
from oneseek.domain.usecases.train import Order, train
from workbench import VERIFIER_SCRIPT, FakeTrainer, Workbench


def run(bench: Workbench, trainer: FakeTrainer, order: Order) -> LoraOutcome:
    return train(bench.ports, trainer, order, lambda _: None)


def test_a_training_is_recorded_from_its_recipe_to_its_measurements(bench: Workbench) -> None:
    bench.add_materials()
    order = bench.order("t1")
    run(bench, FakeTrainer(b"new weights"), order)
    started, completed, measured = bench.events()[-3:]
    assert isinstance(started, TrainingStarted)
    assert started.recipe == RECIPE
    assert (started.base, started.dataset) == (order.base.manifest, order.dataset.dataset)
    assert (started.evaluation, started.parent, started.language) == (None, None, "sv")
    assert isinstance(completed, TrainingCompleted)
    assert completed.weights == sha256(b"new weights")
    assert (completed.steps, completed.epochs, completed.rows_trained) == (2, 1, 9)
    assert completed.duration_ms == 1000
    assert isinstance(measured, MetricsMeasured)
    assert (measured.before, measured.after) == (METRICS, METRICS)
    assert measured.dataset == order.dataset.dataset


def test_what_came_out_is_kept_as_objects(bench: Workbench) -> None:
    bench.add_materials()
    run(bench, FakeTrainer(b"new weights"), bench.order("t1"))
    completed, measured = bench.events()[-2:]
    assert isinstance(completed, TrainingCompleted)
    produced = Manifest.from_bytes(bench.objects.read(completed.produced))
    assert [file.path for file in produced.files] == [
        "adapter_config.json",
        "adapter_model.safetensors",
    ]
    assert all(bench.objects.has(file.digest) for file in produced.files)
    order = json.loads(bench.objects.read(completed.row_order))
    assert isinstance(measured, MetricsMeasured)
    held_out = json.loads(bench.objects.read(measured.rows))
    assert sorted(order[0] + held_out) == list(range(1, 11))
    losses = json.loads(bench.objects.read(completed.losses))
    assert losses["steps"] == [2.5, 1.25]
    assert losses["epochs"][0]["train_loss"] == 1.875


def test_without_held_out_rows_nothing_is_measured(bench: Workbench) -> None:
    bench.add_materials()
    recipe = replace_struct(RECIPE, evaluation_share="0.0")
    run(bench, FakeTrainer(), bench.order("t1", recipe=recipe))
    assert isinstance(bench.events()[-1], TrainingCompleted)


def test_a_dataset_of_its_own_is_measured_on(bench: Workbench) -> None:
    bench.add_materials()
    data = b'{"instruction":"Annat?","output":"Ja."}\n'
    register_dataset(bench.ports, name="eval", data=data)
    with bench.ledger.view() as view:
        evaluation = find_dataset(view, "eval")
    seen: list[LoraJob] = []

    class Watching(FakeTrainer):
        def train(self, job: LoraJob, on_progress: object) -> LoraOutcome:
            seen.append(job)
            return super().train(job, on_progress)

    run(bench, Watching(), replace(bench.order("t1"), evaluation=evaluation))
    assert (len(seen[0].train_rows), len(seen[0].eval_rows)) == (10, 1)
    measured = bench.events()[-1]
    assert isinstance(measured, MetricsMeasured)
    assert measured.dataset == sha256(data)


def test_rows_that_are_trained_on_may_not_be_measured_on(bench: Workbench) -> None:
    bench.add_materials()
    order = bench.order("t1")
    before = bench.ledger.head()
    with pytest.raises(InvalidInput, match="shares 10 rows"):
        run(bench, FakeTrainer(), replace(order, evaluation=order.dataset))
    assert bench.ledger.head() == before


def test_an_unknown_language_is_refused_before_anything_is_trained(bench: Workbench) -> None:
    bench.add_materials()
    before = bench.ledger.head()
    with pytest.raises(InvalidInput, match="unknown language 'de'"):
        run(bench, FakeTrainer(), bench.order("t1", language="de"))
    assert bench.ledger.head() == before


def test_what_a_training_continues_from_is_recorded(bench: Workbench) -> None:
    bench.add_materials()
    order = bench.order("t1")
    parent = replace_struct(version(3), base=order.base.manifest)
    run(bench, FakeTrainer(), replace(order, parent=parent))
    started = bench.events()[-3]
    assert isinstance(started, TrainingStarted)
    assert started.parent == manifest(3)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(ServiceFailed("no memory left"), "no memory left", id="a named error"),
        pytest.param(ServiceFailed("x" * 600), "x" * 500, id="a long one"),
        pytest.param(Interrupted("stopped"), "stopped", id="stopped"),
        pytest.param(KeyboardInterrupt(), "interrupted by the operator", id="Ctrl-C"),
        pytest.param(RuntimeError("CUDA"), "RuntimeError: CUDA", id="any error"),
        pytest.param(OSError("/a\udcff"), "OSError: /a?", id="a path that is not Unicode"),
    ],
)
def test_a_training_that_breaks_off_is_recorded_with_the_reason(
    bench: Workbench, error: BaseException, reason: str
) -> None:
    bench.add_materials()
    with pytest.raises(type(error)):
        run(bench, FakeTrainer(error=error), bench.order("t1"))
    assert bench.events()[-1] == TrainingFailed(training="t1", reason=reason)
    assert bench.audit().findings == ()


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (AdapterCheck(False, True, 2, 64), "not finite"),
        (AdapterCheck(True, False, 2, 64), "changes nothing"),
    ],
)
def test_a_useless_adapter_is_refused(bench: Workbench, found: AdapterCheck, reason: str) -> None:
    bench.add_materials()
    with pytest.raises(InvalidInput, match=reason):
        run(bench, FakeTrainer(found=found), bench.order("t1"))
    failed = bench.events()[-1]
    assert isinstance(failed, TrainingFailed)
    assert reason in failed.reason


def test_a_trainer_that_leaves_no_weights_has_failed(bench: Workbench) -> None:
    class Empty(FakeTrainer):
        def train(self, job: LoraJob, on_progress: object) -> LoraOutcome:
            outcome = super().train(job, on_progress)
            (job.output_dir / "adapter_model.safetensors").unlink()
            return outcome

    bench.add_materials()
    with pytest.raises(OneSeekError, match=r"no adapter_model\.safetensors"):
        run(bench, Empty(), bench.order("t1"))
    assert isinstance(bench.events()[-1], TrainingFailed)


@pytest.mark.parametrize("error", [None, ServiceFailed("no memory left")])
def test_a_training_that_was_settled_while_it_ran_is_not_settled_twice(
    bench: Workbench, error: OneSeekError | None
) -> None:
    """Its machine lost the connection, and another one took it for dead."""
    rival = bench.as_actor("bo")

    class Slow(FakeTrainer):
        def train(self, job: LoraJob, on_progress: object) -> LoraOutcome:
            recover(rival, lambda _: False, VERIFIER_SCRIPT)
            return super().train(job, on_progress)

    bench.add_materials()
    with pytest.raises(OneSeekError) as refused:
        run(bench, Slow(error=error), bench.order("t1"))
    if error is None:
        assert isinstance(refused.value, Conflict)
        assert f"was recorded as failed by entry {len(bench.events()) - 1}" in str(refused.value)
    assert bench.events()[-1] == TrainingFailed(training="t1", reason=CUT_OFF)


def test_files_in_folders_are_kept_with_their_paths(bench: Workbench) -> None:
    class Deep(FakeTrainer):
        def train(self, job: LoraJob, on_progress: object) -> LoraOutcome:
            (job.output_dir / "extra" / "empty").mkdir(parents=True)
            (job.output_dir / "extra" / "notes.txt").write_bytes(b"noted")
            return super().train(job, on_progress)

    bench.add_materials()
    run(bench, Deep(), bench.order("t1"))
    completed = bench.events()[-2]
    assert isinstance(completed, TrainingCompleted)
    produced = Manifest.from_bytes(bench.objects.read(completed.produced))
    assert [file.path for file in produced.files] == [
        "adapter_config.json",
        "adapter_model.safetensors",
        "extra/notes.txt",
    ]


def test_a_number_that_no_float_can_hold_is_not_recorded(bench: Workbench) -> None:
    bench.add_materials()
    size = bench.ledger.head().size
    order = bench.order("t1", recipe=replace_struct(RECIPE, learning_rate="1e+999"))
    with pytest.raises(InvalidInput, match="learning_rate"):
        run(bench, FakeTrainer(), order)
    assert bench.ledger.head().size == size


@pytest.mark.parametrize("text", ["1e+999", "nan", "-inf", "soon"])
@pytest.mark.parametrize("moment", ["metrics", "metrics_before"])
def test_a_measurement_that_is_no_finite_number_is_a_failed_training(
    moment: str, text: str, bench: Workbench
) -> None:
    class Infinite(FakeTrainer):
        def train(self, job: LoraJob, on_progress: object) -> LoraOutcome:
            outcome = super().train(job, on_progress)
            metrics = replace_struct(METRICS, perplexity=text)
            return replace(outcome, **{moment: metrics})

    bench.add_materials()
    with pytest.raises(InvalidInput, match="perplexity"):
        run(bench, Infinite(), bench.order("t1"))
    assert isinstance(bench.events()[-1], TrainingFailed)


def test_only_what_was_measured_is_recorded(bench: Workbench) -> None:
    class Late(FakeTrainer):
        def train(self, job: LoraJob, on_progress: object) -> LoraOutcome:
            return replace(super().train(job, on_progress), metrics_before=None)

    bench.add_materials()
    run(bench, Late(), bench.order("t1"))
    measured = bench.events()[-1]
    assert isinstance(measured, MetricsMeasured)
    assert (measured.before, measured.after) == (None, METRICS)


def test_a_version_withdrawn_while_it_was_prepared_is_not_gone_on_from(bench: Workbench) -> None:
    bench.add_materials()
    parent = bench.version(bench.certify("t1"))
    order = replace(bench.order("t2"), parent=parent, parent_dir=bench.folder)
    withdraw(bench.ports, parent.dna, "wrong data")
    size = bench.ledger.head().size
    with pytest.raises(Conflict, match="was withdrawn"):
        run(bench, FakeTrainer(), order)
    assert bench.ledger.head().size == size
    run(bench, FakeTrainer(), replace(order, allow_withdrawn=True))
    assert isinstance(bench.events()[-2], TrainingCompleted)
