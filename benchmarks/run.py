"""Measure side by side and write docs/benchmarks.md."""

import argparse
import json
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
PAIRS = (
    ("append, groups of 1,000, all evidence included", "append_ours", "append_stock", 2.0),
    ("verified, typed replay against unverified stock replay", "replay_ours", "replay_stock", 3.0),
    ("inclusion proof against a full scan", "prove", "full_scan", None),
)
STARTS = (
    ("oneseek --version", ["--version"]),
    ("oneseek log -n 10", ["log", "-n", "10"]),
    ("oneseek current", ["current", "--at", "3"]),
)
YARDSTICK = "import click, msgspec, sqlite3, hashlib"


def measure(name: str, folder: Path, size: int) -> dict[str, float]:
    """Run one measure in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(HERE / "measures.py"), name, str(folder), str(size)],
        capture_output=True, text=True, check=True, cwd=folder,
    )  # fmt: skip
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def pairs(size: int, rounds: int) -> list[str]:
    """Measure every pair in turns; return rows of a Markdown table."""
    found: dict[str, list[dict[str, float]]] = {}
    for _ in range(rounds):
        folder = Path(tempfile.mkdtemp(prefix="oneseek-bench-"))
        try:
            for _, ours, other, _ in PAIRS:
                for name in (ours, other):
                    found.setdefault(name, []).append(measure(name, folder, size))
        finally:
            shutil.rmtree(folder)
    rows = []
    for title, ours, other, goal in PAIRS:
        a, b = (_middle(found[name], "cpu") for name in (ours, other))
        rows.append(
            f"| {title} | {_spread(found[ours])} | {_spread(found[other])} | **{b / a:.2f}** |"
            f" {'≥ ' + str(goal) if goal else ''} | {_middle(found[ours], 'peak_mb'):.0f} |"
        )
    return rows


def starts(rounds: int) -> list[str]:
    """Measure the CPU time of starting commands against importing what they cannot do without."""
    oneseek = str(Path(sys.executable).parent / "oneseek")
    folder = Path(tempfile.mkdtemp(prefix="oneseek-bench-"))
    try:
        subprocess.run([oneseek, "init", "."], cwd=folder, check=True, capture_output=True)
        times: dict[str, list[float]] = {}
        for _ in range(rounds * 5):
            times.setdefault("", []).append(_cpu([sys.executable, "-c", YARDSTICK], folder))
            for title, words in STARTS:
                times.setdefault(title, []).append(_cpu([oneseek, *words], folder))
    finally:
        shutil.rmtree(folder)
    base = statistics.median(times[""])
    return [
        f"| `{title}` | {statistics.median(times[title]):.3f} | {base:.3f} |"
        f" **{statistics.median(times[title]) / base:.2f}** | ≤ 1.6 |"
        for title, _ in STARTS
    ]


def _cpu(words: list[str], folder: Path) -> float:
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, cwd=folder, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _middle(figures: list[dict[str, float]], key: str) -> float:
    return statistics.median(figure[key] for figure in figures)


def _spread(figures: list[dict[str, float]]) -> str:
    cpu = sorted(figure["cpu"] for figure in figures)
    return f"{statistics.median(cpu):.4g} ({cpu[0]:.4g}–{cpu[-1]:.4g})"


def main() -> None:
    """Run everything and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    begun = time.monotonic()
    rows, start_rows = pairs(options.size, options.rounds), starts(options.rounds)
    names = ("eventsourcing", "msgspec", "click")
    libraries = ", ".join(f"{name} {version(name)}" for name in names)
    text = "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`; see [benchmarks/](../benchmarks/README.md). CPU seconds,",
            f"median (smallest–largest) of {options.rounds} rounds, {options.size:,} events;",
            "a ratio above 1 means that ours needs less.",
            "",
            f"One run on {datetime.now(UTC):%Y-%m-%d}: {platform.machine()}, "
            f"Python {platform.python_version()}, {libraries}; {time.monotonic() - begun:.0f} s.",
            "",
            "| what | ours | yardstick | ratio | goal | peak MB |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            f'Start of a command against `python -c "{YARDSTICK}"`; below 1.6 is the goal:',
            "",
            "| command | CPU s | yardstick | ratio | goal |",
            "|---|---|---|---|---|",
            *start_rows,
            "",
            "Where a figure misses its goal, that is open work, not a rounding matter.",
            "",
        ]
    )
    (HERE.parent / "docs" / "benchmarks.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
