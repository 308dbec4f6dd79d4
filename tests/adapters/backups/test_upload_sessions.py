"""The note by which a later process goes on with an upload."""

import json
import time
from pathlib import Path

import pytest

from oneseek.adapters.backups.upload_sessions import upload_session
from oneseek.domain.errors import ServiceFailed

HOST = "https://storage.example"
URL = f"{HOST}/upload?upload_id=x"


def note(folder: Path) -> Path:
    return next(folder.iterdir())


def test_a_session_is_remembered_until_it_is_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "uploads"
    with upload_session(folder, "one", HOST) as session:
        assert session.url is None
        session.begin(URL)
    with (
        upload_session(folder, "one", HOST) as session,
        upload_session(folder, "other", HOST) as other,
    ):
        assert (session.url, other.url) == (URL, None)
        session.forget()
    assert list(folder.iterdir()) == []


def test_an_upload_that_never_began_leaves_no_note(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), upload_session(tmp_path, "one", HOST):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_of_two_processes_the_second_works_without_a_note(tmp_path: Path) -> None:
    with upload_session(tmp_path, "one", HOST) as first:
        first.begin(URL)
        with upload_session(tmp_path, "one", HOST) as second:
            assert second.url is None
            second.begin(f"{URL}2")
            second.forget()
    with upload_session(tmp_path, "one", HOST) as session:
        assert session.url == URL


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff",
        json.dumps({"session": URL}).encode(),
        json.dumps({"session": 1, "begun": time.time()}).encode(),
        json.dumps({"session": URL, "begun": time.time() - 7 * 24 * 3600}).encode(),
        json.dumps({"session": URL, "begun": time.time() + 3600}).encode(),
        json.dumps({"session": "https://elsewhere.example/", "begun": time.time()}).encode(),
        json.dumps({"session": f"{HOST}.evil.example/", "begun": time.time()}).encode(),
        b"[" * 100_000,
    ],
    ids=range(12),  # the times in them differ from process to process
)
def test_a_note_that_cannot_be_trusted_is_not_followed(tmp_path: Path, content: bytes) -> None:
    with upload_session(tmp_path, "one", HOST) as session:
        session.begin(URL)
    note(tmp_path).write_bytes(content)
    with upload_session(tmp_path, "one", HOST) as session:
        assert session.url is None


def test_a_note_that_is_a_link_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    with upload_session(folder, "one", HOST) as session:
        session.begin(URL)
    path, theirs = note(folder), tmp_path / "theirs"
    path.rename(theirs)
    path.symlink_to(theirs)
    with pytest.raises(ServiceFailed), upload_session(folder, "one", HOST):
        pass
    assert URL in theirs.read_text()
