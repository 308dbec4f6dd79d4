"""What a training runs on, for the record; nothing here names a host, a user or a path."""

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

import torch

from oneseek.domain.recipe import Environment

_PACKAGES = ("numpy", "peft", "safetensors", "tokenizers", "torch", "transformers")


def describe_environment(attention: str, device: str | None = None) -> Environment:
    """Return the facts of this machine and of the libraries.

    Args:
        attention: attention implementation in use, for example ``eager``.
        device: ``cpu``, ``cuda`` or ``mps`` as used; None records whichever accelerator is here.
    """
    commit, changed = _checkout()
    return Environment(
        python=platform.python_version(),
        platform=f"{platform.system()}-{platform.machine()}",
        cpu_capability=torch.backends.cpu.get_cpu_capability(),
        accelerator=_accelerator(device),
        attention=attention,
        packages=_versions(),
        code_commit=commit,
        code_changed=changed,
    )


def _accelerator(device: str | None) -> str | None:
    if device in (None, "cuda") and torch.cuda.is_available():
        return str(torch.cuda.get_device_name(0))
    if device in (None, "mps") and torch.backends.mps.is_available():
        return "Apple GPU"
    return None


def _versions() -> dict[str, str]:
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions


def _checkout() -> tuple[str | None, bool | None]:
    """Return commit and changed-or-not of the checkout this file runs from, else (None, None)."""
    # An installed copy may lie in a virtual environment inside somebody else's repository: only
    # where git tracks this very file is its commit the commit of this code.
    if _git("ls-files", "--error-unmatch", "--", Path(__file__).name) is None:
        return None, None
    commit = _git("rev-parse", "--verify", "HEAD")
    status = _git("status", "--porcelain", "--", ":(top,glob)**/*.py")
    if commit is None or status is None:
        return None, None
    return commit, bool(status)


def _git(*arguments: str) -> str | None:
    """Return git's answer, or None where it has none (no git, no checkout, not allowed)."""
    # GIT_DIR and its kin, set inside a hook, would answer for another repository.
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", "-C", str(Path(__file__).resolve().parent), *arguments],
            capture_output=True,
            check=True,
            env=env,
            stdin=subprocess.DEVNULL,
            timeout=20,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").strip()
