"""Making a workspace for a ledger that exists already: all of it, or nothing.

The settings file comes last and completes it. What fails before takes away what it has made, and
nothing else; a process that is killed leaves at most a key that the next attempt takes up.
"""

from collections.abc import Collection
from pathlib import Path

from oneseek.adapters.keys.ed25519 import create_key, public_key
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import write_atomic
from oneseek.adapters.workspace.create import refuse_old_tree
from oneseek.adapters.workspace.paths import Paths
from oneseek.domain.errors import Conflict, InvalidInput
from oneseek.domain.note.signed_note import VerifierKey


def refuse_unfit(root: Path) -> Paths:
    """Return the paths of a workspace to be made at ``root``.

    Raises:
        Conflict: there is one already, or what is left of another one, or an old tree.
        InvalidInput: it is a file.
    """
    paths = Paths(root.absolute())
    if paths.settings.exists():
        raise Conflict(f"{root} is a workspace already", hint="see it with: oneseek status")
    if root.exists() and not root.is_dir():
        raise InvalidInput(f"{root} is a file, not a folder")
    for rest in (paths.ledger, paths.checkpoint, paths.vault):
        if rest.exists():
            raise Conflict(
                f"{root} holds another workspace, or what is left of one: {rest}",
                hint="join in another folder",
            )
    refuse_old_tree(paths)
    return paths


def make_workspace(paths: Paths, pinned: Collection[VerifierKey], settings: str) -> VerifierKey:
    """Make folders, a key of its own, the trusted keys and the settings; return the public key.

    The new key has the origin of the trusted ones as its name.
    """
    (origin,) = {key.name for key in pinned}
    made: list[Path] = []
    with disk_errors("make a workspace in", paths.root):
        try:
            for folder in (*reversed(paths.root.parents), paths.root, *paths.folders):
                if not folder.exists():
                    folder.mkdir()
                    made.append(folder)
            paths.keys.chmod(0o700)
            if paths.signing_key.exists():
                own = public_key(paths.signing_key, origin)
            else:
                made.append(paths.signing_key)
                own = create_key(paths.signing_key, origin)
            made += [paths.public_key, paths.settings]
            write_atomic(paths.public_key, "".join(f"{key}\n" for key in pinned).encode())
            write_atomic(paths.settings, settings.encode())
        except BaseException:
            _undo(made)
            raise
    return own


def _undo(made: list[Path]) -> None:
    for path in reversed(made):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
