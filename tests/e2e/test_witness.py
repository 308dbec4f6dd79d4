"""``oneseek witness``: a second party that cosigns one history, and an operator who keeps it."""

import json
import shutil
import stat
from pathlib import Path

from e2e.stands import FORK, ORIGIN, Log, Stand
from e2e.workspaces import Workspace
from oneseek.adapters.keys.ed25519 import create_key
from oneseek.domain.note.signed_note import VerifierKey


def test_a_new_witness_has_a_key_for_its_owner_alone(tmp_path: Path) -> None:
    here = Workspace(tmp_path)
    done = here.run("witness", "init", "a/w", "--name", "witness.example/w1", "--json")
    told = json.loads(done.out)
    assert told["public_key"] == (tmp_path / "a/w/witness.vkey").read_text().strip()
    assert VerifierKey.parse(told["public_key"]).algorithm == 4
    assert stat.S_IMODE((tmp_path / "a/w").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a/w/witness.pem").stat().st_mode) == 0o600
    assert "PRIVATE" not in done.out
    before = (tmp_path / "a/w/witness.pem").read_bytes()
    refused = here.run("witness", "init", "a/w", "--name", "witness.example/w2", expect=4)
    assert "there is a witness in a/w already" in refused.err
    assert (tmp_path / "a/w/witness.pem").read_bytes() == before
    here.run("witness", "init", "b", "--name", "no name", expect=2)
    assert not (tmp_path / "b" / "witness.pem").exists()


def test_a_passphrase_from_the_environment_is_asked_for_again(stand: Stand) -> None:
    secret = {"OQT_KEY_PASSPHRASE": "räksmörgås"}
    run, words = stand.here.run, ("witness", "cosign", "head", "--log", "log.vkey", "--state", "s")
    run("witness", "init", "s", "--name", "witness.example/s", env=secret)
    (stand.here.root / "head").write_bytes(stand.log.note(7))
    assert "needs a passphrase" in run(*words, expect=6, text="").err
    assert "does not open" in run(*words, expect=2, env={"OQT_KEY_PASSPHRASE": "x"}).err
    assert "witness.example/s" in run(*words, env=secret).out


def test_a_history_that_goes_on_is_cosigned_again_and_again(stand: Stand) -> None:
    second = stand.cosign(stand.log.proof(7, 9))
    assert second.splitlines()[1] == "9"
    assert second.splitlines()[-1].startswith("— witness.example/w1 ")
    assert stand.cosign(stand.log.proof(9, 12), "-o", "out").startswith("Cosigned 12 entries")
    assert (stand.here.root / "out").read_bytes().startswith(stand.log.note(12))
    told = json.loads(stand.cosign(stand.log.note(12), "--json"))
    assert (told["size"], told["witness"], told["algorithm"]) == (
        12, "witness.example/w1", "ed25519",
    )  # fmt: skip


def test_a_second_log_has_a_memory_of_its_own(stand: Stand) -> None:
    other = Log(stand.here.root / "other")
    other.folder.mkdir()
    key = create_key(other.pem, "other.example")
    (stand.here.root / "theirs").write_bytes(other.note(3, FORK, "other.example"))
    stand.here.run("witness", "cosign", "theirs", "--log", str(key), "--state", "w")
    stand.cosign(stand.log.proof(7, 9))


def test_other_cosignatures_in_the_file_are_kept(stand: Stand) -> None:
    run = stand.here.run
    run("witness", "init", "q", "--name", "quantum.example/q", "--algorithm", "ml-dsa-44")
    both = run("witness", "cosign", "first", "--log", "log.vkey", "--state", "q").out
    names = [line.split()[1] for line in both.splitlines() if line.startswith("—")]
    assert names == [ORIGIN, "witness.example/w1", "quantum.example/q"]
    again = stand.cosign(both.encode())
    assert again.count("witness.example/w1") == 1
    assert "quantum.example/q" in again


def test_a_fresh_witness_takes_the_empty_log_and_every_first_checkpoint(stand: Stand) -> None:
    shutil.rmtree(stand.here.root / "w" / "logs")
    stand.cosign(stand.log.note(0))
    stand.cosign(stand.log.proof(0, 7))


def test_a_witness_that_lost_its_memory_takes_it_from_its_own_cosignature(stand: Stand) -> None:
    shutil.rmtree(stand.here.root / "w" / "logs")
    previous = ("--previous", "first")
    assert "forked" in stand.cosign(stand.log.note(7, FORK), *previous, expect=1)
    assert "there is none" in stand.cosign(stand.log.note(9), *previous, expect=4)
    stand.cosign(stand.log.proof(7, 9), *previous)
    stand.cosign(stand.log.proof(9, 12), *previous)  # older than the memory: that counts


def test_a_previous_checkpoint_that_this_witness_did_not_cosign_is_refused(stand: Stand) -> None:
    files = stand.here.root
    (files / "plain").write_bytes(stand.log.note(7))
    shown = stand.log.proof(7, 9)
    assert "has not cosigned it" in stand.cosign(shown, "--previous", "plain", expect=1)
    forged = (files / "first").read_bytes().replace(b"\n7\n", b"\n8\n")
    (files / "forged").write_bytes(forged)
    assert "is not over this" in stand.cosign(shown, "--previous", "forged", expect=1)
    assert "there is no file" in stand.cosign(shown, "--previous", "nowhere", expect=3)


def test_a_memory_that_was_worked_on_stops_the_witness(stand: Stand) -> None:
    (memory,) = (stand.here.root / "w" / "logs").iterdir()
    right = memory.read_bytes()
    for wrong in (right.replace(b"\n7\n", b"\n6\n"), stand.log.note(7), b"", b"\xff"):
        memory.write_bytes(wrong)
        said = stand.cosign(stand.log.proof(7, 9), expect=1)
        assert "is not a checkpoint that this witness cosigned" in said
    memory.write_bytes(right)
    stand.cosign(stand.log.proof(7, 9))


def test_two_histories_under_one_key_stop_the_witness(stand: Stand) -> None:
    """Its memory was rolled back, and it has cosigned a fork since: nobody may build on that."""
    shutil.rmtree(stand.here.root / "w" / "logs")
    stand.cosign(stand.log.note(7, FORK))
    said = stand.cosign(stand.log.proof(7, 9), "--previous", "first", expect=1)
    assert "has cosigned two trees of 7 entries" in said


def test_logs_and_witnesses_are_never_taken_for_each_other(stand: Stand, tmp_path: Path) -> None:
    run, shown = stand.here.run, stand.log.note(7)
    (stand.here.root / "shown").write_bytes(shown)
    words = ("witness", "cosign", "shown", "--state")
    assert "key of a witness" in run(*words, "w", "--log", "w/witness.vkey", expect=2).err
    own = stand.here.root / "own"
    own.mkdir()
    shutil.copy(stand.log.pem, own / "witness.pem")
    log = VerifierKey.parse((stand.here.root / "log.vkey").read_text().strip())
    from oneseek.domain.note.signed_note import key_id

    posing = VerifierKey("w.example/x", key_id("w.example/x", 4, log.key), 4, log.key)
    (own / "witness.vkey").write_text(f"{posing}\n")
    done = run(*words, "own", "--log", "log.vkey", expect=2)
    assert "has the key of this witness" in done.err
    (own / "witness.vkey").write_text((stand.here.root / "w" / "witness.vkey").read_text())
    assert "do not belong together" in run(*words, "own", "--log", "log.vkey", expect=1).err


def test_what_is_no_witness_is_said(stand: Stand) -> None:
    (stand.here.root / "shown").write_bytes(stand.log.note(7))
    words = ("witness", "cosign", "shown", "--log", "log.vkey")
    assert "there is no witness in ." in stand.here.run(*words, expect=3).err
    (stand.here.root / "w" / "witness.vkey").write_text("no key")
    done = stand.here.run(*words, "--state", "w", expect=1)
    assert "does not hold the key of a witness" in done.err
