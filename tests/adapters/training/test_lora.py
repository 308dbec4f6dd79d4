import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from oneseek.adapters.training.weights import check_adapter, compare_adapters
from oneseek.domain.errors import Interrupted, InvalidInput, NotFound, ServiceFailed
from oneseek.domain.rows import Row
from oneseek.domain.training_job import LoraOutcome, TrainProgress

Train = Callable[..., LoraOutcome]


def test_the_model_learns_the_rows(
    train: Train, rows: tuple[Row, ...], all_targets: tuple[str, ...], tmp_path: Path
) -> None:
    outcome = train(tmp_path, eval_rows=rows, epochs=10, target_modules=all_targets)
    assert outcome.metrics_before is not None
    assert outcome.metrics is not None
    assert float(outcome.metrics.loss) < float(outcome.metrics_before.loss) - 0.5
    assert outcome.epochs[-1].train_loss < outcome.epochs[0].train_loss
    assert outcome.epochs[-1].metrics == outcome.metrics
    assert (outcome.steps, len(outcome.step_losses), len(outcome.epochs)) == (30, 30, 10)
    assert not outcome.stopped_early
    assert outcome.trainable_parameters == check_adapter(tmp_path).parameters


def test_every_epoch_sees_every_row_once_in_an_order_of_its_own(
    train: Train, rows: tuple[Row, ...], tmp_path: Path
) -> None:
    outcome = train(tmp_path, epochs=3)
    assert [sorted(order) for order in outcome.row_order] == [[row.number for row in rows]] * 3
    assert len({tuple(order) for order in outcome.row_order}) == 3


def test_accumulated_small_batches_are_one_big_batch(train: Train, tmp_path: Path) -> None:
    big = train(tmp_path / "big", batch_size=4, epochs=3)
    small = train(tmp_path / "small", batch_size=1, gradient_accumulation=4, epochs=3)
    assert small.step_losses == pytest.approx(big.step_losses, rel=1e-4)
    assert small.steps == big.steps == 6
    deltas = compare_adapters(tmp_path / "big", tmp_path / "small")
    assert max(delta.max_abs or 0.0 for delta in deltas) < 1e-3
    other = train(tmp_path / "other", batch_size=2, epochs=3)
    assert other.steps == 9


def test_the_callback_hears_every_step_and_every_evaluation(
    train: Train, rows: tuple[Row, ...], tmp_path: Path
) -> None:
    heard: list[TrainProgress] = []
    outcome = train(tmp_path, eval_rows=rows[:2], batch_size=3, on_progress=heard.append)
    steps = [progress for progress in heard if progress.metrics is None]
    assert [(progress.step, progress.epoch) for progress in steps] == [
        (1, 1),
        (2, 1),
        (3, 2),
        (4, 2),
    ]
    assert [progress.loss for progress in steps] == outcome.step_losses
    assert {(progress.steps, progress.epochs) for progress in heard} == {(4, 2)}
    rates = [progress.learning_rate for progress in steps]
    assert rates == pytest.approx(
        [0.01 * (1 + math.cos(math.pi * d / 3)) / 2 for d in (-0, 0, 1, 2)]
    )
    measured = [progress.metrics for progress in heard if progress.metrics is not None]
    assert measured == [epoch.metrics for epoch in outcome.epochs]


def test_a_constant_rate_stays(train: Train, tmp_path: Path) -> None:
    heard: list[TrainProgress] = []
    train(tmp_path, scheduler="constant", warmup_ratio="0.0", on_progress=heard.append)
    assert {progress.learning_rate for progress in heard} == {0.01}


def test_the_training_stops_by_itself_when_it_is_good_enough(
    train: Train, rows: tuple[Row, ...], tmp_path: Path
) -> None:
    soon = train(tmp_path / "1", eval_rows=rows, auto_stop_threshold="0.0", epochs=3)
    assert (soon.stopped_early, len(soon.epochs), soon.steps) == (True, 1, 3)
    late = train(tmp_path / "2", eval_rows=rows, auto_stop_threshold="1.0", epochs=2)
    assert (late.stopped_early, len(late.epochs)) == (False, 2)
    last = train(tmp_path / "3", eval_rows=rows, auto_stop_threshold="0.0", epochs=1)
    assert not last.stopped_early


def test_evaluating_changes_no_byte_of_the_adapter(
    train: Train, rows: tuple[Row, ...], tmp_path: Path
) -> None:
    without = train(tmp_path / "1", lora_dropout="0.2")
    train(tmp_path / "2", lora_dropout="0.2", eval_rows=rows)
    assert (without.metrics_before, without.metrics) == (None, None)
    one, two = ((tmp_path / name / "adapter_model.safetensors").read_bytes() for name in ("1", "2"))
    assert one == two


def test_a_diverging_training_is_refused_and_leaves_nothing(
    train: Train, all_targets: tuple[str, ...], tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="diverged at step 2: lower the learning rate"):
        train(tmp_path / "out", learning_rate="1e+30", target_modules=all_targets)
    assert not (tmp_path / "out").exists()


def test_a_device_without_the_memory_is_a_failed_service(train: Train, tmp_path: Path) -> None:
    def exhaust(_: TrainProgress) -> None:
        torch.empty(2**60)

    with pytest.raises(ServiceFailed, match="memory"):
        train(tmp_path / "out", on_progress=exhaust)
    assert not (tmp_path / "out").exists()


def test_a_stop_is_heard_between_steps_and_leaves_nothing(train: Train, tmp_path: Path) -> None:
    answers = iter([False, False, True])
    with pytest.raises(Interrupted, match="after step 2"):
        train(tmp_path / "out", should_stop=lambda: next(answers))
    assert not (tmp_path / "out").exists()


def test_control_c_is_not_swallowed(train: Train, tmp_path: Path) -> None:
    def press(_: TrainProgress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "out", on_progress=press)
    assert not (tmp_path / "out").exists()


def test_a_training_continues_where_the_earlier_one_ended(
    train: Train, rows: tuple[Row, ...], tmp_path: Path
) -> None:
    first = train(tmp_path / "1", eval_rows=rows, epochs=4)
    second = train(tmp_path / "2", eval_rows=rows, epochs=4, start_from=tmp_path / "1")
    assert second.metrics_before == first.metrics
    assert second.metrics is not None
    assert first.metrics is not None
    assert float(second.metrics.loss) < float(first.metrics.loss)


def test_rows_that_were_cut_are_counted(train: Train, tmp_path: Path) -> None:
    long = Row(1, "Vem?", "", "Jag är OneSeek. " * 20)
    assert train(tmp_path, train_rows=(long, Row(2, "Vem?", "", "Jag."))).cut_rows == 1


def test_gpt2_is_taught_through_its_own_module(
    train: Train, make_base: Callable[..., Path], tmp_path: Path
) -> None:
    train(tmp_path, base_dir=make_base("gpt2", 3))
    names = load_file(tmp_path / "adapter_model.safetensors")
    assert names
    assert all(".attn.c_attn.lora_" in name for name in names)
    assert check_adapter(tmp_path).changes_something


def test_bfloat16_trains_a_float32_adapter(train: Train, tmp_path: Path) -> None:
    train(tmp_path, precision="bfloat16")
    tensors = load_file(tmp_path / "adapter_model.safetensors")
    assert {tensor.dtype for tensor in tensors.values()} == {np.dtype("float32")}


def test_what_cannot_be_trained_is_refused(train: Train, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no rows"):
        train(tmp_path, train_rows=())
    with pytest.raises(InvalidInput, match="epochs"):
        train(tmp_path, epochs=0)
    with pytest.raises(NotFound):
        train(tmp_path, base_dir=tmp_path / "nowhere")
    with pytest.raises(InvalidInput):
        train(tmp_path, start_from=tmp_path / "nowhere")


def test_a_recorded_order_is_learned_again_to_its_end(train: Train, tmp_path: Path) -> None:
    first = train(tmp_path / "a", epochs=3)
    order = tuple(tuple(epoch) for epoch in first.row_order)
    # Another seed would draw another order and other values; the schedule is the recipe's.
    again = train(tmp_path / "b", epochs=3, row_order=order)
    assert again.row_order == first.row_order
    names = [tmp_path / name / "adapter_model.safetensors" for name in "ab"]
    assert names[0].read_bytes() == names[1].read_bytes()
    turned = tuple(tuple(reversed(epoch)) for epoch in order[:1])
    other = train(tmp_path / "c", epochs=3, row_order=turned)
    assert other.row_order == [list(turned[0])]


def test_a_recorded_order_decides_when_it_ends(
    train: Train, rows: tuple[Row, ...], tmp_path: Path
) -> None:
    order = (tuple(row.number for row in rows),) * 2
    again = train(
        tmp_path / "a", epochs=3, row_order=order, eval_rows=rows, auto_stop_threshold="0.0"
    )
    assert len(again.epochs) == 2


def test_the_values_before_the_first_step_can_be_kept(train: Train, tmp_path: Path) -> None:
    train(tmp_path / "a", start_file=tmp_path / "start.safetensors")
    start = load_file(tmp_path / "start.safetensors")
    end = load_file(tmp_path / "a" / "adapter_model.safetensors")
    assert start.keys() == end.keys()
    assert all(not value.any() for name, value in start.items() if "lora_B" in name)
    train(tmp_path / "b", start_from=tmp_path / "a", start_file=tmp_path / "next.safetensors")
    assert (tmp_path / "next.safetensors").read_bytes() == (
        tmp_path / "a" / "adapter_model.safetensors"
    ).read_bytes()
