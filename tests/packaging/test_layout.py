"""The layout: what the folders promise, checked."""

import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from oneseek.domain.version import VERSION

ROOT = Path(__file__).parents[2]
FOLDERS = ("domain", "adapters", "cli", "migrations")
HEAVY = ("torch", "transformers", "peft", "firebase_admin")


def test_datasets_and_models_hold_no_code() -> None:
    for folder in ("datasets", "models"):
        assert not list((ROOT / folder).rglob("*.py"))


def test_every_folder_with_code_is_a_package_with_a_docstring() -> None:
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            package = path.parent / "__init__.py"
            assert package.is_file(), f"{package} is missing"
            assert path.read_text("utf-8").lstrip().startswith(('"""', 'r"""', "#!")), path


def test_the_type_checkers_links_lead_to_the_folders() -> None:
    for folder in FOLDERS:
        link = ROOT / ".typings" / "oneseek" / folder
        assert link.is_symlink()
        assert link.resolve() == ROOT / folder


def test_the_version_is_stated_once_and_the_same() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert settings["project"]["version"] == VERSION


def test_the_datasets_folder_does_not_pose_as_hugging_faces_library() -> None:
    spec = importlib.util.find_spec("datasets")
    assert spec is None or ROOT / "datasets" not in [
        Path(place) for place in spec.submodule_search_locations or ()
    ]


def _modules_after(*words: str, workspace: Path, **env: str) -> set[str]:
    program = (
        "import sys, json\n"
        "from oneseek.cli.main import OneSeekError, oneseek\n"
        f"try: oneseek.main({list(words)!r}, standalone_mode=False)\n"
        "except (SystemExit, OneSeekError): pass\n"
        "print('\\n@@' + json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=workspace, capture_output=True, text=True, check=True, env={**os.environ, **env},
    )  # fmt: skip
    return set(json.loads(done.stdout.rsplit("@@", 1)[1]))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workspace")
    subprocess.run(
        [Path(sys.executable).parent / "oneseek", "init", "."],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.mark.parametrize(
    "words",
    [["log"], ["versions"], ["verify"], ["status"], ["ledger", "head"], ["entry", "0"]],
    ids=" ".join,
)
def test_reading_loads_neither_the_event_library_nor_anything_heavier(
    words: list[str], workspace: Path
) -> None:
    loaded = _modules_after(*words, workspace=workspace)
    assert "oneseek.cli.app" in loaded
    assert not loaded & {"eventsourcing", "rich", *HEAVY}


@pytest.mark.parametrize("words", [["log"], ["current"], ["current", "--at", "2"]], ids=" ".join)
def test_quick_looks_load_nothing_that_only_writers_or_auditors_need(
    words: list[str], workspace: Path
) -> None:
    """The start of these is measured in benchmarks/: one careless import doubles it."""
    _modules_after("status", workspace=workspace)  # so that no projection is behind
    loaded = {name for name in _modules_after(*words, workspace=workspace) if "oneseek" in name}
    parts = (
        "ports",
        "replay",
        "sequencer",
        "signed_note",
        "training_job",
        "runner",
        "certified_tree",
    )
    assert not {name for name in loaded if name.rsplit(".", 1)[-1] in parts}


@pytest.mark.parametrize(
    "words", [["log"], ["versions"], ["current"], ["status"], ["entry", "0"]], ids=" ".join
)
def test_reading_neither_loads_nor_reaches_the_shared_place(
    words: list[str], workspace: Path
) -> None:
    loaded = _modules_after(*words, workspace=workspace, OQT_OBJECTS_URL="s3://nowhere/x")
    assert "oneseek.cli.app" in loaded
    assert not loaded & {"fsspec", "s3fs", "botocore", "asyncio", "eventsourcing"}


@pytest.mark.parametrize(
    "words", [["--help"], ["train", "--help"], ["ask", "--help"]], ids=" ".join
)
def test_help_loads_nothing_heavy(words: list[str], workspace: Path) -> None:
    assert not _modules_after(*words, workspace=workspace) & {"eventsourcing", "rich", *HEAVY}


@pytest.mark.parametrize("words", [["dataset", "add", "oneseek_identity_v1.jsonl"]], ids=" ".join)
def test_writing_loads_the_event_library_but_nothing_heavier(
    words: list[str], workspace: Path
) -> None:
    loaded = _modules_after(*words, workspace=workspace)
    assert "eventsourcing.persistence" in loaded
    assert not loaded & set(HEAVY)


def test_the_heavy_libraries_are_named_where_they_belong_alone() -> None:
    pattern = re.compile(rf"^\s*(?:import|from) ({'|'.join(HEAVY)})\b", re.M)
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            found = set(pattern.findall(path.read_text("utf-8")))
            parts = path.relative_to(ROOT).parts
            assert (
                not found
                or "training" in parts
                or (found == {"firebase_admin"} and parts[:2] == ("adapters", "documents"))
            ), path
