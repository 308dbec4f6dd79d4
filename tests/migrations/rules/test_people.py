import hashlib
from pathlib import Path

import pytest

from oneseek.migrations.look import Look
from oneseek.migrations.rules.people import holds_people_text


def look(folder: Path, data: bytes) -> Look:
    file = folder / "file"
    file.write_bytes(data)
    return Look(file, "file", size=len(data), digest=hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    "data",
    [
        b'{"question": "x"}',
        b'{"Question" : "x"}',
        b'{"a": {"b": [{"response_text": "x"}]}}',
        b'{"a": 1}\n{"prompt": "x"}\n',
        b'{"question": "cut he',
        '{"question": "å"}'.encode("latin-1"),
        '{"answer": "å"}'.encode("utf-16"),
        b"\xef\xbb\xbfid,question\n1,x\n",
        b"id;answer\n1;x\n",
        b"Question: what?\nAnswer: that\n",
        b'{"x": "' + b"y" * (1024 * 1024 - 12) + b'", "question": "z"}',
        b'{"human_comment": "x"}',
    ],
)
def test_fields_for_what_people_write_are_seen(tmp_path: Path, data: bytes) -> None:
    assert holds_people_text(look(tmp_path, data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"instruction": "x", "output": "y"}',
        b'{"questions_total": 3}',
        b'{"note": "the question is open"}',
        b"# Readme\n\nNo question here.\n",
        b"PK\x03\x04\0\0" + b'"question": 1',
    ],
)
def test_other_files_are_left_plain(tmp_path: Path, data: bytes) -> None:
    assert not holds_people_text(look(tmp_path, data))
