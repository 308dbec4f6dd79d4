"""What others wrote cannot steer the screen; a closed or full output is told for what it is."""

import json
import subprocess
from pathlib import Path

import pytest

from e2e.workspaces import ONESEEK, Workspace
from oneseek.cli.output import one_line, printable
from oneseek.cli.wiring import bases
from oneseek.cli.wiring.writing import writing
from oneseek.domain.errors import ServiceFailed


def test_whoever_acts_cannot_write_lines_of_the_log(stocked: Workspace) -> None:
    for actor in ("anna\n    99  forged", "a\x1b[31m", "x" * 300, "a\u202eb"):
        done = stocked.run("activate", "1.0", "--actor", actor, expect=2)
        assert "not a usable name" in done.err
    assert stocked.size() == json.loads(stocked.run("ledger", "head", "--json").out)["size"]


def test_a_reason_cannot_steer_the_terminal(stocked: Workspace) -> None:
    stocked.run("withdraw", "1.0", "--reason", "one\n  99  two\x1b[31m\rthree")
    (line,) = stocked.run("log", "-n", "1").out.splitlines()
    assert r"one\n  99  two\x1b[31m\rthree" in line


def test_a_file_name_cannot_write_findings(stocked: Workspace) -> None:
    (stocked.certified / "a\n✓ all is well\x1b[2J").write_text("x", "utf-8")
    done = stocked.run("verify", expect=1)
    assert len(done.out.splitlines()) == 5
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("text", "shown"),
    [("å\n🙂\t", "å\n🙂\t"), ("\x1b[0m", r"\x1b[0m"), ("\u202e", r"\u202e"), ("\r\x9b", r"\r\x9b")],
)
def test_what_steers_a_terminal_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert "\n" not in one_line(text)


def test_a_second_withdrawal_says_so(stocked: Workspace) -> None:
    stocked.run("withdraw", "1.0", "--reason", "first")
    done = stocked.run("withdraw", "1.0", "--reason", "second")
    assert "was withdrawn before" in done.out


def test_a_full_output_is_no_fault_of_ours(stocked: Workspace) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [str(ONESEEK), "log"], cwd=stocked.root, stdout=full, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 5
    assert "fault of OneSeek" not in done.stderr
    assert "No space left" in done.stderr


def test_a_closed_output_is_no_fault_at_all(stocked: Workspace) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "{ONESEEK}" log >&-'], cwd=stocked.root, stderr=subprocess.PIPE,
        text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_an_index_beyond_every_database_is_a_usage_error(stocked: Workspace) -> None:
    stocked.run("entry", "99999999999999999999", expect=2)


def test_a_base_model_folder_that_cannot_be_read_is_one_sentence(
    stocked: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", "x")

    monkeypatch.setattr(bases, "read_manifest", gone)
    app = stocked.app()
    try:
        with writing(app) as ports, pytest.raises(ServiceFailed, match="cannot read"):
            bases.register_folder(app, ports, stocked.root / "models", "other")
    finally:
        app.close()
