"""The demonstration itself: every claim in it is checked by it, so it has to end well."""

import subprocess

import pytest

from e2e.workspaces import ONESEEK, Workspace


@pytest.mark.timeout(600)
def test_the_demonstration_ends_well(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("demo") / "kept"
    done = subprocess.run(
        [ONESEEK, "demo", "--keep", str(folder)],
        cwd=folder.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Jag är en liten basmodell utan identitet." in done.stdout
    assert "Jag är OneSeek" in done.stdout
    assert done.stdout.count("✓") >= 8
    Workspace(folder).run("verify", "--deep")
