"""Every command and every Python block of docs/exports.md works as it stands there."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.workspaces import Workspace, make_stocked
from oneseek.domain.exports.formats import FORMATS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "exports.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, flags=re.M | re.S)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which every command of the document was run."""
    workspace = make_stocked(tmp_path_factory.mktemp("exports") / "w")
    workspace.run("dataset", "add", "oneseek_identity_v1.jsonl")
    for line in "".join(blocks("sh")).splitlines():
        program, *words = shlex.split(line)
        if program == "oneseek":
            workspace.run(*words)
        else:
            tool = Path(sys.executable).parent / program
            run(workspace, str(tool), *words)
    return workspace


def run(workspace: Workspace, *words: str) -> None:
    done = subprocess.run(words, cwd=workspace.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_format_has_its_line_in_the_table() -> None:
    for form in FORMATS:
        assert re.search(rf"^\| `{form.name}` \|", DOCUMENT, flags=re.M), form.name


def test_the_commands_write_what_the_document_reads(exported: Workspace) -> None:
    named = set(re.findall(r" -o (\S+)", DOCUMENT))
    assert {path for path in named if (exported.root / path).exists()} == named


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_a_block_of_python_verifies_the_document(number: int, exported: Workspace) -> None:
    script = exported.root / f"block-{number}.py"
    script.write_text(blocks("python")[number], "utf-8")
    # The folder of the script comes first on the path: there must be no datasets/ beside it.
    run(exported, sys.executable, "-P", str(script))
