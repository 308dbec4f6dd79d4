"""Publishing, mirroring and repairing through the command, with real servers and real kills."""

import json
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from static_logs import files, send, served

from e2e.harm import answered, forging
from e2e.workspaces import ONESEEK, Workspace
from oneseek.adapters.ledger.sqlite_schema import ledger_statements
from oneseek.cli.wiring import repairing
from oneseek.cli.wiring.localising import known_places, localise_damage
from oneseek.cli.wiring.writing import holding_objects, writing
from oneseek.domain.decisions import Decision
from oneseek.domain.errors import Conflict, ServiceFailed
from oneseek.domain.events import DriftRepaired
from oneseek.domain.usecases.record import record
from postgres import session

SIZE = 17
"""Entries of the stocked workspace."""


@pytest.fixture
def log(stocked: Workspace, tmp_path: Path) -> Path:
    """The published log of the stocked workspace."""
    stocked.run("ledger", "publish", str(tmp_path / "log"))
    return tmp_path / "log"


def grow(workspace: Workspace, count: int) -> None:
    app = workspace.app()
    try:
        with writing(app) as ports:
            event = DriftRepaired(
                projection="certified-tree", findings=ports.objects.put(b"[]\n"), count=1
            )
            record(ports, lambda _: Decision((event,) * count))
    finally:
        app.close()


def damage(workspace: Workspace, *statements: str) -> None:
    with forging(workspace) as connection:
        for statement in statements:
            connection.execute(statement)


def listed(workspace: Workspace, *words: str, expect: int) -> dict[str, object]:
    found: dict[str, object] = json.loads(workspace.run(*words, "--json", expect=expect).out)
    return found


def test_a_log_is_published_mirrored_over_http_and_mirrored_again(
    stocked: Workspace, log: Path, tmp_path: Path
) -> None:
    key = str(log / "log.vkey")
    with served(log) as url:
        told = listed(stocked, "ledger", "mirror", url, str(tmp_path / "m"), "--key", key, expect=0)
        assert (told["size"], told["new"], told["ok"]) == (SIZE, SIZE, True)
        stocked.run("activate", "1.0")
        again = listed(stocked, "ledger", "publish", str(log), expect=0)
        assert (again["size"], again["new"]) == (SIZE + 1, 1)
        done = stocked.run("ledger", "mirror", url, str(tmp_path / "m"), "--key", key)
        assert f"{SIZE + 1} entries of test.example/log verified, 1 of them new" in done.out
    stocked.run("ledger", "mirror", str(tmp_path / "m"), str(tmp_path / "n"), "--key", key)
    newest = files(tmp_path / "n")
    assert newest == {n: d for n, d in files(log).items() if n in newest}
    stocked.run("verify")


def test_a_mirror_with_the_first_key_follows_a_rotation_and_repairs_what_was_before(
    stocked: Workspace, log: Path, tmp_path: Path
) -> None:
    key = tmp_path / "first.vkey"
    key.write_bytes((log / "log.vkey").read_bytes())
    stocked.run("keys", "rotate", "--reason", "every year")
    stocked.run("activate", "1.0")
    stocked.run("ledger", "publish", str(log))
    stocked.run("ledger", "mirror", str(log), str(tmp_path / "m"), "--key", str(key))
    assert len((tmp_path / "m" / "log.vkey").read_text("utf-8").split()) == 2
    damage(
        stocked,
        "UPDATE entries SET topic = 'x' WHERE position = 1",
        "UPDATE checkpoints SET note = x'00' WHERE size IN (5, (SELECT size FROM head))",
    )
    stocked.run("ledger", "repair", "--from", str(tmp_path / "m"), "--key", str(key))
    stocked.run("verify", "--deep")


def test_a_ledger_in_postgresql_is_published_and_repaired(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OQT_LEDGER_URL", postgres_url)
    (tmp_path / "w").mkdir()
    workspace = Workspace(tmp_path / "w")
    workspace.run("init", ".", "--origin", "test.example/log")
    grow(workspace, 300)
    workspace.run("ledger", "publish", "log")
    with session(postgres_url) as connection:
        connection.execute("ALTER TABLE entries DISABLE TRIGGER USER")
        connection.execute("UPDATE entries SET state = 'x' WHERE position = 7")
        connection.execute("DELETE FROM entries WHERE position = 299")
    workspace.run("verify", expect=10)
    assert "oneseek ledger repair --from" in workspace.run("audit", expect=10).out
    done = listed(workspace, "ledger", "repair", "--from", "log", expect=0)
    assert (done["places"], done["entry"]) == (2, workspace.size() - 1)
    workspace.run("verify", "--deep")
    workspace.run("ledger", "publish", "log")


def test_a_mirror_needs_no_workspace(log: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    key = (log / "log.vkey").read_text("utf-8").strip()
    Workspace(nowhere).run("ledger", "mirror", str(log), "mine", "--key", key)
    assert (nowhere / "mine" / "checkpoint").read_bytes() == (log / "checkpoint").read_bytes()


def test_nobodys_question_or_answer_is_in_a_published_log(
    stocked: Workspace, tmp_path: Path
) -> None:
    answered(stocked)
    stocked.run("ledger", "publish", str(tmp_path / "log"))
    everything = b"".join(files(tmp_path / "log").values())
    assert b"query-answered" in everything
    for words in ("Vem är du?", "Jag är OneSeek.", "Svar nummer", "Fråga 1?"):
        assert words.encode() not in everything


def test_a_rolled_back_ledger_is_not_published_over_a_newer_one(
    stocked: Workspace, log: Path
) -> None:
    from e2e.harm import roll_back

    before = files(log)
    roll_back(stocked, 12)
    (stocked.root / ".oneseek" / "checkpoint").unlink()
    refused = stocked.run("ledger", "publish", str(log), expect=10)
    assert f"holds {SIZE} entries, the ledger has 12: it was rolled back" in refused.err
    assert files(log) == before


def test_bad_places_are_refused_in_one_sentence(stocked: Workspace, log: Path) -> None:
    key = str(log / "log.vkey")
    (stocked.root / "plain").write_bytes(b"")
    for words, code in (
        (["publish", ".oneseek/log"], 2),
        (["publish", "plain"], 2),
        (["mirror", "nowhere", "m", "--key", key], 2),
        (["mirror", "ftp://x/y", "m", "--key", key], 2),
        (["mirror", "http://me:pw@x.example/", "m", "--key", key], 2),
        (["mirror", str(log), "m", "--key", "rubbish"], 2),
        (["mirror", str(log), "m", "--key", "plain"], 2),
        (["mirror", str(log), "m"], 2),
        (["mirror", "models", "m", "--key", key], 3),
        (["mirror", "http://127.0.0.1:9", "m", "--key", key], 5),
        (["repair", "--from", "nowhere"], 2),
        (["repair", "--from", "models"], 3),
    ):
        refused = stocked.run("ledger", *words, expect=code)
        assert "pw" not in refused.err
        assert len(refused.err.strip().splitlines()) <= 4
    assert not (stocked.root / "m" / "checkpoint").exists()


def test_a_fork_and_a_roll_back_are_findings_with_both_sides(
    stocked: Workspace, log: Path, tmp_path: Path
) -> None:
    from e2e.workspaces import copy_workspace

    other = copy_workspace(stocked.root, tmp_path / "other")
    key, mirror = str(log / "log.vkey"), tmp_path / "mirror"
    stocked.run("activate", "1.0")
    other.run("activate", "2.0")
    stocked.run("ledger", "publish", str(tmp_path / "one"))
    other.run("ledger", "publish", str(tmp_path / "two"))
    stocked.run("ledger", "mirror", str(tmp_path / "one"), str(mirror), "--key", key)
    for source, check in (("two", "log-forked"), ("log", "log-rolled-back")):
        place = str(tmp_path / source)
        told = listed(stocked, "ledger", "mirror", place, str(mirror), "--key", key, expect=1)
        (finding,) = told["findings"]  # type: ignore[misc, attr-defined]
        assert (finding["check"], told["ok"]) == (check, False)
        assert finding["expected"] != finding["found"]
        kept = {(mirror / name).read_bytes() for name in told["evidence"]}  # type: ignore[attr-defined]
        assert kept == {
            (folder / "checkpoint").read_bytes() for folder in (mirror, tmp_path / source)
        }
    shown = stocked.run(
        "ledger", "mirror", str(tmp_path / "two"), str(mirror), "--key", key, expect=1
    )
    assert "expected" in shown.out
    assert f"evidence/{SIZE + 1}-" in shown.err


def test_a_server_that_gives_out_a_giant_is_left(stocked: Workspace, log: Path) -> None:
    odd = {f"tile/entries/000.p/{SIZE}": lambda handler: send(handler, bytes(8_000_000))}
    with served(log, odd) as url:
        refused = stocked.run(
            "ledger", "mirror", url, "m", "--key", str(log / "log.vkey"), expect=1
        )
    assert "has more than" in refused.err


def test_following_waits_out_an_outage_and_goes_on(
    stocked: Workspace, log: Path, tmp_path: Path
) -> None:
    words = ["ledger", "mirror", str(log), "m", "--key", str(log / "log.vkey"), "--follow"]
    process = subprocess.Popen(
        [str(ONESEEK), *words, "--every", "0.1", "--json"],
        cwd=stocked.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert json.loads(process.stdout.readline())["size"] == SIZE
        (log / "checkpoint").rename(log / "away")
        time.sleep(0.3)
        (log / "away").rename(log / "checkpoint")
        stocked.run("activate", "1.0")
        stocked.run("ledger", "publish", str(log))
        assert json.loads(process.stdout.readline()) == {
            "size": SIZE + 1, "new": 1,
            "root": json.loads(stocked.run("ledger", "head", "--json").out)["root"],
        }  # fmt: skip
    finally:
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in error


KILLED = """
import os, signal, sys
from oneseek.adapters.static_log.folder import LogFolder
left = int(sys.argv.pop(1))
def killing(name):
    real = getattr(LogFolder, name)
    def act(self, *words):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return real(self, *words)
    setattr(LogFolder, name, act)
for name in ("put", "publish", "settle", "drop_partials"):
    killing(name)
from oneseek.cli.main import main
main()
"""


@pytest.mark.parametrize("verb", ["publish", "mirror"])
def test_a_killed_run_leaves_a_log_that_a_repetition_finishes(
    stocked: Workspace, log: Path, tmp_path: Path, verb: str
) -> None:
    key = str(log / "log.vkey")
    script = tmp_path / "killed.py"
    script.write_text(KILLED, "utf-8")
    grow(stocked, 300)
    whole = tmp_path / "whole"
    stocked.run("ledger", "publish", str(whole))
    for step in range(0, 14, 3):
        target = tmp_path / f"target{step}"
        words = ["ledger", verb, *([str(whole)] if verb == "mirror" else []), str(target)]
        words += ["--key", key] if verb == "mirror" else []
        start = tmp_path / f"start{step}"
        stocked.run("ledger", "mirror", str(log), str(target), "--key", key)
        old = (target / "checkpoint").read_bytes()
        done = subprocess.run(
            [str(ONESEEK.parent / "python"), str(script), str(step), *words],
            cwd=stocked.root, capture_output=True, check=False,
        )  # fmt: skip
        now = (target / "checkpoint").read_bytes()
        assert done.returncode in (-signal.SIGKILL, 0)
        assert now in (old, (whole / "checkpoint").read_bytes())
        # What the checkpoint speaks of is all there: others can mirror it in this state.
        stocked.run("ledger", "mirror", str(target), str(start), "--key", key)
        stocked.run(*words)
        newest = files(target)
        assert {n: d for n, d in newest.items() if n in files(whole)} == files(whole)


def test_two_publishers_at_once_publish_one_log(stocked: Workspace, tmp_path: Path) -> None:
    grow(stocked, 300)
    words = [str(ONESEEK), "ledger", "publish", str(tmp_path / "log")]
    running = [
        subprocess.Popen(words, cwd=stocked.root, stdout=subprocess.DEVNULL) for _ in range(3)
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    key = str(tmp_path / "log" / "log.vkey")
    stocked.run("ledger", "mirror", str(tmp_path / "log"), str(tmp_path / "m"), "--key", key)


def test_a_ledger_that_nothing_opens_is_repaired_from_its_mirror(
    stocked: Workspace, log: Path
) -> None:
    before = stocked.run("log", "--json").out
    damage(
        stocked,
        "UPDATE entries SET state = CAST(replace(state, 'tester', 'mallory') AS BLOB) "
        "WHERE position = 4",
        "DELETE FROM entries WHERE position = 7",
        "UPDATE head SET frontier = x'00'",
    )
    stocked.run("activate", "1.0", expect=10)
    told = listed(stocked, "ledger", "repair", "--from", str(log), "--dry-run", expect=1)
    where = [finding["where"] for finding in told["findings"]]  # type: ignore[attr-defined]
    assert where == ["entry 4, actor", "entry 7", "the head row"]
    assert (told["first_damaged"], told["trusted_size"], told["entry"]) == (4, 4, None)
    stocked.run("verify", expect=10)
    done = listed(stocked, "ledger", "repair", "--from", str(log), expect=0)
    assert (done["places"], done["entry"]) == (3, SIZE)
    stocked.run("verify", "--deep")
    stocked.run("doctor")
    entry = json.loads(stocked.run("entry", str(SIZE), "--json").out)
    assert entry["entry"]["body"]["places"] == 3
    store = stocked.root / ".oneseek" / "objects"
    digest = entry["entry"]["body"]["repairs"]
    mended = json.loads((store / digest[:2] / digest[2:]).read_bytes())
    assert (mended[0]["where"], mended[0]["found"]) == ("entry 4, actor", "mallory")
    told = stocked.run("ledger", "repair", "--from", str(log)).out
    assert f"nothing is damaged: {SIZE + 1} entries" in told
    assert stocked.size() == SIZE + 1
    assert before.strip().rstrip("]").strip() in stocked.run("log", "--json").out
    stocked.run("activate", "1.0")


def test_the_folders_that_could_repair_a_ledger_are_named(
    stocked: Workspace, log: Path, tmp_path: Path
) -> None:
    app = stocked.app()
    try:
        assert localise_damage(app, app.pinned, origin="test.example/log", limit=9)[1] == ()
        assert known_places(app) == (str(log),)
    finally:
        app.close()
    stocked.run("activate", "1.0")
    stocked.run("ledger", "publish", str(tmp_path / "newer"))
    stocked.run("ledger", "publish", str(tmp_path / "gone" / ".." / "gone"))
    (tmp_path / "gone" / "checkpoint").unlink()
    assert known_places(app) == (str(log), str(tmp_path / "newer"), str(tmp_path / "gone"))
    damage(stocked, "UPDATE entries SET state = CAST(replace(state, 'tester', 'eve') AS BLOB) "
           "WHERE position = 4", f"DELETE FROM entries WHERE position = {SIZE}")  # fmt: skip
    app = stocked.app()
    try:
        found, places = localise_damage(app, app.pinned, origin="test.example/log", limit=9)
    finally:
        app.close()
    assert [damage.where for damage in found.damaged] == ["entry 4, actor", f"entry {SIZE}"]
    assert places == (str(tmp_path / "newer"),)


def test_an_audit_names_the_field_and_the_folder_that_could_repair_it(
    stocked: Workspace, log: Path
) -> None:
    damage(stocked, "UPDATE entries SET state = CAST(replace(state, 'tester', 'eve') AS BLOB) "
           "WHERE position = 4")  # fmt: skip
    told = stocked.run("audit", expect=10).out
    assert "entry 4, actor" in told
    assert f"oneseek ledger repair --from {log}" in told


def test_nothing_is_collected_during_a_repair(
    stocked: Workspace, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = stocked.app()

    def repair(*terms: object, **options: object) -> None:
        with pytest.raises(Conflict, match="another command changes"):
            holding_objects(app, alone=True).__enter__()
        raise ServiceFailed("it was tried")

    monkeypatch.setattr(repairing, "repair", repair)
    with pytest.raises(ServiceFailed, match="it was tried"):
        repairing.repair_ledger(app, str(log), (), dry_run=False)
    app.close()


def test_a_repair_from_the_web_fetches_the_log_first(stocked: Workspace, log: Path) -> None:
    damage(stocked, "DELETE FROM entries WHERE position = 4")
    with served(log) as url:
        told = listed(stocked, "ledger", "repair", "--from", url, expect=0)
        assert (told["places"], told["from"]) == (1, url)
    stocked.run("verify")
    assert list((stocked.root / ".oneseek" / "staging").glob("mirror-*")) == []


def test_a_mirror_that_is_damaged_itself_repairs_nothing(stocked: Workspace, log: Path) -> None:
    damage(stocked, "DELETE FROM entries WHERE position = 7")
    bundle = log / "tile" / "entries" / "000.p" / str(SIZE)
    bundle.write_bytes(bundle.read_bytes().replace(b"tester", b"eveeve", 1))
    refused = stocked.run("ledger", "repair", "--from", str(log), expect=1)
    assert f"in tile/entries/000.p/{SIZE}" in refused.err
    with sqlite3.connect(stocked.root / ".oneseek" / "ledger.db") as ledger:
        assert ledger.execute("SELECT COUNT(*) FROM entries").fetchone() == (SIZE - 1,)


def test_a_mirror_that_is_too_short_says_so(stocked: Workspace, log: Path) -> None:
    stocked.run("activate", "1.0")
    damage(stocked, f"DELETE FROM entries WHERE position IN (3, {SIZE})")
    refused = stocked.run("ledger", "repair", "--from", str(log), expect=1)
    assert f"entry {SIZE} is damaged" in refused.err
    assert f"with at least {SIZE + 1} entries" in refused.err


def test_a_ledger_and_a_mirror_that_both_lost_the_end_begin_no_second_history(
    stocked: Workspace, log: Path
) -> None:
    from e2e.harm import roll_back

    stocked.run("activate", "1.0")
    roll_back(stocked, SIZE)
    damage(stocked, "UPDATE entries SET topic = 'x' WHERE position = 5")
    refused = stocked.run("ledger", "repair", "--from", str(log), expect=10)
    told = f"a checkpoint of {SIZE + 1} entries was signed, ledger and mirror have {SIZE}"
    assert told in refused.err


def test_a_machine_that_may_not_sign_repairs_nothing(
    stocked: Workspace, log: Path, tmp_path: Path
) -> None:
    from oneseek.adapters.keys.ed25519 import create_key

    damage(stocked, "DELETE FROM entries WHERE position = 7")
    pem = stocked.root / ".oneseek" / "keys" / "checkpoint.pem"
    pem.rename(tmp_path / "kept.pem")
    create_key(pem, "test.example/log")
    refused = stocked.run("ledger", "repair", "--from", str(log), expect=4)
    assert "not a key of this ledger" in refused.err
    pem.unlink()
    (tmp_path / "kept.pem").rename(pem)
    stocked.run("ledger", "repair", "--from", str(log))


def test_a_repair_that_is_killed_is_undone_as_a_whole(
    stocked: Workspace, log: Path, tmp_path: Path
) -> None:
    damage(stocked, "DELETE FROM entries WHERE position = 7", "UPDATE head SET frontier = x''")
    script = tmp_path / "killed.py"
    for place in ("fold_again", "_announce", "_require_whole"):
        script.write_text(
            "import os, signal\n"
            "from oneseek.adapters.ledger import repairing\n"
            f"repairing.{place} = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
            "from oneseek.cli.main import main\n"
            "main()\n",
            "utf-8",
        )
        done = subprocess.run(
            [str(ONESEEK.parent / "python"), str(script), "ledger", "repair", "--from", str(log)],
            cwd=stocked.root, capture_output=True, check=False, env=dict(os.environ),
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL
        assert "the frontier does not fit" in stocked.run("activate", "1.0", expect=10).err
    told = listed(stocked, "ledger", "repair", "--from", str(log), expect=0)
    assert told["places"] == 2
    with sqlite3.connect(stocked.root / ".oneseek" / "ledger.db") as ledger:
        made = {name for (name,) in ledger.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'")}  # fmt: skip
    assert len(made) == sum("CREATE TRIGGER" in text for text in ledger_statements())
    stocked.run("verify", "--deep")


@pytest.mark.parametrize("name", ["log.vkey", "notes.txt", "keys.txt"])
def test_a_folder_with_somebodys_own_files_is_left_alone(stocked: Workspace, name: str) -> None:
    stocked.run("ledger", "publish", "public-log")
    (stocked.root / "auditor").mkdir()
    (stocked.root / "auditor" / name).write_text("mine", "utf-8")
    publishing = ("ledger", "publish", "auditor")
    mirroring = ("ledger", "mirror", "public-log", "auditor", "--key", ".oneseek/checkpoint.vkey")
    for words in (publishing, mirroring):
        assert f"but {name}" in stocked.run(*words, expect=4).err
    assert [path.name for path in (stocked.root / "auditor").iterdir()] == [name]
    assert (stocked.root / "auditor" / name).read_text("utf-8") == "mine"
    assert "holds no published log" in stocked.run("ledger", "publish", ".", expect=4).err


def test_an_empty_volume_and_a_log_that_was_cut_off_can_be_published_into(
    stocked: Workspace,
) -> None:
    (stocked.root / "volume" / "lost+found").mkdir(parents=True)
    (stocked.root / "volume" / ".git").mkdir()
    stocked.run("ledger", "publish", "volume")
    (stocked.root / "volume" / "checkpoint").unlink()
    stocked.run("ledger", "publish", "volume")
