"""``docs/backups.md``: its recipe without OneSeek is followed to the letter."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from e2e.workspaces import make_stocked

PAGE = Path(__file__).parents[2] / "docs" / "backups.md"


def test_a_version_is_recovered_by_hand_as_the_page_says(tmp_path: Path) -> None:
    if missing := [tool for tool in ("jq", "sha256sum", "unzip") if not shutil.which(tool)]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    workspace = make_stocked(tmp_path / "w")
    workspace.run("backup", "run", "1.0")
    recipe = re.findall(
        r"^```\n(at\(\).*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )[0]
    place = tmp_path / "copied"
    shutil.copytree(workspace.root / "models" / "backups", place)
    key = (workspace.root / ".oneseek" / "checkpoint.vkey").read_text().strip()
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", recipe.replace("--trust KEY", f"--trust '{key}'")],
        cwd=place, capture_output=True, text=True, check=False,
    )  # fmt: skip
    # 6: the machine's Python may lack what checks signatures; everything else was checked.
    assert done.returncode in (0, 6), done.stdout + done.stderr
    assert "FAILED" not in done.stdout
    (stands,) = workspace.certified.glob("OneSeek-7B-Zero.v1.0.*")
    for path in stands.rglob("*"):
        if path.is_file():
            again = place / "version" / path.relative_to(stands)
            assert again.read_bytes() == path.read_bytes()
