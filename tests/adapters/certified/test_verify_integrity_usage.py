"""How the script is run: where, with which exit code, and that a hostile folder cannot steer it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Check = Callable[..., Any]

NAME = "verify_integrity.py"


def test_a_folder_that_is_right_says_so(built: Path, check: Check, key: str) -> None:
    result = check(built, "--key", key)
    assert result.code == 0
    assert result.err == ""
    (line,) = result.out.splitlines()
    assert line.startswith("All is right: 8 files are as manifest ")
    assert "entry 5 of log.example/oneseek certifies it" in line


def test_it_checks_the_folder_that_it_lies_in(built: Path, check: Check, key: str) -> None:
    assert check("--key", key, script=built / NAME).code == 0
    assert check("--key", key, script=Path(NAME), cwd=built).code == 0
    assert sorted(path.name for path in built.iterdir() if path.name.startswith("__")) == []


def test_it_works_through_the_current_link(folder: Path, check: Check, key: str) -> None:
    current = folder.with_name("OneSeek-7B-Zero-CURRENT")
    current.symlink_to(folder.name)
    assert check("--key", key, script=current / NAME).code == 0
    assert check(current, "--key", key).code == 0
    assert check(".", "--key", key, cwd=current).code == 0


def test_a_side_car_that_is_not_read_is_no_finding(folder: Path, check: Check, key: str) -> None:
    (folder / "model.sig").write_bytes(b"later")
    assert check(folder, "--key", key).code == 0


def test_a_key_comes_as_text_or_in_a_file(
    built: Path, check: Check, key: str, tmp_path: Path
) -> None:
    (tmp_path / "ledger.vkey").write_text(f"{key}\n")
    assert check(built, "--key", tmp_path / "ledger.vkey").code == 0


def test_without_a_key_nothing_is_called_right(built: Path, check: Check) -> None:
    result = check(built)
    assert result.code == 6
    assert "Nothing wrong was found in 8 files, but the signature was not checked" in result.out
    assert "no key was given (--key)" in result.out
    told = check(built, "--json").told
    assert (told["ok"], told["signature"], told["findings"]) == (False, "unchecked", [])


def test_without_a_proof_nothing_is_called_right(folder: Path, check: Check, key: str) -> None:
    (folder / "ledger.proof").unlink()
    result = check(folder, "--key", key)
    assert result.code == 6
    assert "there is no ledger.proof" in result.out


def test_a_finding_is_one_line_that_cannot_steer_a_terminal(
    folder: Path, check: Check, key: str
) -> None:
    (folder / os.fsdecode(b"new\n\x1b[2Jline \xff")).write_bytes(b"")
    result = check(folder, "--key", key)
    assert result.code == 1
    finding, summary = result.out.splitlines()
    assert finding == r"extra: new\n\x1b[2Jline \udcff: expected absent, found a file"
    assert summary == "Something is wrong, findings: 1."
    assert check(folder, "--json").checks == {("extra", "new\n\x1b[2Jline \udcff")}


def test_a_terminal_that_knows_only_ascii_is_enough(folder: Path, check: Check) -> None:
    (folder / "å").write_bytes(b"")
    result = check(folder, env={"PYTHONIOENCODING": "ascii"})
    assert r"extra: \xe5: expected absent" in result.out


def test_a_reader_that_goes_away_changes_no_exit_code(folder: Path, key: str) -> None:
    for number in range(3000):
        (folder / f"{number:080}").touch()
    command = f'"{sys.executable}" "{folder / NAME}" --key "{key}"; echo $? >"{folder}.code"'
    done = subprocess.run(
        ["bash", "-c", f"({command}) | true"], capture_output=True, timeout=60, check=False
    )
    assert done.stderr == b""
    assert Path(f"{folder}.code").read_text() == "1\n"


def test_help_says_what_is_proven_and_lists_the_exit_codes(check: Check) -> None:
    result = check("--help")
    assert result.code == 0
    assert "What it does not prove" in result.out
    assert "Exit codes: 0 all of this holds; 1 " in result.out


def bad_keys(key: str) -> dict[str, str]:
    name, number, material = key.split("+", 2)
    return {
        "nothing": "",
        "no file": "no/such/file",
        "a folder": ".",
        "not UTF-8": os.fsdecode(b"\xff"),
        "cut off": key[:-1],
        "padded too much": f"{key}=",
        "another name": f"x{key}",
        "another hash": f"{name}+00000000+{material}",
        "the key of a witness": f"{name}+{number}+B{material[1:]}",
        "a file without a key": __file__,
    }


@pytest.mark.parametrize("flaw", bad_keys("a+b+c"))
def test_a_key_that_is_none_is_bad_usage(flaw: str, built: Path, check: Check, key: str) -> None:
    result = check(built, "--key", bad_keys(key)[flaw])
    assert result.code == 2
    assert "argument --key: not a key" in result.err


@pytest.mark.parametrize(
    "arguments", [("no/such/folder",), (__file__,), ("--wrong",), ("a", "b"), ("--key",)]
)
def test_other_bad_usage_has_its_exit_code(arguments: tuple[str, ...], check: Check) -> None:
    result = check(*arguments)
    assert result.code == 2
    assert result.out == ""


def test_a_folder_that_was_deleted_under_the_shell_is_bad_usage(
    tmp_path: Path, check: Check
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    rm = ("bash", "-c", f'rmdir "{gone}"; exec "{sys.executable}" "$@"', "bash")
    assert check(".", python=rm, cwd=gone).code == 2


@pytest.mark.parametrize("module", ["json", "argparse", "hashlib", "cryptography"])
def test_a_module_planted_in_the_folder_does_not_run(
    module: str, folder: Path, check: Check, key: str
) -> None:
    (folder / f"{module}.py").write_text("import os; os._exit(0)")
    result = check("--key", key, "--json", script=folder / NAME)
    assert result.code == 1
    assert result.checks == {("extra", f"{module}.py")}


def test_where_python_leaves_out_the_folder_no_other_one_is_taken_away(built: Path) -> None:
    code = (
        "import runpy, sys; before, script = list(sys.path), sys.argv.pop()\n"
        "try: runpy.run_path(script, run_name='__main__')\n"
        "except SystemExit as end: assert (end.code, sys.path) == (6, before), sys.path"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(built / NAME)],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser can read everything")
def test_what_may_not_be_read_is_a_finding(folder: Path, check: Check, key: str) -> None:
    (folder / "README.md").chmod(0)
    (folder / "folder").chmod(0)
    result = check(folder, "--key", key, "--json")
    (folder / "folder").chmod(0o700)
    assert {("file", "README.md"), ("extra", "folder")} <= result.checks


def test_what_the_disk_refuses_is_a_finding(
    folder: Path, script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(script.os, "open", refuse)
    files = script.examine(str(folder))
    assert {"readable"} == {finding["check"] for finding in files.findings}
    monkeypatch.setattr(script.os, "scandir", refuse)
    assert script.list_tree(str(folder)) == {"": "unreadable: Permission denied"}


@pytest.mark.parametrize("minor", [9, 10])
def test_an_old_python_is_enough(minor: int, folder: Path, check: Check, key: str) -> None:
    python = shutil.which(f"python3.{minor}")
    if not python or subprocess.run([python, "-V"], capture_output=True, check=False).returncode:
        pytest.skip(f"there is no Python 3.{minor} here")
    assert check(folder, python=(python,)).code == 6
    (folder / "README.md").write_bytes(b"")
    assert check(folder, python=(python,)).code == 1
