"""The run as a table for people (docs/benchmarks.md) and as JSON for the next comparison."""

import json
import tomllib
from pathlib import Path
from typing import Any

from verdict import Spread, Verdict

LIMITS = Path(__file__).with_name("limits.toml")


def limits() -> dict[str, str]:
    """Return why a row misses its goal, and what its time is spent on, by the row's name."""
    return dict(tomllib.loads(LIMITS.read_text("utf-8")))


def as_json(run: dict[str, Any], verdicts: list[Verdict]) -> str:
    """Return the run with every row's figures."""
    rows = {
        v.row.name: {
            "what": v.row.what,
            "figure": v.row.figure,
            "ours": _spread(v.ours),
            "yardstick": _spread(v.yardstick),
            "ratio": _short(v.ratio),
            "goal": goal(v),
            "met": v.met,
            "cpu": [_short(seconds) for seconds in v.cpu],
            "wall": [_short(seconds) for seconds in v.wall],
            "peak_mb": round(v.peak_mb, 1),
        }
        for v in verdicts
    }
    return json.dumps(run | {"rows": rows}, indent=1, ensure_ascii=False) + "\n"


def as_markdown(run: dict[str, Any], verdicts: list[Verdict]) -> str:
    """Return the page."""
    machine = ", ".join(f"{name} {value}" for name, value in run["machine"].items())
    why = limits()
    missed = [v for v in verdicts if v.met is False]
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; how it is measured: [benchmarks/](../benchmarks/README.md).",
        f"{run['rounds']} rounds, each measure in a process of its own: median (smallest–largest).",
        "CPU is in seconds of all threads and processes of a side, without the database server's.",
        "",
        f"One run of {run['seconds']} s on {run['date']}, sizes `{run['sizes']}`: {machine}.",
        "",
        "| what | against | by | ours | yardstick | ratio | goal | | wall s | peak MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_line(v) for v in verdicts),
        "",
        f"{sum(v.met is True for v in verdicts)} goals met, {len(missed)} missed.",
    ]
    if missed:
        lines += ["", "What is in the way of the missed ones:", ""]
        lines += [
            f"- **{v.row.what.partition(' | ')[0]}**: "
            + why.get(v.row.name, "not explained yet; a profile is wanted.")
            for v in missed
        ]
    return "\n".join([*lines, ""])


def goal(v: Verdict) -> str:
    """Return what the row should reach."""
    row = v.row
    match row.kind:
        case "less":
            return f"≥ {row.goal:g}×"
        case "no more":
            return f"≤ {row.goal:g}×"
        case "growth":
            return f"≤ {row.goal:g} B/event"
        case "limit":
            return f"≤ {_value(row.goal, row.unit)}"
    return ""


def _line(v: Verdict) -> str:
    what, _, against = v.row.what.partition(" | ")
    mark = {True: "met", False: "**missed**", None: ""}[v.met]
    ratio = "" if v.ratio is None else f"{v.ratio:.2f}"
    unit = " B" if v.row.kind == "growth" else ""
    cells = (
        what,
        against,
        v.row.figure.replace("_", " "),
        _noise(v.ours, v.row.unit),
        _noise(v.yardstick, v.row.unit),
        f"**{ratio}**{unit}" if ratio else "",
        goal(v),
        mark,
        f"{v.wall[0]:.3g} / {v.wall[1]:.3g}",
        f"{v.peak_mb:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _noise(spread: Spread, unit: str) -> str:
    median, least, most = (_value(n, unit) for n in (spread.median, spread.least, spread.most))
    return median if least == most else f"{median} ({least}–{most})"


def _value(number: float, unit: str) -> str:
    if unit == "s" and 0 < number < 0.0001:
        return f"{number * 1_000_000:.3g} µs"
    if unit == "s" and 0 < number < 0.1:
        return f"{number * 1000:.3g} ms"
    return f"{number:.4g} {unit}".rstrip() if number < 10_000 else f"{number:,.0f} {unit}".rstrip()


def _spread(spread: Spread) -> list[float | None]:
    return [_short(number) for number in (spread.least, spread.median, spread.most)]


def _short(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.5g}")
