"""The page about old trees is followed literally: every command of docs/migrating.md is run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from migrations.trees import QUESTION, SPRUNG, make_old_tree, small_base
from oneseek.migrations.verdicts import Verdict

GUIDE = (Path(__file__).parents[2] / "docs" / "migrating.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh(?: exit=(\d+))?\n(.*?)^```$", GUIDE, flags=re.M | re.S)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The page, followed to its end in a folder that holds an old tree and a base model."""
    here = tmp_path_factory.mktemp("here")
    make_old_tree(here / "civicai")
    base = here / "kb-llama"
    base.mkdir()
    (base / "config.json").write_bytes(b'{"model_type": "llama"}')
    (base / "model.safetensors").write_bytes(small_base())
    said = ""
    where = here
    for code, block in BLOCKS:
        done = subprocess.run(
            ["bash", "-e", "-c", f"{block}\npwd > '{here}/.where'"],
            cwd=where, capture_output=True, text=True, timeout=120, check=False,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "COLUMNS": "100",
            },
        )  # fmt: skip
        assert done.returncode == int(code or 0), f"{block}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        said += done.stdout
        where = Path((here / ".where").read_text().strip()) if not code else where
    return here, said


def test_two_commands_bring_an_old_tree_in_and_tell_about_it(followed: tuple[Path, str]) -> None:
    here, said = followed
    page = (here / "city" / "report.html").read_text("utf-8")
    assert page.index("What a person must decide") < page.index("Versions")
    assert "2 versions" in page
    assert f"{here}/civicai: imported" in said


def test_everything_else_on_the_page_happens_as_it_says(followed: tuple[Path, str]) -> None:
    here, said = followed
    assert "nothing new, all of it was imported before" in said
    assert "Active: OneSeek-7B-Zero.v1.0.sv" in said
    assert "stands on kb-llama" in said
    assert "Erased: models/oneseek-7b-zero" in said
    assert "Moved: " in said
    assert "civicai.moved-by-oneseek-" in said
    assert "Back: " in said
    assert (here / "civicai" / "models").is_dir()
    assert (here / "old-layout").is_dir()


def test_nothing_was_run_and_no_question_was_shown(followed: tuple[Path, str]) -> None:
    here, said = followed
    assert not list(here.rglob(SPRUNG))
    assert QUESTION not in said + (here / "city" / "report.html").read_text("utf-8")


def test_every_verdict_stands_in_the_table() -> None:
    listed = re.findall(r"^\| [✓≈?✗] \| ([a-z ]+) \|", GUIDE, flags=re.M)
    assert listed == [verdict.value for verdict in Verdict]


def test_every_command_of_the_group_is_on_the_page() -> None:
    from oneseek.cli.commands.migrate import command

    names = command.list_commands(click.Context(command))
    assert [name for name in names if f"oneseek migrate {name}" not in GUIDE] == []
