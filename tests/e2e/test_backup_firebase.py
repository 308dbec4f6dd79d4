"""Backups in Firebase Storage through the command line, and Google's library."""

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from e2e.workspaces import Workspace
from oneseek.cli.main import oneseek
from storage_server.faults import Fault

if TYPE_CHECKING:
    from storage_server.server import Running

PLACE = "gs://things/models/oneseek-7b-zero"


def run(workspace: Workspace, *words: str, expect: int = 0) -> Any:
    line = ["backup", *words, "--json", "--workspace", str(workspace.root)]
    done = CliRunner().invoke(oneseek, line)
    code = getattr(done.exception, "exit_code", done.exit_code)
    assert code == expect, f"{line} → {code}\n{done.output}\n{done.exception!r}"
    return json.loads(done.stdout) if expect == 0 else done


def test_a_backup_in_the_cloud_survives_faults_is_proved_and_its_damage_found(
    stocked: Workspace, storage: "Running", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage.url)
    settings = stocked.root / "oneseek.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("[firebase]", '[firebase]\nbucket = "things"'), "utf-8")
    for kind in ("get", "insert", "list"):
        storage.script.next(kind, Fault(status=503))
    storage.script.next("insert", Fault(lost=True))
    storage.script.next("insert", Fault(flip=True))
    taken = run(stocked, "run", "--to", "firebase")["taken"]
    assert storage.script.left == 0
    assert [item["confirmed"] for item in taken] == ["checksum"] * len(stocked.versions())
    assert {item["target"] for item in taken} == {PLACE}
    assert all(name.startswith("models/oneseek-7b-zero/") for name in storage.bucket.objects)

    sent = storage.script.bytes_taken
    assert run(stocked, "run", "--to", "firebase")["taken"] == []
    assert storage.script.bytes_taken == sent
    run(stocked, "verify", "--from", "firebase")

    name = next(name for name in storage.bucket.objects if "/objects/" in name)
    whole = storage.bucket.objects[name].data
    storage.bucket.put(name, whole[:-1] + bytes([whole[-1] ^ 1]), None)
    run(stocked, "verify", "--from", "firebase", expect=1)
