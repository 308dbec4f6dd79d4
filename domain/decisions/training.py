"""What a training may go on from."""

from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.registry import known_base, require_applicable
from oneseek.domain.digest import Digest
from oneseek.domain.errors import Conflict, NotFound
from oneseek.domain.events import TrainingResumed, TrainingStarted
from oneseek.domain.state.documents import KeptCheckpoint, Training, Version
from oneseek.domain.state.store import Reading, prefix_range


def require_continuable(parent: Version, allow_withdrawn: bool) -> None:
    """Refuse to go on from what is no adapter, and from a withdrawn version unless that is meant.

    What was withdrawn must not come back under another name by a slip: a new version would carry
    its weights and could be activated.

    Raises:
        Conflict: ``parent`` was withdrawn, or its weights are no adapter.
    """
    require_applicable(parent)
    if parent.withdrawn is not None and not allow_withdrawn:
        raise Conflict(
            f"{parent.dna} was withdrawn by entry {parent.withdrawn}",
            hint="go on from another version, or say that it is meant: --allow-withdrawn",
        )


def start(
    state: Reading, started: TrainingStarted, parent: Version | None, allow_withdrawn: bool
) -> Decision:
    """Record the start, with the parent looked at again: it may have been withdrawn meanwhile.

    Raises:
        Conflict: it was, or another base model than the training's was identified as its own.
    """
    return Decision((started,), _look_again(state, started.base, parent, allow_withdrawn))


def resume(
    state: Reading, resumed: TrainingResumed, parent: Version | None, allow_withdrawn: bool
) -> Decision:
    """Open a training again that ended without a result.

    Raises:
        NotFound: there is no such training, or the checkpoint is no longer kept.
        Conflict: it runs, or has a result; or its parent as in :func:`start`.
    """
    name = resumed.training
    found = state.get(Training, name)
    if found is None:
        raise NotFound(f"there is no training {name}")
    if found.status == "started":
        raise Conflict(f"training {name} is running: another process was first")
    if found.status != "failed":
        raise Conflict(f"training {name} is {found.status}: there is nothing left to go on with")
    start, stop = prefix_range(f"{name} ")
    kept = state.scan(KeptCheckpoint, start=start, stop=stop)
    if all(item.state != resumed.state for _, item in kept):
        raise NotFound(f"the checkpoint {resumed.state[:12]}… of training {name} was dropped")
    return Decision((resumed,), _look_again(state, found.base, parent, allow_withdrawn))


def lost(state: Reading, training: str, since: int | None) -> str | None:
    """Say what others recorded of a training that was taken for dead while it ran, if they did.

    ``since`` is the leaf index of the entry with which this process resumed it; None: it began it.
    """
    found = state.get(Training, training)
    if found is None or (found.status == "started" and found.resumed == since):
        return None
    if found.status == "started":
        return f"training {training} was resumed elsewhere by entry {found.resumed} while it ran"
    why = f" ({found.reason})" if found.reason else ""
    return (
        f"training {training} was recorded as {found.status} by entry {found.ended} while it "
        f"ran{why}"
    )


def _look_again(
    state: Reading, base: Digest, parent: Version | None, allow_withdrawn: bool
) -> frozenset[str]:
    """Look at the parent once more; return the streams that were read for it."""
    if parent is None:
        return frozenset()
    now = state.get(Version, parent.dna) or parent
    require_continuable(now, allow_withdrawn)
    if known_base(now) != base:
        raise Conflict(f"{now.dna} stands on another base model than this training")
    # Of an imported version somebody may say meanwhile that it stands on another base model.
    named = {f"version:{now.manifest}"} if now.imported is not None else set[str]()
    return frozenset({"registry"} | named)
