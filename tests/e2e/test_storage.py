"""What a workspace takes up, through the real command."""

import json

from e2e.workspaces import Workspace


def test_everything_is_measured_and_the_rest_is_null(stocked: Workspace) -> None:
    told = json.loads(stocked.run("storage", "--json").out)
    kinds = {item["kind"]: item["bytes"] for item in told["kinds"]}
    assert {"weights", "datasets", "ledger", "vault", "certified tree", "base models"} <= set(kinds)
    assert sum(kinds.values()) == told["bytes"]
    plan = told["forecast"]
    assert plan["major_bytes_50"] == 50 * plan["major_bytes"]
    assert plan["micro_bytes"] is None
    assert told["free"] > 0
    shown = stocked.run("storage").out
    assert "50 of them: not measured" in shown
    assert "█" in shown


def test_a_hard_link_takes_no_more_space(stocked: Workspace) -> None:
    before = json.loads(stocked.run("storage", "--json").out)["bytes"]
    base = stocked.root / "models" / "basemodeller" / "tiny"
    (base / "again").hardlink_to(base / "model.safetensors")
    assert json.loads(stocked.run("storage", "--json").out)["bytes"] == before
