"""The operator's page is followed literally: every command of docs/operations.md is run."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest

from e2e.harm import answered
from e2e.workspaces import make_stocked
from oneseek.cli.main import oneseek

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operations.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(sh(?: exit=\d+| yours)?|toml)\n(.*?)^```$", GUIDE, flags=re.M | re.S)
ANOTHER_DISK = Path("/dev/shm")
STATUS = "oneseek backup status\n"


@dataclass
class Shell:
    """Follows the page as a person does: what `cd` did holds for the next block."""

    folder: Path
    yours: Mapping[str, str]
    """The variables that the reader sets for himself."""
    another_disk: bool
    """Whether ``$BACKUP`` really lies on one, as the page wants it."""
    was: dict[str, str] = field(default_factory=dict)
    """What the page has in their place."""
    said: list[tuple[str, str]] = field(default_factory=list)
    """Every block with what it printed."""

    def follow(self, kind: str, block: str) -> None:
        if kind == "sh yours":
            found = re.findall(r"^export (\w+)=(.*)$", block, flags=re.M)
            assert len(found) == len(block.splitlines())
            self.was.update(found)
        elif kind == "toml":
            self.write_settings(block)
        else:
            self.run(block, int(kind.partition("exit=")[2] or 0))

    def write_settings(self, block: str) -> None:
        """Write the lines of ``block`` into the table that they belong to."""
        table, *lines = block.splitlines()
        settings = self.where / "oneseek.toml"
        text = settings.read_text("utf-8")
        for line in lines:
            mine = line.replace(self.was["BACKUP"], self.yours["BACKUP"])
            text = text.replace(f"{table}\n", f"{table}\n{mine}\n")
        settings.write_text(text, "utf-8")

    def run(self, block: str, code: int) -> None:
        """Run ``block`` and check the exit code of its last command; all others must succeed."""
        if block == STATUS and not self.another_disk:
            code = 1
        done = subprocess.run(
            ["bash", "-e", "-c", f"trap \"pwd > '{self.folder}/.where'\" EXIT\n{block}"],
            cwd=self.where, capture_output=True, text=True, timeout=120, check=False,
            env={
                **os.environ,
                **self.yours,
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "COLUMNS": "100",
            },
        )  # fmt: skip
        said = done.stdout + done.stderr
        assert done.returncode == code, f"{block}\n{said}"
        assert "Traceback" not in said
        self.said.append((block, said))

    @property
    def where(self) -> Path:
        kept = self.folder / ".where"
        return Path(kept.read_text().strip()) if kept.exists() else self.folder

    def heard(self, words: str) -> list[str]:
        """Return what every block printed that has ``words`` in it."""
        return [said for block, said in self.said if words in block]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The page, followed to its end in a folder that holds the workspace ``city``."""
    pytest.importorskip("google.cloud.firestore")
    from firestore_emulator import VARIABLE, in_repo_emulator

    here = tmp_path_factory.mktemp("here")
    answered(make_stocked(here / "city"))
    another = ANOTHER_DISK.is_dir() and ANOTHER_DISK.stat().st_dev != here.stat().st_dev
    disk = Path(tempfile.mkdtemp(dir=ANOTHER_DISK if another else here))
    try:
        with in_repo_emulator() as server:
            yours = {
                "BACKUP": str(disk / "oneseek"),
                "SAFE": str(here / "safe"),
                "OQT_BACKUP_PASSPHRASE": "korrekt häst batteri häftklammer",
                VARIABLE: server.host,
            }
            shell = Shell(here, yours, another)
            for kind, block in BLOCKS:
                shell.follow(kind, block)
            yield shell
    finally:
        shutil.rmtree(disk)


def test_the_reader_sets_nothing_but_what_is_his_own(followed: Shell) -> None:
    assert followed.was.keys() == followed.yours.keys()
    assert not any(word in GUIDE for word in ("$HOME", "~/"))


def test_a_number_made_nicer_is_found_and_put_right(followed: Shell) -> None:
    found = followed.heard("firebase verify")
    assert re.search(r"drift-changed: oqt_metrics/\d+ metrics\.accuracy", found[0])
    assert "1 document put right" in found[1]
    assert "everything is as it should be" in found[1]


def test_what_would_be_lost_is_said_with_the_command_that_saves_it(followed: Shell) -> None:
    before, after, restored = followed.heard(STATUS)
    for command in ("oneseek backup ledger", "oneseek backup run"):
        assert command in before
    if not followed.another_disk:
        pytest.skip(f"{ANOTHER_DISK} is no other disk: where copies survive cannot be shown")
    for said in (after, restored):
        assert "every entry, version and sealed text could be restored" in said
        assert "is in no backup: copy it by hand" in said


def test_the_lost_machine_comes_back_with_what_only_firestore_had(followed: Shell) -> None:
    (look,) = followed.heard("--into look")
    (lost,) = re.findall(r"lost: entries \d+ to \d+ \((\d+)\)", look)
    assert "read-only" in look
    back, _ = followed.heard("--into city")
    assert f"✓ {lost} entries beyond the backup came from a known copy" in back
    assert "lost" not in back
    assert "2 erased and not put back" in back
    (log,) = followed.heard("oneseek log -n 3")
    last = [line.split()[2] for line in log.splitlines()[1:]]
    assert last == ["version-withdrawn", "ledger-restored"]
    (proved,) = followed.heard("verify --deep\noneseek ledger consistency")
    assert "Everything that was looked at is as recorded" in proved


def test_entries_that_nobody_has_are_given_up_only_on_purpose(followed: Shell) -> None:
    _, again = followed.heard("--into city")
    assert "✗ lost: entries" in again
    (refused,) = followed.heard("cd city\noneseek firebase push")
    assert refused.count("Error: ") == 1
    assert "restored from an older backup; nothing was changed" in refused
    assert "--known firestore:PROJECT" in refused
    (taken,) = followed.heard("--take-over")
    assert "documents put right" in taken
    assert "everything is as it should be" in taken


TABLES = re.findall(r"`(oneseek [a-z][^`]*)`", GUIDE)
CLOCKS = re.findall(r"(?:bin/|&& )(oneseek [a-z -]+)", GUIDE)


@pytest.mark.parametrize("line", sorted({*TABLES, *CLOCKS}))
def test_what_is_only_named_exists_too(line: str) -> None:
    command: click.Command = oneseek
    options: set[str] = set()
    for word in line.split()[1:]:
        if isinstance(command, click.Group):
            found = command.get_command(click.Context(command), word)
            assert found is not None, word
            command = found
            options = {name for parameter in command.params for name in parameter.opts}
        elif word.startswith("--"):
            assert word in options
    assert line == "oneseek firebase" or not isinstance(command, click.Group)
