"""Bringing what is derived up to the head: the checkpoint file and every projection.

Every read-only command asks whether something is behind, so nothing heavy is loaded before it is.
"""

from typing import TYPE_CHECKING

from oneseek.adapters.projections.position import entries_behind
from oneseek.adapters.workspace.small_file import read_small
from oneseek.domain.projections.versions import OPTIONAL_VERSIONS, VERSIONS
from oneseek.domain.stored import Head

if TYPE_CHECKING:
    from oneseek.cli.app import App
    from oneseek.domain.keys import KeyRing


def catch_up(app: "App") -> None:
    """Bring every projection and the checkpoint file up to the head, if they are behind."""
    head = app.ledger.head()
    late = _late(app, head)
    if not late and _is_published(app, head):
        return
    from oneseek.cli.wiring.published import refuse_second_history

    # Before anything is overwritten: an older checkpoint, or a tree that shows more, is evidence.
    ring = refuse_second_history(app)
    _publish(app, head, ring)
    for projection in app.projections:
        if projection.name in late:
            app.runner.follow(projection)


def _late(app: "App", head: Head) -> list[str]:
    """Return the names of the projections whose target does not show the head yet."""
    folder = app.paths.positions
    versions = VERSIONS
    if app.settings.projections.legacy_tree:
        versions = VERSIONS | OPTIONAL_VERSIONS
    return [
        name
        for name, version in versions.items()
        if entries_behind(folder, name, version, head.size)
    ]


def _is_published(app: "App", head: Head) -> bool:
    """Return whether the checkpoint file shows the head, or there is nothing to show."""
    try:
        return read_small(app.paths.checkpoint) == head.checkpoint
    except OSError:
        return not head.size  # absent or unreadable: the writer says what is to be said


def _publish(app: "App", head: Head, ring: "KeyRing") -> None:
    """Bring the checkpoint file up to the head, and remember who may sign."""
    from oneseek.adapters.ledger import checkpoint_file

    lock = app.paths.locks / "checkpoint.lock"
    checkpoint_file.remember(app.paths.known_keys, ring.keys, lock)
    checkpoint_file.publish(app.paths.checkpoint, head, lock)
