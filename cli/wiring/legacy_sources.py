"""Finding an imported source again: by its path, its folder's name, or its identity."""

import os
from pathlib import Path

from oneseek.cli.app import App
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.state.documents import LegacySource
from oneseek.migrations.paths import raw_path

_SHORTEST = 4
_NAMED = 3


def imported_sources(app: App, named: str | None = None) -> list[LegacySource]:
    """Return the sources that were imported, the newest last, or those that ``named`` means.

    Raises:
        NotFound: there is none.
    """
    with app.ledger.view() as view:
        found = sorted((each for _, each in view.scan(LegacySource)), key=lambda each: each.index)
    if not found:
        raise NotFound("nothing was imported yet", hint="bring it in: oneseek migrate run PATH")
    if named is None:
        return found
    meant = [each for each in found if _means(app, each, named)]
    if not meant:
        raise NotFound(f"nothing was imported from {named}", hint=f"sources are: {_some(found)}")
    return meant


def one_source(app: App, named: str | None) -> LegacySource:
    """Return the one source that ``named`` means, or the only one that there is.

    Raises:
        NotFound: there is none.
        InvalidInput: there are several.
    """
    found = imported_sources(app, named)
    if len(found) > 1:
        raise InvalidInput(
            f"several sources were imported: {_some(found)}", hint="name one of them"
        )
    return found[0]


def moved_away(app: App, path: Path) -> bool:
    """Say whether what lay at ``path`` was imported, and moved away by a cleanup."""
    try:
        return any(each.moved_to is not None for each in imported_sources(app, str(path)))
    except NotFound:
        return False


def place_of(app: App, source: LegacySource) -> Path:
    """Return where a source lay when it was imported."""
    return app.paths.root / os.fsdecode(raw_path(source.path))


def moved_place(app: App, source: LegacySource) -> Path | None:
    """Return where a source was moved to; None where it was not."""
    if source.moved_to is None:
        return None
    return app.paths.root / os.fsdecode(raw_path(source.moved_to))


def _some(sources: list[LegacySource]) -> str:
    more = f" and {len(sources) - _NAMED} more" if len(sources) > _NAMED else ""
    return ", ".join(each.path for each in sources[:_NAMED]) + more


def _means(app: App, source: LegacySource, named: str) -> bool:
    place = place_of(app, source)
    given = Path(os.path.abspath(named))  # noqa: PTH100 - links stay, and nothing need be there
    identity = len(named) >= _SHORTEST and source.source.startswith(named)
    return identity or named in (source.path, place.name) or given in (place, place.resolve())
