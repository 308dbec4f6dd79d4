"""Odd surroundings: no home, no locale, no terminal, closed streams, a hand on Ctrl-C."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.harm import forging
from e2e.workspaces import ONESEEK, Workspace, everything

SURROUNDINGS = [
    {"HOME": None},
    {"HOME": None, "USER": None, "LOGNAME": None, "LNAME": None, "USERNAME": None},
    {"HOME": "/nowhere"},
    {"TERM": "dumb"},
    {"TERM": None, "COLUMNS": None},
    {"COLUMNS": "1"},
    {"COLUMNS": "many"},
    {"LC_ALL": "C"},
    {"LC_ALL": "xx_YY.UTF-8", "LANG": "SV"},
    {"LANG": None, "LC_ALL": None, "LC_CTYPE": None},
    {"PYTHONIOENCODING": "ascii"},
    {"OQT_WORKSPACE": ""},
    {"OQT_ACTOR": " "},
    {"TMPDIR": "/nowhere"},
    {"PATH": "/nowhere"},
]


def _surrounded(changes: dict[str, str | None]) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if changes.get(name, "") is not None}
    return {**env, **{name: value for name, value in changes.items() if value is not None}}


@pytest.mark.parametrize("changes", SURROUNDINGS, ids=str)
def test_every_verb_works_in_odd_surroundings(
    changes: dict[str, str | None], stocked: Workspace
) -> None:
    env = _surrounded(changes)

    def run(*words: str) -> str:
        done = subprocess.run(
            [str(ONESEEK), *words], cwd=stocked.root, env=env, capture_output=True, check=False
        )
        assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr
        return done.stdout.decode("utf-8", "surrogateescape")

    run("withdraw", "2.0", "--reason", "för gammal")
    run("activate", "1.0")
    assert "Fråga 1?" in run("dataset", "show", "identity_v1")
    assert "för gammal" in run("log", "--kind", "version-withdrawn")
    run("status")
    run("verify")


@pytest.mark.parametrize("words", [["verify"], ["verify", "--json"], ["verify", "--deep"]])
@pytest.mark.parametrize("lines", [0, 1])
def test_a_closed_pipe_does_not_change_the_verdict(
    lines: int, words: list[str], stocked: Workspace
) -> None:
    with forging(stocked) as connection:
        connection.execute("UPDATE entries SET leaf_hash = zeroblob(32)")
    assert _piped(stocked, words, lines) == (10, b"")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["log"], 0),
        (["log", "--json"], 0),
        (["versions"], 0),
        (["doctor"], 0),
        (["show", "nothing"], 3),
        (["dataset", "check", "proof.json"], 6),
    ],
)
def test_a_closed_pipe_is_no_fault_at_all(words: list[str], code: int, stocked: Workspace) -> None:
    stocked.run("dataset", "prove", "identity_v1", "--row", "1", "-o", "proof.json")
    found, err = _piped(stocked, words, 0)
    assert found == code
    assert b"Traceback" not in err
    assert b"Broken pipe" not in err


def _piped(workspace: Workspace, words: list[str], lines: int) -> tuple[int, bytes]:
    """Run a command whose reader leaves after so many lines; return exit code and errors."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        [str(ONESEEK), *words], cwd=workspace.root, stdout=writing, stderr=subprocess.PIPE
    ) as process:
        os.close(writing)
        with open(reading, "rb", buffering=0) as reader:  # noqa: PTH123 - a descriptor
            for _ in range(lines):
                reader.readline()
        _, err = process.communicate()
    return process.returncode, err


def test_errors_that_nobody_reads_keep_their_exit_code(stocked: Workspace) -> None:
    for words, code in ((["show", "nothing"], 3), (["verify", "--key", "x"], 2)):
        shell = f'"{ONESEEK}" {" ".join(words)} 2>&1 | true; exit ${{PIPESTATUS[0]}}'
        done = subprocess.run(["bash", "-c", shell], cwd=stocked.root, check=False)
        assert done.returncode == code


def test_following_the_log_ends_when_nobody_reads_it_any_more(stocked: Workspace) -> None:
    reading, writing = os.pipe()
    with subprocess.Popen(
        [str(ONESEEK), "log", "--follow"], cwd=stocked.root, stdout=writing, stderr=subprocess.PIPE
    ) as process:
        os.close(writing)
        with open(reading, "rb", buffering=0) as reader:  # noqa: PTH123 - a descriptor
            reader.readline()
        stocked.run("activate", "1.0")
        stocked.run("activate", "2.0")
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


_INTERRUPTED = (
    "import sys\n"
    "class Hand:\n"
    "    def find_spec(self, name, path=None, target=None):\n"
    "        if name == 'oneseek.cli.main':\n"
    "            raise KeyboardInterrupt\n"
    "sys.meta_path.insert(0, Hand())\n"
    "from oneseek.cli.start import main\n"
    "main()\n"
)


@pytest.mark.parametrize("words", [["log"], ["log", "--json"]])
def test_an_interrupt_while_it_loads_is_one_line(words: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED, *words], cwd=tmp_path, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 130
    assert len(done.stderr.splitlines()) == 1
    assert "interrupted" in done.stderr


def test_without_any_stream_a_refusal_is_still_a_refusal(stocked: Workspace) -> None:
    before = everything(stocked)
    shell = f'exec "{ONESEEK}" reset --confirm no <&- >&- 2>&-'
    assert subprocess.run(["sh", "-c", shell], cwd=stocked.root, check=False).returncode == 2
    assert everything(stocked) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_ledger_file_that_is_read_only_can_be_read_and_is_not_written(
    stocked: Workspace,
) -> None:
    database = stocked.root / ".oneseek" / "ledger.db"
    database.chmod(0o444)
    before = everything(stocked)
    stocked.run("log")
    assert stocked.run("activate", "1.0", expect=5).err
    assert everything(stocked) == before
