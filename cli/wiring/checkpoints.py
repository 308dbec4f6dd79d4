"""Keeping checkpoints while a training runs, and ending it at a step when a person asks."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from oneseek.cli.app import App
from oneseek.domain.checkpoint_names import Often
from oneseek.domain.decisions.checkpoints import Rule, way_on
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import Training
from oneseek.domain.usecases.keep_checkpoint import CheckpointKeeper

HOURLY = Often(minutes=60)
_LABEL = "checkpoint-"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_TOLD = b"stopping after this step, with a checkpoint; once more: at once\n"


def retention_rule(app: App) -> Rule:
    """Return how many checkpoints stay in this workspace."""
    kept = app.settings.retention
    return Rule(daily=kept.daily, weekly=kept.weekly)


@contextmanager
def keeping(
    app: App, ports: Ports, training: str, often: Often
) -> Iterator[Callable[[int | None], CheckpointKeeper]]:
    """Give what makes the keeper of ``training``; Ctrl-C and SIGTERM leave a checkpoint behind."""
    folder = app.scratch.folder(f"{_LABEL}{training}-")
    try:
        with _stopping() as stop:
            yield lambda since: CheckpointKeeper(
                since=since,
                ports=ports,
                training=training,
                file=folder / "state.safetensors",
                often=often,
                rule=retention_rule(app),
                stop=stop,
                tell=app.out.note,
            )
    except BaseException:
        with ports.ledger.view() as view:
            found = view.get(Training, training)
            way = way_on(view, training)
        if way and found is not None and found.status == "failed":
            app.out.note(f"training {training} was interrupted{way}")
        raise
    finally:
        app.scratch.release(folder)


class _Stop:
    """Whether a signal came. Before the first step there is no state to wait for."""

    def __init__(self) -> None:
        self.asked = False
        self.steps = False

    def __call__(self) -> bool:
        self.steps = True
        return self.asked

    def handle(self, _: int, __: FrameType | None) -> None:
        if self.asked or not self.steps:
            raise KeyboardInterrupt
        self.asked = True
        with suppress(OSError):
            os.write(2, _TOLD)  # not through the stream: it may be just being written to


@contextmanager
def _stopping() -> Iterator[_Stop]:
    stop = _Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop  # signals are the main thread's
        return
    # What whoever started this process told it to ignore stays ignored.
    known = {number: signal.getsignal(number) for number in _SIGNALS}
    before = {n: handler for n, handler in known.items() if handler not in (signal.SIG_IGN, None)}
    for number in before:
        signal.signal(number, stop.handle)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
