"""A ledger that was tampered with is never signed again, and never continued."""

import shutil

import pytest

from e2e.harm import findings, forging, roll_back
from e2e.workspaces import Workspace
from oneseek.adapters.keys.ed25519 import create_key
from oneseek.adapters.objects.tree import hash_tree


def test_a_changed_frontier_is_not_signed(stocked: Workspace) -> None:
    with forging(stocked) as connection:
        connection.execute("UPDATE head SET frontier = zeroblob(length(frontier))")
    done = stocked.run("withdraw", "1.0", expect=10)
    assert "not what was signed" in done.err
    assert findings(stocked, expect=10)[0][0] == "head-root"


def test_an_older_checkpoint_in_the_head_row_is_not_built_on(stocked: Workspace) -> None:
    with forging(stocked) as connection:
        connection.execute(
            "UPDATE head SET checkpoint = (SELECT note FROM checkpoints ORDER BY size LIMIT 1)"
        )
    stocked.run("activate", "1.0", expect=10)


def test_a_ledger_that_was_rolled_back_is_not_continued(stocked: Workspace) -> None:
    size = stocked.size()
    tree = hash_tree(stocked.certified)
    roll_back(stocked, size - 3)
    done = stocked.run("withdraw", "1.0", expect=10)
    assert "does not go on from" in done.err
    assert "restore" in done.err
    stocked.run("rebuild", expect=10)
    shutil.rmtree(stocked.root / ".oneseek" / "projections")
    stocked.run("versions")
    assert hash_tree(stocked.certified) == tree  # it shows what the ledger has lost
    assert ("checkpoint-file", f"at most the ledger's size {size - 3}") in [
        (check, expected) for check, _, expected in findings(stocked, expect=10)
    ]


def test_a_checkpoint_file_of_another_history_is_found(stocked: Workspace) -> None:
    size = stocked.size()
    sealer = stocked.app()._seal
    (stocked.root / ".oneseek" / "checkpoint").write_bytes(sealer(size, b"\x01" * 32))
    assert [check for check, _, _ in findings(stocked, expect=10)] == ["checkpoint-file"]
    stocked.run("withdraw", "1.0", expect=10)


@pytest.mark.parametrize("text", ["", "x\n", "test.example/log\n99\nAAAA\n"])
def test_a_checkpoint_file_that_nobody_signed_is_found_and_stops_nobody(
    text: str, stocked: Workspace
) -> None:
    (stocked.root / ".oneseek" / "checkpoint").write_text(text, "utf-8")
    assert [check for check, _, _ in findings(stocked, expect=1)] == ["checkpoint-file"]
    stocked.run("activate", "1.0")
    stocked.run("verify")


def test_a_wrong_stored_hash_is_not_taken_for_another_history(stocked: Workspace) -> None:
    with forging(stocked) as connection:
        connection.execute("UPDATE entries SET leaf_hash = zeroblob(32) WHERE position = 4")
    checks = [check for check, _, _ in findings(stocked, expect=10)]
    assert checks[0] == "leaf-hash"
    assert "checkpoint-file" not in checks


def test_another_signing_key_signs_nothing(stocked: Workspace) -> None:
    path = stocked.root / ".oneseek" / "keys" / "checkpoint.pem"
    path.unlink()
    create_key(path, "test.example/log")
    size = stocked.size()
    done = stocked.run("activate", "1.0", expect=4)
    assert "is not a key of this ledger" in done.err
    assert stocked.size() == size
    stocked.run("verify")


def test_a_lost_ledger_is_never_replaced_by_a_new_one(stocked: Workspace) -> None:
    for path in (stocked.root / ".oneseek").glob("ledger.db*"):
        path.unlink()
    for words in (["verify"], ["log"], ["activate", "1.0"]):
        assert "is gone" in stocked.run(*words, expect=10).err
    stocked.run("doctor", expect=1)
    (stocked.root / "oneseek.toml").unlink()
    assert "which is gone" in stocked.run("init", ".", expect=4).err
    assert not (stocked.root / ".oneseek" / "ledger.db").exists()
