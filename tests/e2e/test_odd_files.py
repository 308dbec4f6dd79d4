"""An auditor in a workspace whose owner put pipes and endless files in the place of small ones."""

import os
import socket
import subprocess

import pytest

from e2e.harm import forging
from e2e.workspaces import ONESEEK, Workspace

SMALL = ("checkpoint", "checkpoint.vkey", "known.vkey", "witness.vkey", "published")


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("target", ["", "/dev/zero"])
def test_no_file_of_the_workspace_keeps_an_audit_for_ever(
    stocked: Workspace, name: str, target: str
) -> None:
    path = stocked.root / ".oneseek" / name
    path.unlink(missing_ok=True)
    if target:
        path.symlink_to(target)
    else:
        os.mkfifo(path)
    done = subprocess.run(
        ["bash", "-c", f"ulimit -v 4000000; exec {ONESEEK} audit"],
        cwd=stocked.root, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "fault of OneSeek" not in done.stderr
    assert done.returncode in (0, 1, 5, 6, 10)


def test_settings_that_are_nested_too_deep_are_refused(stocked: Workspace) -> None:
    (stocked.root / "oneseek.toml").write_text("a = " + "[" * 100_000)
    assert "nested too deep" in stocked.run("audit", expect=2).err


def test_an_audit_calls_nobody_whom_the_workspace_names(stocked: Workspace) -> None:
    with forging(stocked) as ledger:
        ledger.execute("UPDATE entries SET state = x'7b7d' WHERE position = 3")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        place = f"http://127.0.0.1:{server.getsockname()[1]}/log\n"
        (stocked.root / ".oneseek" / "published").write_text(place)
        stocked.run("audit", expect=10, env={"no_proxy": "*"})
        with pytest.raises(BlockingIOError):
            server.accept()
