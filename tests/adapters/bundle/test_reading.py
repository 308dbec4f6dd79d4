"""Reading a bundle's zip. What is refused is in the table of ``tests/bundles``."""

from pathlib import Path

import pytest

from bundles.story import Story
from oneseek.adapters.bundle.reading import open_bundle
from oneseek.domain.errors import InvalidInput, ProofRefused


@pytest.mark.parametrize("name", ["nothing-here", "."])
def test_what_is_no_file_is_no_bundle(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput), open_bundle(tmp_path / name):
        pass


def test_a_device_is_no_bundle() -> None:
    with pytest.raises(InvalidInput, match="is no file"), open_bundle(Path("/dev/null")):
        pass


def test_every_byte_of_the_file_counts(tmp_path: Path) -> None:
    """Whatever single byte is another one, the file is refused before anything in it is read."""
    raw = Story().bundle()
    path = tmp_path / "bundle.zip"
    for spot in range(0, len(raw), 997):
        path.write_bytes(raw[:spot] + bytes([raw[spot] ^ 1]) + raw[spot + 1 :])
        with pytest.raises((ProofRefused, InvalidInput)), open_bundle(path):
            pass
