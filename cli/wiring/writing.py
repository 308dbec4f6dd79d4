"""The frame of every change: settle what dead processes left, change, let the targets follow."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from oneseek.adapters.certified.verifier import verifier_script
from oneseek.adapters.workspace.locks import locked
from oneseek.cli.app import App
from oneseek.cli.wiring.key_changes import finish_key_changes
from oneseek.cli.wiring.published import refuse_second_history
from oneseek.cli.wiring.signing import signer_if_ready
from oneseek.domain.decisions.keys import require_may_sign
from oneseek.domain.errors import Conflict, OneSeekError
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import FOLD_KEY, Fold, OpenTraining, Training
from oneseek.domain.state.fold import FOLD_VERSION
from oneseek.domain.usecases.recover import recover

TRAINING_LABEL = "training-"


OBJECTS_LOCK = "objects.lock"
"""Held shared by every change, because it relies on objects that it put or found; alone by what
removes objects. The kernel drops it with the process."""
_WAIT = 60.0
_WAIT_ALONE = 2.0


@contextmanager
def writing(app: App, *, follow: bool = True, alone: bool = False) -> Iterator[Ports]:
    """Give the ports for a change; afterwards, even after an error, the targets are brought up.

    An entry that was appended counts, whatever happens later: the next command catches up. Where
    the targets cannot follow now, the error says so and keeps its exit code.
    ``follow=False`` leaves the targets alone beforehand, for a rebuild that looks at them itself.
    ``alone=True`` keeps every other change of this machine out.

    Raises:
        Conflict: another change is under way, and this one must be alone; or one that must be.
    """
    with holding_objects(app, alone=alone), _following(app, follow=follow) as ports:
        yield ports


@contextmanager
def holding_objects(app: App, *, alone: bool = False) -> Iterator[None]:
    """Keep every object where it is, or with ``alone`` everybody who relies on one away.

    For changes that cannot have the frame above, as they mend what the frame would refuse.

    Raises:
        Conflict: objects are being collected, or with ``alone`` another command makes a change.
    """
    with ExitStack() as held:
        try:
            lock, wait = app.paths.locks / OBJECTS_LOCK, _WAIT_ALONE if alone else _WAIT
            held.enter_context(locked(lock, wait, shared=not alone))
        except Conflict:
            other = "another command changes" if alone else "objects are being collected in"
            raise Conflict(
                f"{other} this workspace", hint="wait until it has finished, then repeat"
            ) from None
        yield


@contextmanager
def _following(app: App, *, follow: bool) -> Iterator[Ports]:
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
        LedgerBroken: a key of the ledger has signed a longer or another history, or none that is
            trusted here has signed the newest checkpoint.
        Conflict: the key of this machine may not sign; nothing was changed.
    """
    refuse_second_history(app)
    fold_for_this_version(app)
    require_right_to_write(app)
    app.sealer.unlock()  # a passphrase is asked for before the ledger is locked, not under its lock
    finish_key_changes(app)
    with app.ledger.view() as view:
        open_ids = [key for key, _ in view.scan(OpenTraining)]
        found = [view.get(Training, key) for key in open_ids]
    if open_ids:
        # Nobody is asked for a passphrase because somewhere a training is running.
        complete = any(training and training.status == "completed" for training in found)
        signer = signer_if_ready(app) if complete else None
        done = recover(app.ports, app.leases.held, verifier_script(), signer)
        for sentence in done:
            app.out.note(sentence)
    app.scratch.sweep()
    if follow:
        app.catch_up()


def fold_for_this_version(app: App) -> None:
    """Fold the state documents again where another version of OneSeek has made them.

    Raises:
        Conflict: a newer version has made them.
    """
    with app.ledger.view() as view:
        found, size = view.get(Fold, FOLD_KEY), view.head.size
    if size == 0 or (found is not None and found.version == FOLD_VERSION):
        return
    if found is not None and found.version > FOLD_VERSION:
        raise Conflict(
            "a newer version of OneSeek writes this ledger; nothing was recorded",
            hint="install that version on this machine too",
        )
    app.location.refold()
    app.out.note("the ledger's documents were folded again for this version of OneSeek")


def require_right_to_write(app: App) -> None:
    """Refuse early what the ledger would refuse at the end, perhaps after hours of training.

    Raises:
        Conflict: the key of this machine was not announced, or was retired.
    """
    with app.ledger.view() as view:
        require_may_sign(view, app.pinned, app.own_key, view.head.size + 1)
