"""Files of no known format are kept sealed where they may hold what people wrote."""

from pathlib import Path

import pytest

from oneseek.migrations.look import Look
from oneseek.migrations.personal import may_hold_people_text


@pytest.mark.parametrize(
    ("name", "data", "personal"),
    [
        ("odd.json", b'{"question": "?"}', True),
        ("odd.json", b'{"loss": 1}', False),
        ("README.md", b"# Weights", False),
        ("chat.db", b"SQLite format 3\0", True),
        ("dump.JSON.gz", b"\x1f\x8b\0", True),
        ("chat.sqlite.bak", b"\0", True),
        ("history.pkl", b"\x80\x04\x95\0", True),
        ("answers.xlsx", b"PK\x03\x04\0", True),
        ("weights.bin", b"\0\0", False),
    ],
)
def test_fields_of_people_and_closed_containers_are_personal(
    tmp_path: Path, name: str, data: bytes, personal: bool
) -> None:
    look = Look(tmp_path / name, name, size=len(data), digest="", data=data)
    assert may_hold_people_text(look) is personal


def test_what_cannot_be_looked_into_is_personal(tmp_path: Path) -> None:
    assert may_hold_people_text(Look(tmp_path / "absent", "absent", size=1, digest=""))
