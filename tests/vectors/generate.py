"""Write the conformance vectors: ``python tests/vectors/generate.py [FOLDER]``.

Each ``make_NAME.py`` beside this file gives ``ABOUT`` (what the fields mean) and ``vectors()``;
together they become ``NAME.json``. Nothing is random and nothing is measured: the same code
gives the same bytes. Every verdict is written down by hand in the makers, not computed:

- ``ok``: accepted;
- ``malformed``: not in the one accepted spelling;
- ``refused``: well-formed, but it does not prove what it says.

Most vectors must not be accepted. They are for any implementation of the formats, not only ours.
"""

import json
import runpy
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def main(folder: Path) -> None:
    """Write one JSON file per maker into ``folder``."""
    for maker in sorted(HERE.glob("make_*.py")):
        module = runpy.run_path(str(maker))
        # One vector a line: a change shows as the lines that it concerns.
        lines = ",\n".join(map(_compact, module["vectors"]()))
        text = f'{{"about": {_compact(module["ABOUT"])},\n"vectors": [\n{lines}\n]}}\n'
        name = maker.stem.removeprefix("make_") + ".json"
        (folder / name).write_bytes(text.encode())


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
