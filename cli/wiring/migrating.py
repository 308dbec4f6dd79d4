"""Reading sources: what every command of ``oneseek migrate`` begins with."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from string import hexdigits

from oneseek.cli.app import App
from oneseek.cli.progress import reading_bar
from oneseek.cli.wiring.legacy_sources import moved_away
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.migrations.paths import shown_path
from oneseek.migrations.planning import Progress
from oneseek.migrations.source import check_source

KEY_DIGITS = 64
"""Hexadecimal digits of an Ed25519 public key."""


def workspace_root(app: App) -> Path | None:
    """Return the workspace that we are in, or None: looking at a source needs none.

    Raises:
        NotFound: one was named, and is not there.
    """
    try:
        return app.paths.root
    except NotFound:
        if app.names_workspace:
            raise
        return None


def checked_sources(app: App, paths: Sequence[Path]) -> list[Path]:
    """Return the sources as absolute paths without links, each once.

    Raises:
        NotFound, InvalidInput: one cannot be a source, or lies in another one.
    """
    root = workspace_root(app)
    found = [_checked(app, path, root) for path in paths]
    for source in found:
        if root is not None:
            _refuse_own_tree(app, source)
        if found.count(source) > 1:
            raise InvalidInput(f"{source} was named twice")
        for other in found:
            if other in source.parents:
                raise InvalidInput(f"{source} lies in {other}: name one of them")
    return found


def _refuse_own_tree(app: App, source: Path) -> None:
    """Refuse what changes by being imported: its versions would come out of it anew every time."""
    own = app.paths.certified.resolve()
    if own == source or own in source.parents or source in own.parents:
        raise InvalidInput(
            f"the workspace keeps its own certified tree in {own}: {source} is no old tree",
            hint="name the old folders one by one; what did not belong into the certified tree was "
            f"moved to {app.paths.displaced}",
        )


def _checked(app: App, path: Path, root: Path | None) -> Path:
    try:
        return check_source(path, root)
    except NotFound:
        if root is None or not moved_away(app, path):
            raise
        raise NotFound(
            f"{path} was imported, and moved away by a cleanup",
            hint=f"bring it back: oneseek migrate restore {quote(str(path))}",
        ) from None


def shown(app: App, source: Path) -> str:
    """Return a source as it is recorded: relative to the workspace where it lies in it."""
    root = workspace_root(app)
    inside = root is not None and root.resolve() in source.parents
    told = source.relative_to(root.resolve()) if inside and root is not None else source
    return shown_path(os.fsencode(told))


def trusted_keys(given: Sequence[str]) -> frozenset[str]:
    """Return the public keys of signers that the operator vouches for, in lower case.

    Raises:
        InvalidInput: one is no Ed25519 public key in hexadecimal digits.
    """
    for key in given:
        if len(key) != KEY_DIGITS or not set(key) <= set(hexdigits):
            raise InvalidInput(
                f"{key} is no public key: {KEY_DIGITS} hexadecimal digits are wanted",
                hint="get it from whoever signed, not from the source itself",
            )
    return frozenset(key.lower() for key in given)


@contextmanager
def progress(app: App) -> Iterator[Progress]:
    """Show entries and bytes as they are read."""
    with reading_bar(show=not app.out.json) as reading:
        yield Progress(entry=reading.entry, bytes=reading.bytes, stage=reading.stage)
