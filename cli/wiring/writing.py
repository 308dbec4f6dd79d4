"""The frame of every change: settle what dead processes left, change, let the targets follow."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from oneseek.adapters.certified.verifier import verifier_script
from oneseek.cli.app import App
from oneseek.cli.wiring.published import refuse_second_history
from oneseek.domain.errors import OneSeekError
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import OpenTraining
from oneseek.domain.usecases.recover import recover

TRAINING_LABEL = "training-"


@contextmanager
def writing(app: App, *, follow: bool = True) -> Iterator[Ports]:
    """Give the ports for a change; afterwards, even after an error, the targets are brought up.

    An entry that was appended counts, whatever happens later: the next command catches up. Where
    the targets cannot follow now, the error says so and keeps its exit code.
    ``follow=False`` leaves the targets alone beforehand, for a rebuild that looks at them itself.
    """
    settle(app, follow=follow)
    try:
        yield app.ports
    except BaseException:
        # What went wrong is the news; the targets are the next command's business if need be.
        with suppress(OneSeekError):
            app.catch_up()
        raise
    try:
        app.catch_up()
    except OneSeekError as error:
        error.message = f"recorded, but a projection could not follow: {error.message}"
        error.hint = f"{error.hint or 'mend it'}; the next command brings it up to date"
        raise


def settle(app: App, *, follow: bool = True) -> None:
    """Record the ends of dead trainings, sweep staging, and bring the targets up to the head.

    Raises:
        LedgerBroken: the ledger's own key has signed a longer or another history.
    """
    refuse_second_history(app)
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
