"""States of a running training are in the store before their entry, and never end a training."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from stepping import Keeping, SteppingTrainer

from oneseek.domain.checkpoint_names import Often
from oneseek.domain.decisions.checkpoints import Rule, kept_of
from oneseek.domain.digest import Digest
from oneseek.domain.errors import Conflict, ServiceFailed
from oneseek.domain.events import CheckpointDropped, CheckpointKept, Event, TrainingFailed
from oneseek.domain.usecases.drop_checkpoints import drop_checkpoints
from oneseek.domain.usecases.recover import recover
from oneseek.domain.usecases.train import train
from workbench import VERIFIER_SCRIPT, Workbench


def run(bench: Workbench, keeping: Keeping, trainer: SteppingTrainer | None = None) -> None:
    order = replace(bench.order(keeping.training), checkpoints=keeping)
    train(bench.ports, trainer or SteppingTrainer(), order, lambda _: None)


def kept(bench: Workbench) -> list[CheckpointKept]:
    return [event for event in bench.events() if isinstance(event, CheckpointKept)]


def test_the_state_is_kept_as_often_as_it_was_asked_for(bench: Workbench) -> None:
    bench.add_materials()
    run(bench, Keeping(bench.ports, bench.folder, often=Often(steps=2)))
    assert [(e.period, e.epoch, e.step) for e in kept(bench)] == [
        ("daily", 0, 2), ("weekly", 0, 2), ("daily", 1, 4),
    ]  # fmt: skip
    assert all(bench.objects.size(e.state) == e.size for e in kept(bench))


def test_each_day_of_a_long_training_has_one_and_a_week_of_them_stays(bench: Workbench) -> None:
    bench.add_materials()

    def a_day(_: int) -> None:
        bench.clock.time += timedelta(days=1)

    never = Keeping(bench.ports, bench.folder, often=Often(), rule=Rule(daily=3, weekly=1))
    run(bench, never, SteppingTrainer(meanwhile=a_day))
    assert [e.name for e in kept(bench) if e.period == "daily"] == [
        f"checkpoint-2026-11-{day}" for day in (21, 22, 23, 24, 25)
    ]
    dropped = [e.name for e in bench.events() if isinstance(e, CheckpointDropped)]
    assert dropped == [
        "checkpoint-2026-week-47", "checkpoint-2026-11-21", "checkpoint-2026-11-22",
    ]  # fmt: skip


def test_what_is_asked_to_stop_leaves_its_state_behind(bench: Workbench) -> None:
    bench.add_materials()
    asked: list[int] = []
    keeping = Keeping(bench.ports, bench.folder, often=Often(), stop=lambda: bool(asked))
    with pytest.raises(KeyboardInterrupt):
        run(bench, keeping, SteppingTrainer(meanwhile=lambda step: step == 3 and asked.append(1)))
    assert kept(bench)[-1].step == 3
    failed = bench.events()[-1]
    assert isinstance(failed, TrainingFailed)
    assert failed.reason == (
        "interrupted by the operator; it can go on from step 3: oneseek train --resume t1"
    )


@dataclass
class Refusing:
    """A store that takes no file before the third one."""

    store: Any
    asked: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def put_file(self, path: Path, **_: object) -> tuple[Digest, int]:
        self.asked += 1
        if self.asked < 3:
            raise ServiceFailed("the disk is full")
        found: tuple[Digest, int] = self.store.put_file(path)
        return found


def test_a_full_disk_does_not_end_the_training(bench: Workbench) -> None:
    bench.add_materials()
    ports = replace(bench.ports, objects=Refusing(bench.objects))
    keeping = Keeping(ports, bench.folder)
    run(bench, keeping)
    assert keeping.told == [
        f"note: the state at step {step} could not be kept: the disk is full" for step in (1, 2)
    ]
    assert [e.step for e in kept(bench)] == [3, 3, 4, 5]


def test_a_crash_between_object_and_entry_leaves_the_checkpoint_before(bench: Workbench) -> None:
    bench.add_materials()

    class Dies:
        def __getattr__(self, name: str) -> Any:
            return getattr(bench.ledger, name)

        def append(self, entries: Any, expect: Any) -> Any:
            if len(kept(bench)) == 3:
                raise SystemExit
            return bench.ledger.append(entries, expect)

    ledger: Any = Dies()
    keeping = Keeping(replace(bench.ports, ledger=ledger), bench.folder)
    with pytest.raises(SystemExit):
        run(bench, keeping)
    objects = {digest for digest, _ in bench.objects.digests()}
    with bench.ledger.view() as view:
        last = kept_of(view, "t1")[0]
    assert (last.step, last.state in objects) == (2, True)
    assert bench.audit().findings == ()


def test_a_training_that_was_taken_for_dead_ends_at_its_next_state(bench: Workbench) -> None:
    bench.add_materials()

    def lose(step: int) -> None:
        if step == 3:
            recover(bench.as_actor("bo"), lambda _: False, VERIFIER_SCRIPT)

    with pytest.raises(Conflict, match="was recorded as failed by entry"):
        run(bench, Keeping(bench.ports, bench.folder), SteppingTrainer(meanwhile=lose))
    assert [e.step for e in kept(bench) if e.period == "daily"] == [1, 2]
    assert isinstance(bench.events()[-1], TrainingFailed)


def test_what_a_policy_lets_go_is_told_before_it_is_done(bench: Workbench) -> None:
    bench.add_materials()

    def a_day(_: int) -> None:
        bench.clock.time += timedelta(days=1)

    run(bench, Keeping(bench.ports, bench.folder), SteppingTrainer(meanwhile=a_day))
    rule, size = Rule(daily=2, weekly=12), bench.ledger.head().size
    told = drop_checkpoints(bench.ports, rule, dry_run=True)
    assert bench.ledger.head().size == size
    assert [item.kept.name[-2:] for item in told] == ["21", "22", "23"]
    assert drop_checkpoints(bench.ports, rule) == told
    dropped: list[Event] = bench.events()[-3:]
    assert all(isinstance(e, CheckpointDropped) for e in dropped)
    assert drop_checkpoints(bench.ports, rule) == []
    assert bench.ledger.head().size == size + 3
