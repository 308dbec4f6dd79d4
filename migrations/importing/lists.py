"""The lists that an import keeps as objects: JSON lines, written as they come."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from oneseek.domain.digest import Digest
from oneseek.domain.ports import ObjectKeeper

_ENCODER = msgspec.json.Encoder()


def keep_lines(keeper: ObjectKeeper, folder: Path, rows: Iterable[Struct]) -> Digest:
    """Keep ``rows`` as an object of JSON lines; ``folder`` is scratch for the time of writing."""
    path = folder / "lines"
    with path.open("wb") as lines:
        for row in rows:
            lines.write(_ENCODER.encode(row) + b"\n")
    digest, _ = keeper.put_file(path)
    path.unlink()
    return digest
