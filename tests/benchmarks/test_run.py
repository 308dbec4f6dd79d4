"""Every measure runs: with tiny sizes, so that no benchmark rots unseen."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rows import TINY, rows

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "run.py"


@pytest.mark.thorough
def test_every_row_is_measured_and_written_as_table_and_json(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    try:
        server = {"OQT_TEST_POSTGRES_URL": request.getfixturevalue("postgres_server")}
    except pytest.skip.Exception:
        server = {}
    done = subprocess.run(
        [sys.executable, PROGRAM, "--sizes", "tiny", "--out", tmp_path],
        env=os.environ | server, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    run = json.loads((tmp_path / "benchmarks.json").read_text("utf-8"))
    wanted = [row for row in rows(TINY) if server or not row.needs_server]
    assert list(run["rows"]) == [row.name for row in wanted]
    page = (tmp_path / "benchmarks.md").read_text("utf-8")
    assert page == done.stdout.removesuffix("\n")
    for row in wanted:
        assert row.what.partition(" | ")[0] in page
    if server:
        assert run["rows"]["postgres-wrong"]["ours"] == [0, 0, 0]
