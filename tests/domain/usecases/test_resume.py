"""A training that was cut off goes on, under its id, to the result that it would have had."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace as replace_struct
from stepping import Keeping, SteppingTrainer

from builders import ENVIRONMENT, digest, started
from oneseek.domain.decisions.lookup import find_dataset
from oneseek.domain.errors import (
    Conflict,
    Diverged,
    FoundDamage,
    InvalidInput,
    LedgerBroken,
    NotFound,
    ServiceFailed,
)
from oneseek.domain.events import (
    CheckpointDropped,
    CheckpointKept,
    MetricsMeasured,
    TrainingCompleted,
    TrainingFailed,
    TrainingResumed,
    VersionCertified,
)
from oneseek.domain.ports import View
from oneseek.domain.state.documents import Dataset, Training
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.recover import recover
from oneseek.domain.usecases.register_dataset import register_dataset
from oneseek.domain.usecases.resume import (
    CutOff,
    find_cut_off,
    require_environment,
    resume,
    time_spent,
    whole_checkpoint,
)
from oneseek.domain.usecases.train import Order, train
from workbench import VERIFIER_SCRIPT, Workbench


class Killed(BaseException):
    """In place of SIGKILL: nothing is recorded."""


@contextmanager
def killed() -> Iterator[None]:
    """Run a training to its death by ``Killed``: no entry says that it ended."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("oneseek.domain.usecases.training_run._fail", lambda *_: None)
        with pytest.raises(Killed):
            yield


def die(_: int) -> None:
    raise Killed


def cut_off(bench: Workbench, training: str = "t1", dies: int = 4) -> Order:
    """Begin a training whose process dies before step ``dies``; recover it."""
    order = replace(bench.order(training), checkpoints=Keeping(bench.ports, bench.folder, training))
    with killed():
        train(bench.ports, SteppingTrainer(error=Killed(), dies=dies), order, lambda _: None)
    recover(bench.ports, lambda _: False, VERIFIER_SCRIPT)
    return order


def find(bench: Workbench, text: str | None = None) -> CutOff:
    with bench.ledger.view() as view:
        return find_cut_off(view, bench.ledger, text)


def go_on(bench: Workbench, order: Order, trainer: SteppingTrainer | None = None) -> None:
    found = find(bench, order.training)
    kept = whole_checkpoint(bench.objects, found.kept, lambda _: None)
    resume(bench.ports, trainer or SteppingTrainer(), order, kept, lambda _: None)


def test_a_training_that_was_cut_off_says_how_it_can_go_on(bench: Workbench) -> None:
    bench.add_materials()
    cut_off(bench)
    failed = bench.events()[-1]
    assert failed == TrainingFailed(
        training="t1",
        reason="the process ended without a result; it can go on from step 3: "
        "oneseek train --resume t1",
    )


def test_it_goes_on_to_the_same_result_and_is_certified(bench: Workbench) -> None:
    bench.add_materials()
    train(bench.ports, SteppingTrainer(), bench.order("t0"), lambda _: None)
    uninterrupted = bench.events()[-2]
    certify(bench.ports, "t0", VERIFIER_SCRIPT)
    order = cut_off(bench)
    go_on(bench, order)
    told = bench.events()
    resumed, completed = (
        next(e for e in reversed(told) if isinstance(e, kind))
        for kind in (TrainingResumed, TrainingCompleted)
    )
    assert isinstance(uninterrupted, TrainingCompleted)
    assert (resumed.training, resumed.step, resumed.environment) == ("t1", 3, ENVIRONMENT)
    assert completed.produced == uninterrupted.produced
    assert isinstance(told[-1], MetricsMeasured)
    certify(bench.ports, "t1", VERIFIER_SCRIPT)
    certified = [e for e in bench.events() if isinstance(e, VersionCertified)]
    assert [(e.major, e.training) for e in certified] == [(1, "t0"), (2, "t1")]
    assert bench.audit().findings == ()


def test_a_training_may_be_cut_off_again(bench: Workbench) -> None:
    bench.add_materials()
    order = cut_off(bench)
    again = SteppingTrainer(error=ServiceFailed("no memory left"), dies=5)
    with pytest.raises(ServiceFailed):
        go_on(bench, order, again)
    failed = bench.events()[-1]
    assert isinstance(failed, TrainingFailed)
    assert failed.reason.startswith("no memory left; it can go on from step 4: ")
    go_on(bench, order)
    assert isinstance(bench.events()[-1], MetricsMeasured)


def test_what_runs_off_into_no_numbers_has_nothing_to_go_on_from(bench: Workbench) -> None:
    bench.add_materials()
    order = replace(bench.order("t1"), checkpoints=Keeping(bench.ports, bench.folder))
    with pytest.raises(Diverged):
        train(
            bench.ports, SteppingTrainer(error=Diverged("diverged"), dies=3), order, lambda _: None
        )
    failed, *dropped = bench.events()[-3:]
    assert failed == TrainingFailed(training="t1", reason="diverged")
    assert all(isinstance(e, CheckpointDropped) for e in dropped)
    with pytest.raises(NotFound, match="of training t1 no checkpoint is kept"):
        find(bench, "t1")


def test_who_was_taken_for_dead_neither_ends_nor_completes_what_another_goes_on_with(
    bench: Workbench,
) -> None:
    """Its connection was lost; another process resumed the training and still runs."""
    bench.add_materials()
    order = replace(cut_off(bench), checkpoints=None)
    rival = bench.as_actor("bo")

    def lose(step: int) -> None:
        if step == 4:
            recover(rival, lambda _: False, VERIFIER_SCRIPT)
            with killed():
                resume(rival, SteppingTrainer(meanwhile=die), order, find(bench).kept[0], print)

    with pytest.raises(Conflict, match="was resumed elsewhere by entry"):
        go_on(bench, order, SteppingTrainer(meanwhile=lose))
    assert isinstance(bench.events()[-1], TrainingResumed)
    recover(rival, lambda _: False, VERIFIER_SCRIPT)
    with pytest.raises(ServiceFailed):
        go_on(bench, order, SteppingTrainer(error=ServiceFailed("x"), meanwhile=lose, dies=5))
    assert isinstance(bench.events()[-1], TrainingResumed)


def test_two_that_want_to_go_on_at_once_do_not_both(bench: Workbench) -> None:
    bench.add_materials()
    order = cut_off(bench)
    kept = find(bench).kept[0]
    second: list[pytest.ExceptionInfo[Conflict]] = []

    def rival(step: int) -> None:
        if step == 4:
            with pytest.raises(Conflict, match="is running") as caught:
                resume(bench.as_actor("bo"), SteppingTrainer(), order, kept, lambda _: None)
            second.append(caught)

    go_on(bench, order, SteppingTrainer(meanwhile=rival))
    assert len(second) == 1
    assert sum(isinstance(e, TrainingResumed) for e in bench.events()) == 1


def test_without_a_name_there_must_be_exactly_one(bench: Workbench) -> None:
    bench.add_materials()
    with pytest.raises(NotFound, match="no training can go on"):
        find(bench)
    cut_off(bench)
    assert find(bench).started.training == "t1"
    cut_off(bench, "t2", dies=3)
    with pytest.raises(InvalidInput, match="2 trainings can go on: t2 from step 2; t1 from step 3"):
        find(bench)
    assert find(bench, "t2").started.training == "t2"
    with pytest.raises(NotFound, match="no training t9 can go on"):
        find(bench, "t9")


def test_a_training_with_a_result_does_not_go_on(bench: Workbench) -> None:
    bench.add_materials()
    bench.train("t1")
    with pytest.raises(Conflict, match="t1 is completed"):
        find(bench, "t1")
    certify(bench.ports, "t1", VERIFIER_SCRIPT)
    with pytest.raises(Conflict, match="t1 is certified"):
        find(bench, "t1")


def test_its_materials_are_those_it_began_with(stocked: Workbench) -> None:
    register_dataset(stocked.ports, name="eval", data=b'{"instruction":"A?","output":"B."}\n')
    with stocked.ledger.view() as view:
        evaluation = find_dataset(view, "eval")
    parent = stocked.version(next(
        e.dna for e in stocked.events() if isinstance(e, VersionCertified)
    ))  # fmt: skip
    order = replace(stocked.order("t9"), evaluation=evaluation, parent=parent)
    order = replace(order, checkpoints=Keeping(stocked.ports, stocked.folder, "t9"))
    with pytest.raises(ServiceFailed):
        train(
            stocked.ports, SteppingTrainer(error=ServiceFailed("x"), dies=3), order,
            lambda _: None,
        )  # fmt: skip
    found = find(stocked)
    assert (found.base, found.dataset) == (order.base, order.dataset)
    assert (found.evaluation, found.parent) == (evaluation, parent)


def test_records_that_do_not_belong_together_are_named(bench: Workbench) -> None:
    bench.add_materials()
    cut_off(bench)
    with bench.ledger.view() as view:
        known = view.get(Training, "t1")
        assert known is not None
        for kind, document, reason in (
            (Dataset, None, "records of training t1 do not belong together"),
            (Training, replace_struct(known, started=2), "entry 2 should be training-started/v1"),
        ):
            with pytest.raises(LedgerBroken, match=reason):
                find_cut_off(Forged(view, kind, document), bench.ledger, None)  # type: ignore[arg-type]


class Forged:
    """A view in which every document of one kind is another."""

    def __init__(self, view: View, kind: type, document: object) -> None:
        self._view, self._kind, self._document = view, kind, document

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view, name)

    def get(self, kind: Any, key: str) -> Any:
        return self._document if kind is self._kind else self._view.get(kind, key)


def test_a_damaged_checkpoint_is_told_and_the_one_before_it_taken(bench: Workbench) -> None:
    bench.add_materials()
    cut_off(bench)
    first, second = find(bench).kept
    assert (first.step, second.step) == (3, 1)
    path = bench.objects.path(first.state)
    path.chmod(0o644)
    path.write_bytes(b"[3, null]")
    told: list[str] = []
    assert whole_checkpoint(bench.objects, find(bench).kept, told.append) == second
    (sentence,) = told
    assert sentence.startswith("note: checkpoint-2026-11-20 at step 3 cannot be used: ")
    bench.objects.path(second.state).unlink()
    with pytest.raises(FoundDamage, match="no checkpoint of training t1 is whole"):
        whole_checkpoint(bench.objects, find(bench).kept, told.append)


def test_another_machine_or_library_is_refused_until_forced_but_not_another_commit() -> None:
    same = replace_struct(ENVIRONMENT, code_commit="0" * 40, code_changed=True)
    assert require_environment(started("t1"), same, force=False) is None
    other = replace_struct(same, cpu_capability="AVX9")
    with pytest.raises(Conflict, match="t1 began elsewhere: cpu capability AVX2 → AVX9") as caught:
        require_environment(started("t1"), other, force=False)
    assert "--force" in str(caught.value.hint)
    warning = require_environment(started("t1"), other, force=True)
    assert str(warning).startswith("warning: other than at its start: cpu capability AVX2 → AVX9")


def test_the_time_that_went_into_it_counts_and_what_was_lost_does_not(bench: Workbench) -> None:
    """Every look at the clock is a second; what was done after the checkpoint was done in vain."""
    bench.add_materials()
    order = cut_off(bench)
    kept = [e for e in bench.events() if isinstance(e, CheckpointKept)]
    spent = time_spent(bench.ledger, "t1", kept[-1].state)
    assert spent > time_spent(bench.ledger, "t1", kept[0].state) > timedelta()
    assert time_spent(bench.ledger, "t1", digest("never kept")) == timedelta()
    bench.clock.time += timedelta(days=3)
    go_on(bench, order)
    completed = bench.events()[-2]
    assert isinstance(completed, TrainingCompleted)
    assert spent < timedelta(milliseconds=completed.duration_ms) < timedelta(minutes=1)
    last = [e for e in bench.events() if isinstance(e, CheckpointKept)][-1]
    assert spent < time_spent(bench.ledger, "t1", last.state) < timedelta(minutes=1)


def test_of_a_training_that_has_no_beginning_no_time_is_known(bench: Workbench) -> None:
    kept = CheckpointKept(
        training="t7", period="daily", name="checkpoint-2026-11-20", epoch=0, step=1,
        state=digest("s"), size=1,
    )  # fmt: skip
    bench.append(kept)
    assert time_spent(bench.ledger, "t7", kept.state) == timedelta()
