"""Compare two runs: ``python compare.py OLD.json NEW.json``.

Refused, with a sentence, where machine, versions or sizes differ: such figures say nothing about
the code. A row counts as faster or slower only where the noise of both runs does not overlap.
"""

import json
import sys
from pathlib import Path
from typing import Any

Run = dict[str, Any]


def main() -> None:
    """Compare the runs that the command line names."""
    if len(sys.argv) != 3:
        raise SystemExit(f"usage: {Path(sys.argv[0]).name} OLD.json NEW.json")
    old, new = (json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:])
    if found := differences(old, new):
        raise SystemExit(
            f"these runs cannot be compared: {'; '.join(found)}. "
            "Measure the old code again, here and now."
        )
    print("\n".join(changes(old, new)))


def differences(old: Run, new: Run) -> list[str]:
    """Return in words what is not the same for both runs."""
    before, after = (run["machine"] | {"sizes": run["sizes"]} for run in (old, new))
    return [
        f"{name} was {before.get(name, 'absent')} and is {after.get(name, 'absent')}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def changes(old: Run, new: Run) -> list[str]:
    """Return one line per row that both runs have."""
    lines = []
    for name, row in new["rows"].items():
        if name not in old["rows"]:
            continue
        least, median, most = row["ours"]
        was_least, was_median, was_most = old["rows"][name]["ours"]
        change = f"{median / was_median:.2f} times" if was_median else "no ratio to nothing"
        verdict = "more" if least > was_most else "less" if most < was_least else "within the noise"
        lines.append(f"{name:20} {was_median:.4g} -> {median:.4g} ({change}): {verdict}")
    return lines


if __name__ == "__main__":
    main()
