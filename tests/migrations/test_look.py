"""What a format may see of a file, and that it sees the bytes that were hashed."""

import os
from functools import partial
from pathlib import Path

import pytest

from oneseek.domain.digest import sha256
from oneseek.migrations.look import HEAD_BYTES, MAX_JSON_BYTES, ChangedSinceHashed, Look


def look_at(file: Path, data: bytes | None = None) -> Look:
    raw = file.read_bytes()
    reopen = partial(os.open, file, os.O_RDONLY)
    return Look(file, "a/b/c", size=len(raw), digest=sha256(raw), data=data, reopen=reopen)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "file"
    made.write_bytes(b'{"version": "1.1"}')
    return made


def test_the_path_has_parts(file: Path) -> None:
    look = look_at(file)
    assert (look.parts, look.folder, look.name) == (("a", "b", "c"), "a/b", "c")
    top = Look(file, "c", size=0, digest="")
    assert (top.parts, top.folder, top.name) == (("c",), "", "c")


def test_a_small_file_is_seen_as_it_was_when_it_was_hashed(file: Path) -> None:
    look = look_at(file, file.read_bytes())
    file.unlink()
    assert look.json.value == {"version": "1.1"}
    assert look.head == b'{"version": "1.1"}'
    with look.open() as stream:
        assert stream.read() == look.head


def test_what_is_let_go_of_is_read_again(file: Path) -> None:
    look = look_at(file, b'{"version": "kept"}')
    assert look.json.value == {"version": "kept"}
    look.forget()
    assert look.json.value == {"version": "1.1"}
    assert look.head == b'{"version": "1.1"}'


def test_other_bytes_than_those_that_were_hashed_are_not_handed_out(file: Path) -> None:
    look = look_at(file)
    file.write_bytes(b'{"version": "9.9"}')
    with pytest.raises(ChangedSinceHashed):
        _ = look.json


def test_the_head_is_no_more_than_the_head(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * (HEAD_BYTES + 1))
    assert len(look_at(tmp_path / "file").head) == HEAD_BYTES


def test_json_of_four_gigabytes_is_not_even_opened(tmp_path: Path) -> None:
    look = Look(tmp_path / "absent", "ledger.json", size=4 << 30, digest="")
    assert look.json.problem == f"{4 << 30} bytes are too many for a record"


def test_json_just_below_the_limit_is_read(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as stream:
        stream.truncate(MAX_JSON_BYTES)
    look = Look(tmp_path / "file", "file", size=MAX_JSON_BYTES, digest="")
    assert look.json.problem.startswith("no JSON")


def test_a_link_is_not_opened(tmp_path: Path, file: Path) -> None:
    (tmp_path / "link").symlink_to(file)
    with (
        pytest.raises(OSError, match="symbolic links"),
        Look(tmp_path / "link", "link", size=1, digest="").open(),
    ):
        pass
