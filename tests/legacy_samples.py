"""Real legacy trees, read where they lie beside the repository; tests skip where they do not."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "legacy"


def sample(name: str) -> Path:
    """Return the folder of a sample, or skip the test."""
    found = Path(os.environ.get("OQT_LEGACY_SAMPLES", _BESIDE)) / name
    if not found.is_dir():
        pytest.skip(f"the legacy sample {name} is not here")
    return found
