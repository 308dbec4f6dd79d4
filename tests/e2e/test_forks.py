"""An operator with two histories: whoever asks for a witness, or compares, is not deceived."""

import shutil
from pathlib import Path

import pytest

from e2e.workspaces import Workspace, copy_workspace

KEY = ("--key", "log.vkey", "--witness", "w.vkey", "--require-witnesses", "1")


@pytest.fixture
def fork(stocked: Workspace, tmp_path: Path) -> tuple[Workspace, Workspace, Workspace]:
    """Two ledgers that began as one, signed by the same key, and a witness who saw the first."""
    there = Workspace(tmp_path / "there")
    there.root.mkdir()
    shutil.copy(stocked.root / ".oneseek" / "checkpoint.vkey", there.root / "log.vkey")
    there.run("witness", "init", "w", "--name", "witness.example/w1")
    shutil.copy(there.root / "w" / "witness.vkey", there.root / "w.vkey")
    stocked.run("witness", "trust", str(there.root / "w.vkey"))
    witnessed(stocked, there)
    other = copy_workspace(stocked.root, tmp_path / "other")
    stocked.run("activate", "1.0")
    other.run("activate", "2.0")
    assert stocked.size() == other.size()
    return stocked, other, there


def show(operator: Workspace, there: Workspace, old: int, expect: int = 0) -> str:
    """Show the head of ``operator`` to the witness; return what it said."""
    sent = operator.run("ledger", "consistency", str(old)) if old else None
    sent = sent or operator.run("ledger", "head", "--note")
    (there.root / "shown").write_text(sent.out, "utf-8")
    done = there.run("witness", "cosign", "shown", "--log", "log.vkey", "--state", "w",
                     "-o", "cosigned", expect=expect)  # fmt: skip
    return done.out + done.err


def witnessed(operator: Workspace, there: Workspace, old: int = 0) -> None:
    show(operator, there, old)
    operator.run("witness", "attach", str(there.root / "cosigned"))


def test_a_fork_is_never_cosigned_and_so_convinces_nobody_who_asks_for_a_witness(
    fork: tuple[Workspace, Workspace, Workspace],
) -> None:
    first, other, there = fork
    size = first.size()
    witnessed(first, there, size - 1)
    assert "was forked" in show(other, there, size - 1, expect=1)
    # What the witness said of the one history is no use to the other.
    done = other.run("witness", "attach", str(there.root / "cosigned"), expect=1)
    assert "somebody was shown another history" in done.err
    last = str(size - 1)
    first.run("ledger", "prove", last, "--require-witnesses", "1", "-o", str(there.root / "good"))
    there.run("ledger", "check", "good", *KEY)
    other.run("ledger", "prove", last, "--require-witnesses", "1", expect=3)
    other.run("ledger", "prove", last, "-o", str(there.root / "bad"))
    there.run("ledger", "check", "bad", *KEY[:2])
    done = there.run("ledger", "check", "bad", *KEY, expect=1)
    assert "0 of the trusted witnesses cosigned it, 1 are required" in done.err
    # The same where the fork grows on: no proof leads from what was cosigned to it.
    other.run("activate", "1.0")
    assert "a proof is needed" in show(other, there, size - 1, expect=4)
    assert "root of the" in show(other, there, size, expect=1)


def test_two_auditors_who_compare_their_checkpoints_see_the_fork(
    fork: tuple[Workspace, Workspace, Workspace],
) -> None:
    first, other, there = fork
    kept = there.root / "kept"
    kept.write_text(first.run("ledger", "head", "--note").out, "utf-8")
    for words in (["ledger", "consistency", str(kept)], ["ledger", "consistency", "2", str(kept)]):
        assert "another history" in other.run(*words, expect=1).err
    other.run("activate", "1.0")
    done = other.run("ledger", "consistency", str(first.size()))
    (there.root / "lie").write_text(done.out, "utf-8")
    done = there.run("ledger", "check", "lie", *KEY[:2], "--old", "kept", expect=1)
    assert "does not lead to the root of the" in done.err


def test_an_older_database_put_back_is_seen_by_the_witness(
    fork: tuple[Workspace, Workspace, Workspace], tmp_path: Path
) -> None:
    first, _, there = fork
    before = copy_workspace(first.root, tmp_path / "before")
    first.run("activate", "2.0")
    witnessed(first, there, first.size() - 2)
    assert "was rolled back" in show(before, there, before.size() - 1, expect=1)
    assert "was rolled back" in show(before, there, 0, expect=1)
    before.run("activate", "2.0")
    assert "was forked" in show(before, there, before.size() - 1, expect=1)


def test_checkpoints_signed_anew_for_a_changed_history_lose_their_witnesses(
    fork: tuple[Workspace, Workspace, Workspace],
) -> None:
    """The rows of the other history are put under the kept cosignatures of the first."""
    import sqlite3

    first, other, there = fork
    witnessed(first, there, first.size() - 1)
    with sqlite3.connect(first.root / ".oneseek" / "ledger.db") as ledger:
        rows = ledger.execute("SELECT size, name, key_id, signature FROM cosignatures").fetchall()
    with sqlite3.connect(other.root / ".oneseek" / "ledger.db") as ledger:
        ledger.executemany("INSERT OR IGNORE INTO cosignatures VALUES (?, ?, ?, ?)", rows[-1:])
    told = other.run("verify", "--deep", expect=1).out
    assert f"checkpoint of {other.size()} entries" in told
    assert "the one that witness.example/w1 cosigned" in told
    first.run("verify", "--deep")
