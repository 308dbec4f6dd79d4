"""Finding the sealed object of an imported file that holds texts of people."""

from oneseek.cli.app import App
from oneseek.cli.wiring.legacy_sources import imported_sources
from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.state.documents import LegacySource
from oneseek.migrations.importing.previous import read_inventory


def sealed_file(app: App, path: str, named: str | None) -> tuple[LegacySource, Digest]:
    """Return the source and the sealed object of the file at ``path``.

    Raises:
        NotFound: no imported source has such a path.
        InvalidInput: it holds no texts of people as far as is known, or several sources have it.
    """
    found: list[tuple[LegacySource, Digest | None]] = []
    for source in imported_sources(app, named):
        for item in read_inventory(app.objects, source.inventory):
            if item.path == path:
                found.append((source, item.sealed))
    if not found:
        raise NotFound(
            f"no imported source has a file {path}", hint="see: oneseek migrate scan PATH --list"
        )
    if len(found) > 1:
        names = ", ".join(source.path for source, _ in found[:3])
        raise InvalidInput(f"{path} is in several sources: {names}", hint="say which: --source")
    source, sealed = found[0]
    if sealed is None:
        raise InvalidInput(
            f"{path} is not sealed: it is not known to hold texts of people",
            hint="its bytes are in the content store; nothing there can be erased",
        )
    return source, sealed
