"""A small file is read, and nothing else is waited for or swallowed."""

import os
from pathlib import Path

import pytest

from oneseek.adapters.workspace.small_file import MAX_SMALL, read_small


def test_a_file_is_read_also_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1234")
    (tmp_path / "link").symlink_to("file")
    assert read_small(tmp_path / "file", 4) == read_small(tmp_path / "link") == b"1234"


def test_what_is_no_small_file_is_an_error_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "endless").symlink_to("/dev/zero")
    (tmp_path / "large").write_bytes(b"12345")
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(MAX_SMALL + 1)
    for name, limit in (("pipe", 4), ("folder", 4), ("endless", 4), ("large", 4), ("none", 4)):
        with pytest.raises(OSError, match="Errno"):
            read_small(tmp_path / name, limit)
    with pytest.raises(OSError, match="more than"):
        read_small(tmp_path / "sparse")
