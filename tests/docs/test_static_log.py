"""Every command of docs/static-log.md runs, in order, and does what the page says."""

import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from e2e.workspaces import ONESEEK, make_stocked

PAGE = Path(__file__).parents[2] / "docs" / "static-log.md"
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def script() -> str:
    """All commands in one shell: a server runs in its background until the end."""
    asked = 'import socket; socket.create_connection(("127.0.0.1", 8321))'
    wait = f"\nuntil python3 -c '{asked}' 2>/dev/null; do sleep 0.1; done"
    lines = ["set -eu", "trap 'kill $(jobs -p)' EXIT"]
    for block in BLOCKS:
        lines.append(block.rstrip() + (wait if "http.server" in block else ""))
    return "\n".join(lines).replace("8321", str(free_port()))


def test_the_page_can_be_followed_literally(script: str, tmp_path: Path) -> None:
    workspace = make_stocked(tmp_path / "workspace")
    size = workspace.size()
    done = subprocess.run(
        ["bash", "-c", script], cwd=workspace.root, capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": f"{ONESEEK.parent}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for told in (
        f"public-log: {size} entries published, {size} of them new",
        f"my-mirror: {size} entries of test.example/log verified, {size} of them new",
        f"second-mirror: {size} entries",
        f"nothing is damaged: {size} entries, compared with my-mirror",
        "exit code 10",
        "exit code 1\n",
        "✗ damaged-entry: entry 4, actor",
        f"2 places repaired from my-mirror, recorded by entry {size}",
        f"{size + 1} entries: every hash is in the signed root",
    ):
        assert told in done.stdout
    for line in re.findall(r"^public-log/(\S+)", PAGE.read_text("utf-8"), re.M):
        name = re.sub(r"(?<=\.p/)\d+$", str(size), line)
        assert (workspace.root / "public-log" / name).is_file()
