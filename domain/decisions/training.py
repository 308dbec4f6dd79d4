"""What a training may go on from."""

from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.registry import known_base, require_applicable
from oneseek.domain.errors import Conflict
from oneseek.domain.events import TrainingStarted
from oneseek.domain.state.documents import Version
from oneseek.domain.state.store import Reading


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
    if parent is None:
        return Decision((started,))
    now = state.get(Version, parent.dna) or parent
    require_continuable(now, allow_withdrawn)
    if known_base(now) != started.base:
        raise Conflict(f"{now.dna} stands on another base model than this training")
    # Of an imported version somebody may say meanwhile that it stands on another base model.
    named = {f"version:{now.manifest}"} if now.imported is not None else set[str]()
    return Decision((started,), frozenset({"registry"}) | named)
