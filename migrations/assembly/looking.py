"""Looking at a file once more, after all of the source was seen."""

from functools import partial
from pathlib import Path

from oneseek.migrations.item import Item
from oneseek.migrations.look import Look
from oneseek.migrations.paths import open_below, raw_path


def look_at(root: Path, item: Item) -> Look:
    """Return a look at the file of ``item``, following no link on the way to it."""
    assert item.digest is not None
    raw = raw_path(item.path)
    return Look(
        root,
        item.path,
        size=item.size,
        digest=item.digest,
        reopen=partial(open_below, root, raw),
    )
