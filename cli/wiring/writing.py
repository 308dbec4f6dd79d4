"""The frame of every change: settle what dead processes left, change, let the targets follow."""

from collections.abc import Iterator
from contextlib import contextmanager

from oneseek.adapters.certified.verifier import verifier_script
from oneseek.cli.app import App
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import OpenTraining
from oneseek.domain.usecases.recover import recover

TRAINING_LABEL = "training-"


@contextmanager
def writing(app: App, *, follow: bool = True) -> Iterator[Ports]:
    """Give the ports for a change; afterwards, even after an error, the targets are brought up.

    An entry that was appended counts, whatever happens later: the next command catches up.
    ``follow=False`` leaves the targets alone beforehand, for a rebuild that looks at them itself.
    """
    settle(app, follow=follow)
    try:
        yield app.ports
    finally:
        app.catch_up()


def settle(app: App, *, follow: bool = True) -> None:
    """Record the ends of dead trainings, sweep staging, and bring the targets up to the head."""
    with app.ledger.view() as view:
        open_ids = [key for key, _ in view.scan(OpenTraining)]
    if open_ids:
        done = recover(app.ports, lambda training: is_running(app, training), verifier_script())
        for sentence in done:
            app.out.note(sentence)
    app.scratch.sweep()
    if follow:
        app.catch_up()


def is_running(app: App, training: str) -> bool:
    """Return whether a living process holds the staging folder of ``training``."""
    label = f"{TRAINING_LABEL}{training}-"
    there = list(app.paths.staging.glob(f"{label}*"))
    return len(there) > len(app.scratch.dead(label))
