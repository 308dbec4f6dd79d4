"""A process that is killed in the middle of an upload, and the next one, which goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from oneseek.adapters.backups.opening import open_place
from oneseek.adapters.backups.resumable import PIECE_BYTES
from oneseek.adapters.workspace.settings import FirebaseSettings
from oneseek.domain.digest import sha256
from storage_server.faults import Fault
from storage_server.stored import UNIT

if TYPE_CHECKING:
    import pytest

    from storage_server.server import Running

_PROGRAM = """
import sys
from pathlib import Path
from oneseek.adapters.backups.opening import open_place
from oneseek.adapters.workspace.settings import FirebaseSettings
root, digest = Path(sys.argv[1]), sys.argv[2]
firebase = FirebaseSettings(bucket="things")
place = open_place("firebase", workspace=root, backups=root, firebase=firebase)
place.upload(root / "source", digest)
"""


def test_after_a_kill_only_what_had_not_arrived_is_sent(
    storage: "Running", tmp_path: Path, monkeypatch: "pytest.MonkeyPatch"
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage.url)
    data = os.urandom(2 * PIECE_BYTES + PIECE_BYTES // 2 + 1)
    (tmp_path / "source").write_bytes(data)
    storage.script.next("put", Fault())
    kept = 3 * UNIT
    hanging = storage.script.next("put", Fault(hang=kept + 1000)).hanging

    command = [sys.executable, "-c", _PROGRAM, str(tmp_path), sha256(data)]
    with subprocess.Popen(command, cwd=tmp_path) as process:
        assert hanging.wait(60)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert storage.bucket.objects == {}
    note = next((tmp_path / ".oneseek" / "uploads").iterdir())
    assert note.stat().st_mode & 0o077 == 0
    before = storage.script.bytes_taken

    firebase = FirebaseSettings(bucket="things")
    place = open_place("firebase", workspace=tmp_path, backups=tmp_path, firebase=firebase)
    told: list[int] = []
    sent = place.upload(tmp_path / "source", sha256(data), told.append)
    missing = len(data) - PIECE_BYTES - kept
    assert sent.size == storage.script.bytes_taken - before == missing
    assert sum(told) == len(data)
    assert [made.data == data for made in storage.bucket.objects.values()] == [True]
    assert storage.script.requests.count("start") == 1
    assert not note.exists()
