"""Staging folders: the living keep theirs, the dead leave nothing."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from oneseek.adapters.workspace.scratch import Scratch


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path / "staging", tmp_path / "displaced")


def _other_process(root: Path) -> subprocess.Popen[str]:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from oneseek.adapters.workspace.scratch import Scratch\n"
        "root = Path(sys.argv[1])\n"
        "folder = Scratch(root / 'staging', root / 'displaced').folder('training-7-')\n"
        "(folder / 'half').write_text('x'); print(folder, flush=True); time.sleep(60)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(root)], stdout=subprocess.PIPE, text=True
    )


def test_a_folder_of_a_living_process_is_left_and_of_a_dead_one_removed(
    scratch: Scratch, tmp_path: Path
) -> None:
    process = _other_process(tmp_path)
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    assert scratch.dead("training-7-") == []
    assert scratch.sweep() == 0
    assert (folder / "half").exists()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert scratch.dead("training-7-") == [folder]
    assert scratch.dead("training-8-") == []
    assert scratch.sweep() == 1
    assert not folder.exists()


def test_closing_removes_what_was_not_moved_into_place(scratch: Scratch, tmp_path: Path) -> None:
    moved, left = scratch.folder(), scratch.folder()
    (left / "file").write_text("x")
    moved.rename(tmp_path / "in place")
    scratch.close()
    assert (tmp_path / "in place").is_dir()
    assert list((tmp_path / "staging").iterdir()) == []


def test_sweepers_never_take_a_folder_that_was_just_made(tmp_path: Path) -> None:
    done = threading.Event()

    def sweep() -> None:
        while not done.is_set():
            Scratch(tmp_path / "staging", tmp_path / "displaced").sweep()

    sweepers = [threading.Thread(target=sweep) for _ in range(2)]
    for sweeper in sweepers:
        sweeper.start()
    try:
        maker = Scratch(tmp_path / "staging", tmp_path / "displaced")
        for _ in range(300):
            assert maker.folder().is_dir()
    finally:
        done.set()
        for sweeper in sweepers:
            sweeper.join()
    maker.close()


def test_a_displaced_file_keeps_its_name_and_never_replaces_another(
    scratch: Scratch, tmp_path: Path
) -> None:
    kept = []
    for text in ("first", "second"):
        path = tmp_path / "odd.bin"
        path.write_text(text)
        kept.append(scratch.displace(path, "DNA/odd.bin"))
        assert not os.path.lexists(path)
    assert [path.read_text() for path in kept] == ["first", "second"]
    assert kept[0] == tmp_path / "displaced" / "DNA" / "odd.bin"
