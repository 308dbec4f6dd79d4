"""A workspace that somebody harmed: told in one sentence, and nothing made worse."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from e2e.workspaces import Workspace, everything
from oneseek.adapters.keys.ed25519 import create_key
from oneseek.cli.wiring.writing import writing
from oneseek.domain.usecases.registry import withdraw


def _no_settings(root: Path) -> None:
    (root / "oneseek.toml").unlink()


def _broken_settings(root: Path) -> None:
    (root / "oneseek.toml").write_text("[ledger\n")


def _wrong_settings(root: Path) -> None:
    (root / "oneseek.toml").write_text('[ledger]\norigin = "a"\ncolour = "red"\n')


def _no_ledger(root: Path) -> None:
    for path in (root / ".oneseek").glob("ledger.db*"):
        path.unlink()


def _ledger_is_text(root: Path) -> None:
    _no_ledger(root)
    (root / ".oneseek" / "ledger.db").write_text("this is not a database, but it is long enough")


def _other_database(root: Path) -> None:
    _no_ledger(root)
    with sqlite3.connect(root / ".oneseek" / "ledger.db") as connection:
        connection.execute("CREATE TABLE head (size INTEGER)")


def _newer_format(root: Path) -> None:
    connection = sqlite3.connect(root / ".oneseek" / "ledger.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def _no_key(root: Path) -> None:
    (root / ".oneseek" / "keys" / "checkpoint.pem").unlink()


def _key_is_text(root: Path) -> None:
    (root / ".oneseek" / "keys" / "checkpoint.pem").write_text("no key")


def _settings(text: str) -> Callable[[Path], None]:
    def harm(root: Path) -> None:
        (root / "oneseek.toml").write_text(text)

    return harm


def _settings_are_a_folder(root: Path) -> None:
    _no_settings(root)
    (root / "oneseek.toml").mkdir()


def _ledger_is_cut_off(root: Path) -> None:
    with closing(sqlite3.connect(root / ".oneseek" / "ledger.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = (root / ".oneseek" / "ledger.db").read_bytes()
    _no_ledger(root)
    (root / ".oneseek" / "ledger.db").write_bytes(data[: len(data) // 2])


def _ledger_is_empty(root: Path) -> None:
    _no_ledger(root)
    (root / ".oneseek" / "ledger.db").touch()


def _ledger_is_a_folder(root: Path) -> None:
    _no_ledger(root)
    (root / ".oneseek" / "ledger.db").mkdir()


def _foreign_key(root: Path) -> None:
    _no_key(root)
    create_key(root / ".oneseek" / "keys" / "checkpoint.pem", "test.example/log")


def _public_key(data: bytes | None) -> Callable[[Path], None]:
    def harm(root: Path) -> None:
        path = root / ".oneseek" / "checkpoint.vkey"
        path.unlink()
        if data is None:
            path.mkdir()
        else:
            path.write_bytes(data)

    return harm


def _no_objects(root: Path) -> None:
    shutil.rmtree(root / ".oneseek" / "objects")


def _staging_is_a_file(root: Path) -> None:
    (root / ".oneseek" / "staging").rmdir()
    (root / ".oneseek" / "staging").touch()


def _checkpoint_is_a_folder(root: Path) -> None:
    (root / ".oneseek" / "checkpoint").unlink()
    (root / ".oneseek" / "checkpoint").mkdir()


@pytest.mark.parametrize(
    ("harm", "code", "says"),
    [
        (_settings(""), 2, "missing required field `ledger`"),
        (_settings("[ledger]\norigin = 5\n"), 2, "Expected `str`, got `int`"),
        (_settings("ledger = true\n"), 2, "Expected `object`, got `bool`"),
        (_settings('[ledger]\norigin = "a b"\n'), 2, "'a b'"),
        (_settings('[ledger]\norigin = "other.example/log"\n'), 4, "not a key of this ledger"),
        (_settings_are_a_folder, 3, "is not in a workspace"),
        (_ledger_is_cut_off, 10, "is not a readable SQLite file"),
        (_ledger_is_empty, 10, "is not a OneSeek ledger"),
        (_ledger_is_a_folder, 10, "is gone"),
        (_foreign_key, 4, "is not a key of this ledger"),
        (_public_key(b""), 1, "checkpoint.vkey does not hold a public key"),
        (_public_key(b"garbage"), 1, "checkpoint.vkey does not hold a public key"),
        (_public_key(b"\xff\n"), 1, "checkpoint.vkey does not hold a public key"),
        (_public_key(None), 5, "checkpoint.vkey cannot be read"),
        (_no_objects, 3, "is not in the store"),
        (_staging_is_a_file, 5, "staging: Not a directory"),
        (_checkpoint_is_a_folder, 5, "checkpoint: Is a directory"),
        (_no_settings, 3, "is not in a workspace"),
        (_broken_settings, 2, "is not TOML"),
        (_wrong_settings, 2, "has a wrong setting"),
        (_no_ledger, 10, "is gone"),
        (_ledger_is_text, 10, "is not a readable SQLite file"),
        (_other_database, 10, "is not a OneSeek ledger"),
        (_newer_format, 10, "was made by a newer OneSeek"),
        (_no_key, 3, "the signing key"),
        (_key_is_text, 5, "does not hold an Ed25519 private key"),
    ],
)
def test_a_harmed_workspace_is_told_in_one_sentence(
    harm: Callable[[Path], None], code: int, says: str, stocked: Workspace
) -> None:
    harm(stocked.root)
    before = everything(stocked)
    done = stocked.run("activate", "1.0", expect=code)
    assert says in done.err
    assert len(done.err.strip().splitlines()) <= 2
    assert everything(stocked) == before


def test_an_object_whose_bytes_changed_is_named(stocked: Workspace) -> None:
    digest = json.loads(stocked.run("show", "1.0", "--json").out)["weights"]
    path = stocked.app().objects.path(digest)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    path.chmod(0o444)
    found = json.loads(stocked.run("objects", "check", "--json", expect=1).out)["findings"]
    assert [item["check"] for item in found] == ["object-damaged"]
    shutil.rmtree(stocked.certified)
    done = stocked.run("rebuild", expect=1)
    assert digest in done.err


def test_current_replaced_by_a_folder_is_drift_and_is_repaired(stocked: Workspace) -> None:
    stocked.run("activate", "1.0")
    link = stocked.certified / "OneSeek-7B-Zero-CURRENT"
    link.unlink()
    link.mkdir()
    (link / "somebody.txt").write_text("kept")
    found = json.loads(stocked.run("verify", "--json", expect=1).out)["findings"]
    assert {item["check"] for item in found} == {"drift-wrong-kind", "drift-extra"}
    stocked.run("rebuild")
    assert link.is_symlink()
    displaced = stocked.root / ".oneseek" / "displaced"
    assert "kept" in {path.read_text() for path in displaced.rglob("somebody.txt")}
    stocked.run("verify")


def test_a_name_that_is_not_utf8_is_found_and_moved_away(stocked: Workspace) -> None:
    odd = os.fsencode(stocked.certified) + b"/odd\xff.bin"
    with open(odd, "wb") as file:  # noqa: PTH123 - pathlib has no bytes
        file.write(b"odd")
    found = json.loads(stocked.run("verify", "--json", expect=1).out)["findings"]
    assert [item["where"].endswith("odd\\xff.bin") for item in found] == [True]
    stocked.run("rebuild")
    assert not os.path.lexists(odd)
    stocked.run("verify")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_workspace_can_still_be_read(stocked: Workspace) -> None:
    hidden = stocked.root / ".oneseek"
    for path in [hidden, *hidden.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        stocked.run("log")
        assert stocked.run("activate", "1.0", expect=5).err
    finally:
        for path in [hidden, *hidden.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


class _Tomorrow:
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=1)


def test_a_clock_that_went_backwards_is_told_and_nothing_is_written(stocked: Workspace) -> None:
    app = stocked.app()
    try:
        with writing(app) as ports:
            withdraw(replace(ports, clock=_Tomorrow()), "1.0", "by a machine of tomorrow")
    finally:
        app.close()
    before = everything(stocked)
    for words in (["activate", "2.0"], ["withdraw", "2.0"], ["reset", "--confirm", "RESET"]):
        assert "the clock is behind" in stocked.run(*words, expect=4).err
    assert _without_orphans(everything(stocked)) == _without_orphans(before)
    stocked.run("log")
    stocked.run("verify", "--deep")


def _without_orphans(found: dict[str, object]) -> dict[str, object]:
    """Leave out objects: those that a refused append kept are named by nothing, and harmless."""
    return {name: value for name, value in found.items() if "/objects" not in name}


def test_a_workspace_inside_another_one_is_its_own_and_says_so(stocked: Workspace) -> None:
    size = stocked.size()
    assert f"inside the workspace {stocked.root}" in stocked.run("init", "inner").err
    inner = Workspace(stocked.root / "inner")
    assert (inner.size(), stocked.size()) == (2, size)
    assert "inside the workspace" not in stocked.run("init", "../beside").err


@pytest.mark.parametrize("salts", ["zeroblob(7)", "x''", "zeroblob(32)"])
def test_salts_of_the_wrong_length_are_damage_not_bad_usage(salts: str, stocked: Workspace) -> None:
    with closing(sqlite3.connect(stocked.root / ".oneseek" / "vault.db")) as connection:
        connection.execute(f"UPDATE salts SET salts = {salts}")
        connection.commit()
    done = stocked.run("dataset", "prove", "identity_v1", "--row", "1", expect=1)
    assert "bytes of salt do not fit 12 rows" in done.err
    assert "vault.db" in done.err


def test_a_withdrawn_version_is_not_gone_on_from_unless_it_is_meant(stocked: Workspace) -> None:
    stocked.run("withdraw", "1.0", "--reason", "wrong data")
    before = everything(stocked)
    words = ("train", "--base", "tiny", "--dataset", "identity_v1", "--continue-from", "1.0")
    assert "was withdrawn by entry" in stocked.run(*words, expect=4).err
    assert everything(stocked) == before
    # This base has no tokenizer: being told so shows that the withdrawal was passed.
    assert "tokenizer" in stocked.run(*words, "--allow-withdrawn", expect=2).err
