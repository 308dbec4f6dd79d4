"""Paths as bytes and as text, and opening without being led out of a source."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput
from oneseek.migrations.paths import (
    encoded_path,
    link_below,
    open_below,
    open_file,
    raw_path,
    shown_path,
)


@given(st.binary())
def test_the_text_of_a_path_leads_back_to_its_bytes(raw: bytes) -> None:
    assert raw_path(shown_path(raw)) == raw


@given(st.binary(), st.binary())
def test_two_paths_never_look_alike(one: bytes, other: bytes) -> None:
    assert (shown_path(one) == shown_path(other)) == (one == other)


@pytest.mark.parametrize(
    ("raw", "shown", "encoded"),
    [
        ("vikter/ö.json".encode(), "vikter/ö.json", ""),
        (b"bad\xff.json", r"bad\xff.json", "YmFk/y5qc29u"),
        (rb"C:\models", r"C:\\models", "QzpcbW9kZWxz"),
    ],
)
def test_bytes_that_are_no_utf8_and_backslashes_are_written_out(
    raw: bytes, shown: str, encoded: str
) -> None:
    assert (shown_path(raw), encoded_path(raw)) == (shown, encoded)


def read(fd: int) -> bytes:
    with os.fdopen(fd, "rb") as stream:
        return stream.read()


def test_a_file_is_opened_below_its_source(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/file").write_bytes(b"bytes")
    assert read(open_below(tmp_path, b"a/b/file")) == b"bytes"
    assert read(open_below(tmp_path / "a/b/file", b"file")) == b"bytes"


@pytest.mark.parametrize("raw", [b"../x", b"a/../../x", b"/etc/passwd", b"", b"a//b", b"./a"])
def test_no_path_leads_out_of_the_source(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(InvalidInput, match="not a path below a source"):
        open_below(tmp_path, raw)


def test_no_link_is_followed_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/file").touch()
    (tmp_path / "source").mkdir()
    (tmp_path / "source/folder").symlink_to("../outside")
    (tmp_path / "source/file").symlink_to("../outside/file")
    for raw in (b"folder/file", b"file"):
        with pytest.raises(OSError, match=r"symbolic links|Not a directory"):
            open_below(tmp_path / "source", raw)
    assert link_below(tmp_path / "source", b"folder") == b"../outside"


def test_a_pipe_is_no_file_and_nobody_waits_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no regular file"):
        open_file(tmp_path / "pipe")


def test_reading_leaves_no_access_time_where_the_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    os.utime(file, (1, 2_000_000_000))
    assert read(open_below(tmp_path, b"file")) == b"x"
    if hasattr(os, "O_NOATIME"):
        assert file.stat().st_atime == 1
