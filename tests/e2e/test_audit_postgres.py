"""``oneseek audit`` of a ledger in PostgreSQL: the same answers, and no row is written."""

import json
from pathlib import Path

import pytest

from e2e.workspaces import make_stocked
from postgres import session


def test_the_same_questions_are_answered_and_no_row_is_written(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OQT_LEDGER_URL", postgres_url)
    workspace = make_stocked(tmp_path / "w")
    workspace.run("activate", "1.0")

    def rows() -> list[object]:
        tables = ("entries", "head", "checkpoints", "state")
        with session(postgres_url) as connection:
            return [
                connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
                for table in tables
            ]

    before = rows()
    kept = workspace.root.parent / "kept"
    kept.write_text(workspace.run("ledger", "head", "--note").out, "utf-8")
    for words in ((), ("--deep", "--since", str(kept))):
        report = json.loads(workspace.run("audit", "--json", *words).out)
        assert report["verdict"] == "clean"
    assert rows() == before
    with session(postgres_url) as connection:
        for (name,) in connection.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'entries'::regclass AND NOT tgisinternal"
        ).fetchall():
            connection.execute(f"ALTER TABLE entries DISABLE TRIGGER {name}")
        connection.execute("UPDATE entries SET state = 'x' WHERE position = 3")
    report = json.loads(workspace.run("audit", "--json", expect=10).out)
    assert report["damage"]["first_damaged"] == 3
    workspace.run("audit", "--json", expect=10)
