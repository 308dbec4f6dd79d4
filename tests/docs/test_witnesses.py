"""The walk-through in docs/witnesses.md runs as it stands, by three parties in three folders."""

import os
import re
import subprocess
import sys
from pathlib import Path

DOCUMENT = (Path(__file__).parents[2] / "docs" / "witnesses.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh (\w+)\n(.*?)^```$", DOCUMENT, re.M | re.S)


def test_every_party_can_follow_the_walk_through_literally(tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for folder in ("operator", "witness", "auditor", "exchange"):
        (tmp_path / folder).mkdir()
    said = []
    for party, script in BLOCKS:
        done = subprocess.run(
            ["bash", "-euc", script],
            cwd=tmp_path / party, capture_output=True, text=True, check=False,
            env={**os.environ, "PATH": path},
        )  # fmt: skip
        assert done.returncode == 0, f"{party}: {script}\n{done.stdout}{done.stderr}"
        assert done.stderr == ""
        said.append(done.stdout)
    assert [party for party, _ in BLOCKS] == [
        "operator", "witness", "operator", "operator", "witness", "operator", "auditor",
    ]  # fmt: skip
    assert "Cosigned at 2 entries by witness.example/w1" in said[2]
    assert "✓ entry 2 is in the log" in said[-1]
    assert "✓ the log of 3 entries begins with the 3" in said[-1]


def test_no_other_block_shows_commands_that_nobody_runs() -> None:
    assert DOCUMENT.count("```") == 2 * len(BLOCKS)
