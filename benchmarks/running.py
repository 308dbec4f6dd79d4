"""Running jobs: each in a process of its own, ours and the yardstick in turns."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rows import Job
from verdict import Figures, Found

HERE = Path(__file__).parent
_LIMIT = 900
"""Seconds after which a job has failed."""
_DURABLE = "-c max_connections=60 -c lc_messages=C"


def run_jobs(
    jobs: list[Job], folder: Path, rounds: int, *, prepare: bool, say: Callable[[str], None]
) -> Found:
    """Run every job ``rounds`` times in ``folder``; ``prepare`` makes the fixtures beforehand."""
    if prepare:
        for job in jobs:
            say(f"prepare {job}")
            _run(job, folder, "--prepare")
    found: Found = {job: [] for job in jobs}
    for number in range(1, rounds + 1):
        for job in jobs:
            figures: Figures = json.loads(_run(job, folder).splitlines()[-1])
            say(f"round {number}: {job}: cpu {figures['cpu']:.4g} s, wall {figures['wall']:.4g} s")
            found[job].append(figures)
    return found


def _run(job: Job, folder: Path, *words: str) -> str:
    # What a job writes for itself goes when it ends.
    own = folder / "own"
    own.mkdir()
    process = subprocess.Popen(
        [sys.executable, HERE / "one.py", job.measure, folder, str(job.size), *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder,
        start_new_session=True,
    )  # fmt: skip
    try:
        output, errors = process.communicate(timeout=_LIMIT)
    finally:
        with suppress(ProcessLookupError):  # writers that it has left waiting
            os.killpg(process.pid, signal.SIGKILL)
        shutil.rmtree(own)
    if process.returncode:
        raise SystemExit(f"{job} failed:\n{errors}")
    return output


@contextmanager
def postgres(*, wanted: bool) -> Iterator[str]:
    """Run the tests' server, but with durable commits; give its version, "" where there is none."""
    if not wanted:
        yield ""
        return
    sys.path.append(str(HERE.parent / "tests"))
    from postgres import server

    try:
        context = server(_DURABLE)
        url = context.__enter__()
    except Exception as error:
        print(f"PostgreSQL is left out, no server: {error}", file=sys.stderr)
        yield ""
        return
    try:
        os.environ["ONESEEK_BENCH_POSTGRES"] = url
        yield _server_version(url)
    finally:
        context.__exit__(None, None, None)


def _server_version(url: str) -> str:
    import psycopg

    with psycopg.connect(url) as connection:
        return str(connection.info.parameter_status("server_version"))


@contextmanager
def firestore(*, wanted: bool, official: bool) -> Iterator[str]:
    """Run an emulator of Firestore; say which one: Google's where it is, else that of the tests."""
    if not wanted:
        yield ""
        return
    sys.path.append(str(HERE.parent / "tests"))
    from firestore_emulator import VARIABLE, absence, in_repo_emulator, official_emulator

    if official and absence() is None:
        with official_emulator(megabytes=1024) as host:
            os.environ[VARIABLE] = host
            yield "Google's emulator"
        return
    with in_repo_emulator() as server:
        os.environ[VARIABLE] = server.host
        yield "the tests' own server"
