"""A witness signs one history though it is killed, raced and full: the memory comes first."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519, create_key
from oneseek.adapters.keys.witness_key import check_cosignature
from oneseek.adapters.witness import folder as module
from oneseek.adapters.witness.folder import WitnessFolder, refuse_own_log, require_own
from oneseek.domain.errors import (
    Conflict,
    FoundDamage,
    InvalidInput,
    NotFound,
    OneSeekError,
    ProofRefused,
    ServiceFailed,
)
from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.cosignature import verify_cosignatures
from oneseek.domain.note.signed_note import Note, VerifierKey, parse_note
from oneseek.domain.note.witnessing import accept_checkpoint

ORIGIN = "log.example/oneseek"
ONESEEK = Path(sys.executable).parent / "oneseek"
LEAVES = [leaf_hash(b"%d" % number) for number in range(4)]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A witness in ``w``, the log's keys, and two histories of the same size, ``a`` and ``b``."""
    (tmp_path / "log.vkey").write_text(f"{create_key(tmp_path / 'log.pem', ORIGIN)}\n")
    WitnessFolder(tmp_path / "w").create("witness.example/w1", "ed25519")
    seal = Ed25519Sealer(ORIGIN, tmp_path / "log.pem")
    (tmp_path / "a").write_bytes(seal(3, tree_root(LEAVES[:3])))
    (tmp_path / "b").write_bytes(seal(3, tree_root(LEAVES[1:])))
    return tmp_path


def log_key(place: Path) -> VerifierKey:
    return VerifierKey.parse((place / "log.vkey").read_text().strip())


def show(place: Path, name: str, now: int = 1_790_000_000) -> Note:
    note = parse_note((place / name).read_bytes())

    def accept(last: Checkpoint | None) -> Note:
        return accept_checkpoint(note, last, ORIGIN, [log_key(place)], check_ed25519)

    return WitnessFolder(place / "w").cosign(ORIGIN, accept, lambda: now)


def start(place: Path, name: str, program: str = "") -> "subprocess.Popen[str]":
    """Start a witness as a process of its own, or ``program`` with its arguments."""
    words = ["witness", "cosign", name, "--log", "log.vkey", "--state", "w", "-o", f"{name}.out"]
    command = [sys.executable, "-c", program, *words] if program else [str(ONESEEK), *words]
    return subprocess.Popen(command, cwd=place, stderr=subprocess.PIPE, text=True)


def wait_until_it_holds(pid: int, path: Path) -> None:
    """Return when the process has opened ``path``: it waits for the lock then."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError):
            if any(item.resolve() == path for item in Path(f"/proc/{pid}/fd").iterdir()):
                return
        time.sleep(0.01)
    raise TimeoutError(f"process {pid} never came to {path}")


def remembered(place: Path) -> Note | None:
    return WitnessFolder(place / "w").last(ORIGIN)


def test_what_was_cosigned_is_remembered_as_it_left(place: Path) -> None:
    assert remembered(place) is None
    signed = show(place, "a")
    assert remembered(place) == signed
    (found,) = verify_cosignatures(signed, (WitnessFolder(place / "w").key(),), check_cosignature)
    assert found.time == 1_790_000_000
    assert signed.signatures[:-1] == parse_note((place / "a").read_bytes()).signatures


def test_of_two_histories_shown_at_once_one_is_cosigned(place: Path) -> None:
    for _ in range(3):
        # Both are started and wait at the lock: whichever comes first, the other sees it.
        with (place / "w" / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            rivals = {name: start(place, name) for name in ("a", "b")}
            for rival in rivals.values():
                wait_until_it_holds(rival.pid, place / "w" / "lock")
        said = {name: rival.communicate(timeout=60)[1] for name, rival in rivals.items()}
        codes = {name: rival.returncode for name, rival in rivals.items()}
        assert sorted(codes.values()) == [0, 1]
        winner, loser = sorted(codes, key=lambda name: codes[name])
        assert "was forked" in said[loser]
        assert not (place / f"{loser}.out").exists()
        assert (place / f"{winner}.out").read_bytes().startswith((place / winner).read_bytes())
        kept = remembered(place)
        assert kept is not None
        assert kept.text == parse_note((place / winner).read_bytes()).text
        for path in (place / "w" / "logs").iterdir():
            path.unlink()
        (place / f"{winner}.out").unlink()


KILLED = """
import os, signal, sys
from oneseek.adapters.objects import durable
from oneseek.adapters.witness import folder

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

{patch}
sys.argv[0] = "oneseek"
from oneseek.cli.main import main
main()
"""
BEFORE = {
    "before the memory is written": "folder.write_atomic = die",
    "while it is written": "durable.fsync_file = durable.os.fsync = die",
    "before its name is changed": "durable.replace = die",
}
AFTER = {
    "after its name was changed": "durable.fsync_dir = die",
    "before the cosignature leaves": (
        "import oneseek.cli.wiring.proof_files as f; f.write_output = die"
    ),
}


@pytest.mark.parametrize("moment", [*BEFORE, *AFTER])
def test_killed_at_any_moment_it_never_cosigns_a_second_history(place: Path, moment: str) -> None:
    (place / "w" / "logs").mkdir()
    victim = start(place, "a", KILLED.format(patch={**BEFORE, **AFTER}[moment]))
    victim.communicate(timeout=60)
    assert victim.returncode == -signal.SIGKILL
    assert not (place / "a.out").exists()
    if moment in BEFORE:
        # Nothing was cosigned that anybody could have seen.
        assert remembered(place) is None
        show(place, "b")
        return
    with pytest.raises(ProofRefused, match="was forked"):
        show(place, "b")
    assert show(place, "a", 1_790_000_001).text == parse_note((place / "a").read_bytes()).text
    assert [path.suffix for path in (place / "w" / "logs").iterdir()] == [".checkpoint"]


def test_a_memory_that_cannot_be_written_lets_no_cosignature_out(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise ServiceFailed("cannot write: No space left on device")

    monkeypatch.setattr(module, "write_atomic", full)
    with pytest.raises(ServiceFailed):
        show(place, "a")
    assert remembered(place) is None


def test_a_witness_that_is_busy_is_waited_for_and_not_passed_by(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oneseek.adapters.workspace.locks import locked

    monkeypatch.setattr(module, "locked", lambda path: locked(path, wait=0.05))
    with (place / "w" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="another process holds"):
            show(place, "a")
    assert remembered(place) is None


def test_an_origin_that_looks_like_a_path_stays_in_the_folder(place: Path) -> None:
    made = WitnessFolder(place / "w")
    for origin in ("../../etc/passwd", "/etc/passwd", "a" * 5000, "Å\u202e"):
        path = made.state(origin)
        assert path.parent == place / "w" / "logs"
        assert len(path.name) == 64 + len(".checkpoint")


def test_an_existing_folder_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    WitnessFolder(tmp_path).create("w.example", "ed25519")
    assert tmp_path.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda w: w.vkey.unlink(), NotFound),
        (lambda w: w.vkey.write_bytes(b"\xff"), FoundDamage),
        (lambda w: (w.vkey.unlink(), w.vkey.mkdir()), ServiceFailed),
        (lambda w: w.pem.unlink(), NotFound),
    ],
)
def test_a_folder_that_is_not_whole_is_said(
    place: Path, spoil: object, error: type[OneSeekError]
) -> None:
    assert callable(spoil)
    spoil(WitnessFolder(place / "w"))
    with pytest.raises(error):
        show(place, "a")


@pytest.mark.skipif(os.getuid() == 0, reason="root reads everything")
def test_a_memory_that_cannot_be_read_stops_it(place: Path) -> None:
    show(place, "a")
    WitnessFolder(place / "w").state(ORIGIN).chmod(0)
    with pytest.raises(ServiceFailed, match="cannot be read"):
        show(place, "a")


def test_a_memory_of_another_log_is_not_taken_for_this_ones(place: Path) -> None:
    made = WitnessFolder(place / "w")
    signed = show(place, "a")
    with pytest.raises(InvalidInput, match="not of the log"):
        require_own(signed, made.key(), "other.example")
    made.state(ORIGIN).rename(made.state("other.example"))
    with pytest.raises(FoundDamage, match="not of the log"):
        made.last("other.example")


def test_a_log_is_not_its_own_witness(place: Path) -> None:
    key = WitnessFolder(place / "w").key()
    refuse_own_log(key, (log_key(place),))
    with pytest.raises(InvalidInput, match="the key of a witness"):
        refuse_own_log(key, (key,))
