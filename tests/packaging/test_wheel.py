"""The wheel holds exactly the modules and data of the tree: nothing vanishes silently."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("domain", "adapters", "cli", "migrations")


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    source = tmp_path_factory.mktemp("source")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True,
    ).stdout  # fmt: skip
    for name in listed.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and not path.is_symlink():
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(source)],
        cwd=out, check=True, capture_output=True,
    )  # fmt: skip
    with zipfile.ZipFile(next(out.glob("*.whl"))) as wheel:
        return {name for name in wheel.namelist() if name.startswith("oneseek/")}


def test_every_module_of_the_tree_is_in_the_wheel(wheel_names: set[str]) -> None:
    tree = {
        f"oneseek/{path.relative_to(ROOT).as_posix()}"
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {name for name in wheel_names if name.endswith(".py")} == tree


def test_every_data_file_is_in_the_wheel(wheel_names: set[str]) -> None:
    data = {
        f"oneseek/datasets/{path.name}"
        for path in (ROOT / "datasets").iterdir()
        if path.suffix in {".jsonl", ".txt", ".md"}
    }
    assert data
    assert {name for name in wheel_names if name.startswith("oneseek/datasets/")} == data
