"""Holding a version: it must be kept whatever a policy says, until somebody lets it go."""

from oneseek.domain.decisions import Decision
from oneseek.domain.errors import InvalidInput
from oneseek.domain.events import HoldPlaced, HoldReleased
from oneseek.domain.state.documents import Hold, RecordedVersion, Version
from oneseek.domain.state.store import Reading


def place_hold(state: Reading, version: Version | RecordedVersion, reason: str) -> Decision:
    """Hold ``version``; the same reason again changes nothing, another one takes its place.

    Raises:
        InvalidInput: no reason was given.
    """
    _require(reason)
    held = state.get(Hold, version.manifest)
    if held is not None and held.reason == reason:
        return Decision()
    return Decision((HoldPlaced(manifest=version.manifest, dna=version.dna, reason=reason),))


def release_hold(state: Reading, version: Version | RecordedVersion, reason: str) -> Decision:
    """Let the policy count again for ``version``; nothing happens when nobody holds it.

    Raises:
        InvalidInput: no reason was given.
    """
    _require(reason)
    if state.get(Hold, version.manifest) is None:
        return Decision()
    return Decision((HoldReleased(manifest=version.manifest, dna=version.dna, reason=reason),))


def _require(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput("a hold needs a reason", hint='--reason "…"')
