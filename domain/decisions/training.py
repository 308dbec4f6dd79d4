"""What a training may go on from."""

from oneseek.domain.decisions import Decision
from oneseek.domain.errors import Conflict
from oneseek.domain.events import TrainingStarted
from oneseek.domain.state.documents import Version
from oneseek.domain.state.store import Reading


def require_continuable(parent: Version, allow_withdrawn: bool) -> None:
    """Refuse to go on from a withdrawn version, unless the person says that it is meant.

    What was withdrawn must not come back under another name by a slip: a new version would carry
    its weights and could be activated.

    Raises:
        Conflict: ``parent`` was withdrawn.
    """
    if parent.withdrawn is not None and not allow_withdrawn:
        raise Conflict(
            f"{parent.dna} was withdrawn by entry {parent.withdrawn}",
            hint="go on from another version, or say that it is meant: --allow-withdrawn",
        )


def start(
    state: Reading, started: TrainingStarted, parent: Version | None, allow_withdrawn: bool
) -> Decision:
    """Record the start, with the parent looked at again: it may have been withdrawn meanwhile."""
    if parent is None:
        return Decision((started,))
    require_continuable(state.get(Version, parent.dna) or parent, allow_withdrawn)
    return Decision((started,), frozenset({"registry"}))
