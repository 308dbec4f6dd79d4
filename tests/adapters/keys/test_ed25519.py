import errno
import os
import stat
from pathlib import Path

import pytest

from oneseek.adapters.keys.ed25519 import create_key, public_key
from oneseek.domain.errors import Conflict, ServiceFailed

NAME = "test.example/log"


def test_a_new_key_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    made = create_key(path, NAME)
    assert public_key(path, NAME) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_nlink == 1
    assert [item.name for item in tmp_path.iterdir()] == ["key.pem"]


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    made = create_key(path, NAME)
    with pytest.raises(Conflict, match="exists already"):
        create_key(path, NAME)
    assert public_key(path, NAME) == made
    assert [item.name for item in tmp_path.iterdir()] == ["key.pem"]


def test_a_disk_that_refuses_leaves_no_half_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(ServiceFailed, match="Input/output error"):
            create_key(tmp_path / "key.pem", NAME)
    assert list(tmp_path.iterdir()) == []
    create_key(tmp_path / "key.pem", NAME)
