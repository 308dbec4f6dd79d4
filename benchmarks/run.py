"""Measure everything side by side: ``python run.py [--sizes quick] [--only ROW …] [--out FOLDER]``.

Writes benchmarks.md and benchmarks.json into the folder ``--out`` (none: only prints the table).
"""

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import machine
import report
from rows import SIZES, rows
from running import firestore, postgres, run_jobs
from verdict import judge


def main() -> None:
    """Run what is asked for, print the table and keep it."""
    options = _options()
    sizes = SIZES[options.sizes]
    rounds = options.rounds or sizes.rounds
    begun = time.monotonic()
    wanted = [row for row in rows(sizes) if row.name.startswith(tuple(options.only or ("",)))]
    with (
        postgres(wanted=any(row.needs_server for row in wanted)) as server,
        firestore(
            wanted=any(row.name.startswith("firestore") for row in wanted),
            official=options.sizes == "full",  # it needs thousands of requests to get warm
        ) as emulator,
        tempfile.TemporaryDirectory(prefix="oneseek-bench-") as folder,
    ):
        wanted = [row for row in wanted if server or not row.needs_server]
        jobs = list(dict.fromkeys(job for row in wanted for job in (row.ours, row.yardstick)))
        place = Path(folder)
        found = run_jobs(jobs, place, rounds, prepare=options.sizes != "tiny", say=_say)
        described = machine.describe(place) | ({"PostgreSQL": server} if server else {})
        described |= {"Firestore": emulator} if emulator else {}
    run = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "seconds": round(time.monotonic() - begun),
        "sizes": sizes.name,
        "rounds": rounds,
        "machine": described,
    }
    verdicts = [judge(row, found) for row in wanted]
    page = report.as_markdown(run, verdicts)
    print(page)
    if options.out:
        (options.out / "benchmarks.md").write_text(page, "utf-8")
        (options.out / "benchmarks.json").write_text(report.as_json(run, verdicts), "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", choices=SIZES, default="full")
    parser.add_argument("--rounds", type=int, help="default: what the sizes say")
    parser.add_argument("--only", action="append", metavar="ROW", help="begins so; repeatable")
    parser.add_argument("--out", type=Path, metavar="FOLDER")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
