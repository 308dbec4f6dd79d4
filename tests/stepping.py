"""A trainer without mathematics whose result depends on every step, and that can be cut off."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from oneseek.domain.checkpoint_names import Often
from oneseek.domain.decisions.checkpoints import Rule
from oneseek.domain.ports import Ports
from oneseek.domain.training_job import LoraJob, LoraOutcome
from oneseek.domain.usecases.keep_checkpoint import CheckpointKeeper
from workbench import FakeTrainer

STEPS = 5
EVERY_STEP = Often(steps=1)
USUAL = Rule()


@dataclass
class SteppingTrainer(FakeTrainer):
    """Makes :data:`STEPS` steps; raises ``error`` before step ``dies``."""

    dies: int | None = None
    meanwhile: Callable[[int], object] = lambda _: None
    """Called before every step with its number."""

    def train(self, job: LoraJob, on_progress: object) -> LoraOutcome:
        step, value = 0, "begin"
        if job.resume_from is not None:
            step, value = json.loads(job.resume_from.read_bytes())
        while step < STEPS:
            step += 1
            self.meanwhile(step)
            if step == self.dies:
                assert self.error is not None
                raise self.error
            value = sha256(f"{value} {step}".encode()).hexdigest()
            if job.checkpoints is not None and job.checkpoints.due(step):
                text = json.dumps([step, value]).encode()
                job.checkpoints.keep(step // 3, step, lambda path, data=text: _write(path, data))
        done = FakeTrainer(value.encode()).train(job, on_progress)
        return replace(done, steps=step)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


@dataclass
class Keeping:
    """Makes keepers of one training; what they tell is in ``told``."""

    ports: Ports
    folder: Path
    training: str = "t1"
    often: Often = EVERY_STEP
    rule: Rule = USUAL
    stop: Callable[[], bool] = lambda: False

    def __post_init__(self) -> None:
        self.told: list[str] = []

    def __call__(self, since: int | None) -> CheckpointKeeper:
        return CheckpointKeeper(
            ports=self.ports,
            training=self.training,
            since=since,
            file=self.folder / "state",
            often=self.often,
            rule=self.rule,
            stop=self.stop,
            tell=self.told.append,
        )
