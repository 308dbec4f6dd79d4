import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
import torch

from oneseek.adapters.training import environment
from oneseek.adapters.training.environment import describe_environment


def test_the_facts_are_those_of_the_libraries() -> None:
    found = describe_environment("eager", "cpu")
    assert found.cpu_capability == torch.backends.cpu.get_cpu_capability()
    assert found.attention == "eager"
    assert found.accelerator is None
    assert sorted(found.packages) == [
        "numpy",
        "peft",
        "safetensors",
        "tokenizers",
        "torch",
        "transformers",
    ]
    assert found.packages["torch"] == metadata.version("torch")


def test_the_gpu_is_named_only_where_it_was_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "NVIDIA X")
    assert describe_environment("eager", "cuda").accelerator == "NVIDIA X"
    assert describe_environment("eager").accelerator == "NVIDIA X"
    assert describe_environment("eager", "cpu").accelerator is None


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that tracks a copy of the module, which poses as the running code."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    copy = tmp_path / "package" / "environment.py"
    copy.parent.mkdir()
    shutil.copy(environment.__file__, copy)
    monkeypatch.setattr(environment, "__file__", str(copy))
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def _git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *identity, "-C", str(folder), *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_the_commit_of_a_checkout_is_recorded_and_changes_to_code_are_noticed(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")  # as inside a hook of another repository
    head = subprocess.run(
        ["git", "--git-dir", str(checkout / ".git"), "rev-parse", "HEAD"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    (checkout / "notes.txt").write_text("no code")
    found = describe_environment("eager")
    assert (found.code_commit, found.code_changed) == (head, False)
    (checkout / "new.py").write_text("x = 1")
    assert describe_environment("eager").code_changed is True


def test_code_that_another_repository_merely_contains_has_no_commit(checkout: Path) -> None:
    _git(checkout, "rm", "-q", "--cached", "package/environment.py")
    found = describe_environment("eager")
    assert (found.code_commit, found.code_changed) == (None, None)


def test_without_git_there_is_no_commit(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout))
    assert describe_environment("eager").code_commit is None
