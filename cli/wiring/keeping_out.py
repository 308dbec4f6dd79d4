"""Folders that a person names, against those that only the ledger's own writers fill."""

from pathlib import Path

from oneseek.cli.app import App
from oneseek.domain.errors import InvalidInput
from oneseek.domain.projections.all import ALL_PROJECTIONS


def refuse_own_places(app: App, folder: Path) -> None:
    """Refuse to write below ``.oneseek`` or the folder of a projection, on or off.

    Raises:
        InvalidInput: ``folder`` lies there.
    """
    ours = (app.paths.hidden, *(app.paths.root / item.folder for item in ALL_PROJECTIONS))
    if any(folder.resolve().is_relative_to(place.resolve()) for place in ours):
        raise InvalidInput(
            f"{folder} lies where only the ledger's own files may be", hint="give a folder outside"
        )
