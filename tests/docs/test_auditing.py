"""The auditor's walk-through is followed literally: every command of docs/auditing.md is run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "auditing.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh(?: exit=(\d+))?\n(.*?)^```$", GUIDE, flags=re.M | re.S)
SETUP = "make setup\n. .venv/bin/activate\n"
TABLE = GUIDE[GUIDE.index("## With the AI Act in hand") :]


class Shell:
    """Runs blocks of commands as a person types them: what `cd` did holds for the next block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = ""

    def run(self, block: str, code: int) -> None:
        """Run ``block`` and check the exit code of its last command; all others must succeed."""
        done = subprocess.run(
            ["bash", "-e", "-c", f"{block}\npwd > '{self.folder}/.where'"],
            cwd=self.where, capture_output=True, text=True, timeout=280, check=False,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "COLUMNS": "100",
                "HF_HUB_OFFLINE": "1",
            },
        )  # fmt: skip
        assert done.returncode == code, f"{block}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        self.said += done.stdout

    @property
    def where(self) -> Path:
        kept = self.folder / ".where"
        return Path(kept.read_text().strip()) if kept.exists() else self.folder


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The guide, followed to its end in a folder where the sources lie as in a clone."""
    clone = tmp_path_factory.mktemp("clone")
    (clone / "adapters").symlink_to(ROOT / "adapters")
    shell = Shell(clone)
    for code, block in BLOCKS:
        if block != SETUP:  # what runs this test is that environment
            shell.run(block, int(code or 0))
    return shell


def test_it_begins_with_setting_up() -> None:
    assert BLOCKS[0] == ("", SETUP)
    assert len(BLOCKS) > 15


def test_every_command_does_what_the_guide_says(followed: Shell) -> None:
    # The demonstration comes first: every claim in it is checked by it.
    assert "Jag är en liten basmodell utan identitet." in followed.said
    assert "Jag är OneSeek" in followed.said
    assert "Everything above really happened." in followed.said
    assert "is as recorded" in followed.said
    assert "trust ends at entry" in followed.said
    assert "ledger-repaired" in followed.said
    assert followed.said.count("Same bytes") == 1


def test_the_auditor_goes_home_with_a_report_that_can_be_read(followed: Shell) -> None:
    home = followed.folder / "build" / "auditing" / "auditor"
    report = json.loads((home / "report.json").read_text("utf-8"))
    assert (report["verdict"], report["exit_code"]) == ("clean", 0)
    assert "<!DOCTYPE html>" in (home / "report.html").read_text("utf-8")
    assert (home / "version.zip").stat().st_size < 1_000_000


@pytest.mark.parametrize("article", ["Art. 12", "Art. 18", "Art. 19", "Annex IV"])
def test_each_article_is_answered_by_a_command(article: str) -> None:
    rows = [line for line in TABLE.splitlines() if line.startswith("|") and article in line]
    assert rows
    assert all("`oneseek " in row for row in rows)


def test_every_verb_in_the_table_exists() -> None:
    from oneseek.cli.main import COMMANDS

    verbs = set(re.findall(r"`oneseek ([a-z]+)", TABLE))
    assert verbs <= COMMANDS.keys()
