"""Two machines, one ledger in PostgreSQL: each signs with its own key, neither hurts the other."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from e2e.workspaces import Workspace, make_stocked, train_small
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key
from oneseek.adapters.ledger.location import locate
from oneseek.adapters.objects.tree import hash_tree
from oneseek.cli.wiring.writing import writing
from oneseek.domain.errors import Conflict
from oneseek.domain.events import KeyAdded
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY
from oneseek.domain.usecases.register_dataset import register_dataset
from postgres import SECOND_USER, session
from postgres import VARIABLE as TEST_VARIABLE
from witnesses import witness

ORIGIN = "test.example/log"
VARIABLE = "OQT_LEDGER_URL"


@dataclass(frozen=True)
class Pair:
    """A machine that opened the ledger, and one that joined it; ``key`` is the second one's."""

    a: Workspace
    b: Workspace
    key: str
    url: str

    @property
    def key_id(self) -> str:
        return self.key.split("+")[1]


@pytest.fixture
def joined(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """Machine B has joined; its key was not announced. Objects lie in one place for both."""
    monkeypatch.setenv(VARIABLE, postgres_url)
    a, b = make_stocked(tmp_path / "a"), Workspace(tmp_path / "b")
    b.root.mkdir()
    (b.root / ".oneseek").mkdir()
    (b.root / ".oneseek" / "objects").symlink_to(a.root / ".oneseek" / "objects")
    trusted = (a.root / ".oneseek" / "checkpoint.vkey").read_text().strip()
    done = b.run("init", ".", "--join", postgres_url, "--trust", trusted, "--json")
    told = json.loads(done.out)
    assert (told["origin"], told["trusted"], told["taken_on_trust"]) == (ORIGIN, [trusted], False)
    return Pair(a, b, told["public_key"], postgres_url)


@pytest.fixture
def pair(joined: Pair) -> Pair:
    """Two machines that both may write."""
    joined.a.run("keys", "add", joined.key)
    return joined


def register(workspace: Workspace, name: str) -> int:
    """Record a dataset called ``name``; return the index of its entry."""
    app = workspace.app()
    try:
        with writing(app) as ports:
            data = json.dumps({"instruction": name, "output": "x"}).encode() + b"\n"
            found = register_dataset(ports, name=name, data=data, language="sv")
        assert found.receipt is not None
        return found.receipt.indices[0]
    finally:
        app.close()


def kinds(workspace: Workspace) -> list[str]:
    lines = workspace.run("log", "-n", "1000", "--json").out.splitlines()
    return [json.loads(line)["kind"].split("/")[0] for line in lines]


def checks(workspace: Workspace, *words: str, expect: int) -> list[tuple[str, str]]:
    done = workspace.run("verify", "--json", *words, expect=expect)
    return [(f["check"], f["where"]) for f in json.loads(done.out)["findings"]]


def test_a_machine_reads_at_once_and_writes_when_it_was_announced(joined: Pair) -> None:
    a, b = joined.a, joined.b
    assert hash_tree(b.certified) == hash_tree(a.certified)
    b.run("verify", "--deep")
    shutil.rmtree(b.certified)
    b.run("rebuild")
    assert hash_tree(b.certified) == hash_tree(a.certified)
    size = a.size()
    for words in (
        ["activate", "1.0"],
        ["reset", "--confirm", "RESET"],
        ["keys", "add", joined.key],
    ):
        done = b.run(*words, expect=4)
        assert "nothing was recorded" in done.err
        assert f"oneseek keys add {joined.key}" in done.err
    b.run("doctor", expect=1)
    assert a.size() == size
    a.run("keys", "add", joined.key)
    assert "was announced by entry" in a.run("keys", "add", joined.key, expect=4).err
    b.run("activate", "1.0")
    listed = json.loads(b.run("keys", "list", "--json").out)
    assert [(k["purpose"], k["state"], k["pinned"], k["this_machine"]) for k in listed] == [
        ("checkpoint", "may sign", True, False),
        ("checkpoint", "may sign", False, True),
        ("model", "may sign", False, False),
    ]
    b.run("doctor")
    assert a.run("current", "--json").json == b.run("current", "--json").json
    assert hash_tree(a.certified) == hash_tree(b.certified)
    a.run("verify", "--deep")
    b.run("verify", "--deep")
    # An auditor may begin with either key.
    a.run("verify", "--deep", "--key", joined.key)


def test_settings_of_a_joined_machine_hold_no_password(joined: Pair) -> None:
    text = (joined.b.root / "oneseek.toml").read_text("utf-8")
    assert "postgresql://oneseek@127.0.0.1" in text or os.environ.get("OQT_TEST_POSTGRES_URL")
    assert "sw0rd" not in text
    key = joined.b.root / ".oneseek" / "keys" / "checkpoint.pem"
    assert key.stat().st_mode & 0o077 == 0


def test_both_write_at_the_same_time_and_no_entry_is_lost(pair: Pair) -> None:
    def several(workspace: Workspace) -> list[int]:
        return [register(workspace, f"{workspace.root.name}{number}") for number in range(6)]

    size = pair.a.size()
    with ThreadPoolExecutor(2) as pool:
        from_a, from_b = pool.map(several, (pair.a, pair.b))
    assert sorted(from_a + from_b) == list(range(size, size + 12))
    assert pair.a.size() == size + 12
    pair.a.run("verify")
    pair.b.run("verify")


def test_trainings_on_two_machines_never_share_a_number(pair: Pair) -> None:
    apps = [pair.a.app(), pair.b.app()]
    try:
        with ThreadPoolExecutor(2) as pool:
            names = set(pool.map(train_small, apps, (11, 12)))
    finally:
        for app in apps:
            app.close()
    assert names < set(pair.a.versions())
    assert [name.split(".")[1] for name in pair.b.versions()] == ["v1", "v2", "v3", "v4"]
    assert hash_tree(pair.a.certified) == hash_tree(pair.b.certified)
    pair.b.run("verify")


def test_a_retired_machine_writes_no_more_and_what_it_signed_stays_good(pair: Pair) -> None:
    a, b = pair.a, pair.b
    b.run("activate", "1.0")
    assert "no key signs its own" in b.run("keys", "retire", pair.key_id, "--reason", "x",
                                           expect=4).err  # fmt: skip
    a.run("keys", "retire", pair.key_id, "--reason", "the machine was sold")
    size = a.size()
    done = b.run("activate", "2.0", expect=4)
    assert f"was retired by entry {size - 1}; nothing was recorded" in done.err
    assert a.size() == size
    for workspace in (a, b):
        workspace.run("verify", "--deep")
    own = json.loads(a.run("keys", "list", "--json").out)[0]["id"]
    refused = a.run("keys", "retire", own, "--reason", "x", expect=4)
    assert "the only key that may sign" in refused.err
    a.run("keys", "retire", pair.key_id, "--reason", "x", expect=4)
    a.run("keys", "retire", "0badcafe", "--reason", "x", expect=3)
    a.run("keys", "add", pair.key, expect=4)  # a retired key stays retired


def test_a_retirement_is_seen_by_a_writer_that_waits_for_the_lock(pair: Pair) -> None:
    """B has begun; before it gets the lock, A retires its key."""
    app = pair.b.app()
    try:
        assert app.ledger.head().size == pair.a.size()
        pair.a.run("keys", "retire", pair.key_id, "--reason", "stolen")
        size = app.ledger.head().size
        with pytest.raises(Conflict, match="was retired by entry"):
            announce(app.ledger, "nothing")
        assert app.ledger.head().size == size
    finally:
        app.close()


def announce(ledger: Ledger, verifier: str) -> None:
    """Append an announcement without asking anybody."""
    with ledger.view() as view:
        stream, time = view.version("ledger"), view.head.time
    assert time is not None
    event = KeyAdded(purpose="checkpoint", verifier=verifier)
    entry = REGISTRY.entry(event, stream_version=stream + 1, time=time, actor="eve")
    ledger.append([entry], {"ledger": stream})


@contextmanager
def attacker(pair: Pair, root: Path) -> Iterator[tuple[Ledger, str]]:
    """Somebody who may write to the database, with a key that nobody has announced."""
    key = create_key(root / "evil.pem", ORIGIN)
    ledger = locate(root, pair.url).open(Ed25519Sealer(ORIGIN, root / "evil.pem"))
    try:
        yield ledger, str(key)
    finally:
        ledger.close()


def test_what_a_stranger_appends_during_a_training_is_not_built_on(
    pair: Pair, tmp_path: Path
) -> None:
    """Its machine looked at the ledger when it began; the stranger announced itself since."""
    with training(pair.a) as process:
        with attacker(pair, tmp_path) as (ledger, key):
            announce(ledger, key)
            announce(ledger, "nothing")
        size = pair.a.size()
        _, err = process.communicate("\n")
    assert process.returncode != 0
    assert "is not by a key that is trusted here" in err
    assert pair.a.size() == size


@pytest.mark.parametrize("vouches_for_itself", [False, True])
def test_a_key_that_nobody_announced_is_caught_and_nothing_is_built_on_it(
    vouches_for_itself: bool, pair: Pair, tmp_path: Path
) -> None:
    size = pair.a.size()
    with attacker(pair, tmp_path) as (ledger, key):
        for verifier in (key, key + "x") if vouches_for_itself else ("nothing",):
            announce(ledger, verifier)
    grown = pair.a.size()
    assert grown > size
    for workspace in (pair.a, pair.b):
        before = (workspace.root / ".oneseek" / "checkpoint").read_bytes()
        assert ("checkpoint", "the head") in checks(workspace, expect=10)
        done = workspace.run("activate", "1.0", expect=10)
        assert "is not by a key that is trusted here" in done.err
        workspace.run("rebuild", expect=10)
        assert (workspace.root / ".oneseek" / "checkpoint").read_bytes() == before
    assert pair.a.size() == grown  # nobody signed it over
    other = tmp_path / "c"
    trusted = (pair.a.root / ".oneseek" / "checkpoint.vkey").read_text().strip()
    done = pair.a.run("init", str(other), "--join", pair.url, "--trust", trusted, expect=10)
    assert "cannot be verified with the key" in done.err
    assert not other.exists()


def test_a_state_document_that_was_slipped_in_makes_no_key_trusted(
    pair: Pair, tmp_path: Path
) -> None:
    with attacker(pair, tmp_path) as (ledger, key):
        with session(pair.url) as connection:
            connection.execute(
                "INSERT INTO state SELECT kind, convert_to(%s, 'UTF8'), "
                "convert_to(replace(convert_from(body, 'UTF8'), %s, %s), 'UTF8') "
                "FROM state WHERE kind = 'key' AND position(convert_to(%s, 'UTF8') in body) > 0",
                (f"checkpoint {key}", pair.key, key, pair.key),
            )
        announce(ledger, "nothing")
    pair.b.run("activate", "1.0", expect=10)
    assert ("checkpoint", "the head") in checks(pair.a, expect=10)
    listed = json.loads(pair.a.run("keys", "list", "--json").out)
    states = [key["state"] for key in listed if key["purpose"] == "checkpoint"]
    assert sorted(states) == ["may sign", "may sign", "not vouched for"]


def test_a_machine_that_rotates_its_key_is_followed_by_all_others(
    pair: Pair, tmp_path: Path
) -> None:
    first = pair.a.run("keys", "export", "--format", "vkey").out.strip()
    pair.a.run("keys", "rotate", "--reason", "yearly")
    pair.a.run("keys", "rotate", "--purpose", "model", "--reason", "yearly")
    second = pair.a.run("keys", "export", "--format", "vkey").out.strip()
    assert second != first
    pair.b.run("activate", "1.0")
    pair.b.run("verify", "--deep")
    pair.b.run("sign", "1.0")  # by the model key of this machine, which it makes for it
    # B had read the ledger before, and rotates too; whoever still trusts the first key joins.
    pair.b.run("keys", "rotate", "--reason", "yearly")
    pair.a.run("activate", "2.0")
    for trusted in (first, second):
        pair.a.run("verify", "--key", trusted)
    c = Workspace(tmp_path / "c")
    c.root.mkdir()
    c.run("init", ".", "--join", pair.url, "--trust", first)
    c.run("current")


def test_a_roll_back_is_seen_by_the_machine_that_saw_more(pair: Pair) -> None:
    """The newest checkpoint that A saw is by B, whose announcement is rolled back as well."""
    size = next(n for n, kind in enumerate(kinds(pair.a)) if n > 1 and kind == "key-added")
    pair.b.run("activate", "1.0")
    pair.a.run("versions")
    with session(pair.url) as connection:
        for table in ("entries", "checkpoints", "head"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        rows = connection.execute(
            "SELECT leaf_hash FROM entries WHERE position < %s ORDER BY position", (size,)
        ).fetchall()
        frontier = EMPTY_FRONTIER.extend([bytes(r[0]) for r in rows])
        connection.execute("DELETE FROM entries WHERE position >= %s", (size,))
        connection.execute("DELETE FROM checkpoints WHERE size > %s", (size,))
        connection.execute(
            "UPDATE head SET size = %s, frontier = %s, clock = (SELECT max(clock) FROM entries), "
            "checkpoint = (SELECT note FROM checkpoints WHERE size = %s)",
            (size, frontier.to_bytes(), size),
        )
    pair.a.run("rebuild", "state", expect=10)
    assert "the ledger does not go on" in pair.a.run("activate", "2.0", expect=10).err
    assert ("checkpoint-file", str(pair.a.root / ".oneseek" / "checkpoint")) in checks(
        pair.a, expect=10
    )


_WAIT = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from e2e import workspaces
class Waiting(workspaces.SmallTrainer):
    def train(self, job, on_progress):
        print("training", flush=True)
        sys.stdin.readline()
        return super().train(job, on_progress)
workspaces.SmallTrainer = Waiting
app = workspaces.Workspace(Path(sys.argv[2])).app()
try:
    print(workspaces.train_small(app, 77), flush=True)
finally:
    app.close()
"""


@contextmanager
def training(workspace: Workspace) -> Iterator["subprocess.Popen[str]"]:
    """A process that trains until a line comes in."""
    tests = next(path for path in sys.path if path.endswith("tests"))
    process = subprocess.Popen(
        [sys.executable, "-c", _WAIT, tests, str(workspace.root)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=workspace.root,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "training\n", process.communicate()[1]
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_running_training_of_another_machine_is_left_alone_even_when_it_is_stopped(
    pair: Pair,
) -> None:
    with training(pair.a) as process:
        process.send_signal(signal.SIGSTOP)
        pair.b.run("activate", "1.0")
        pair.a.run("activate", "2.0")
        assert "training-failed" not in kinds(pair.b)
        assert "running" in pair.b.run("doctor").out
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate("\n")
        assert process.returncode == 0, err
    assert out.strip() in pair.b.versions()
    assert (pair.b.certified / out.strip() / "manifest.json").is_file()
    pair.b.run("verify")


def test_a_training_whose_machine_died_is_settled_by_another(pair: Pair) -> None:
    with training(pair.a) as process:
        process.kill()
        process.wait()
        done = pair.b.run("activate", "1.0")
    assert "was cut off: recorded as failed" in done.err
    assert kinds(pair.a)[-2:] == ["training-failed", "version-activated"]
    pair.a.run("verify")


def end_other_sessions(url: str) -> None:
    """What a restart of the server does to whoever is connected."""
    with session(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename = current_user AND pid <> pg_backend_pid()"
        )


def test_a_training_that_lost_its_lease_is_recorded_if_nobody_settled_it(pair: Pair) -> None:
    with training(pair.a) as process:
        end_other_sessions(pair.url)
        out, err = process.communicate("\n")
        assert process.returncode == 0, err
    assert out.strip() in pair.b.versions()
    pair.b.run("verify")


def test_a_training_that_lost_its_lease_and_was_settled_says_so(pair: Pair) -> None:
    with training(pair.a) as process:
        end_other_sessions(pair.url)
        settled = pair.b.run("activate", "1.0")
        assert "was cut off: recorded as failed" in settled.err
        _, err = process.communicate("\n")
    assert process.returncode == 1
    assert "was recorded as failed by entry" in err
    assert "its result was not recorded" in err
    assert "training-completed" not in kinds(pair.a)[-3:]
    pair.a.run("verify")


def test_a_completed_training_of_a_machine_that_died_is_certified_by_another(pair: Pair) -> None:
    program = (
        "import os, signal, sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from e2e import workspaces\n"
        "workspaces.certify = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        "workspaces.train_small(workspaces.Workspace(Path(sys.argv[2])).app(), 5)\n"
    )
    tests = next(path for path in sys.path if path.endswith("tests"))
    done = subprocess.run(
        [sys.executable, "-c", program, tests, str(pair.a.root)], check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert "was complete: certified as" in pair.b.run("activate", "1.0").err
    assert len(pair.a.versions()) == 3
    pair.a.run("verify")


def test_a_follower_shows_what_the_other_machine_records(pair: Pair) -> None:
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "oneseek"), "rebuild", "--follow"],
        cwd=pair.b.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        while "following" not in process.stderr.readline():
            assert process.poll() is None
        pair.a.run("activate", "1.0")
        assert process.stderr.readline().startswith("up to date with entry")
    finally:
        process.kill()
        process.communicate()
    current = "OneSeek-7B-Zero-CURRENT"
    assert (pair.b.certified / current).readlink() == (pair.a.certified / current).readlink()


@pytest.mark.parametrize("words", [["--trust", "nonsense"], ["--origin", "x.example/y"]])
def test_a_join_that_fails_leaves_the_folder_as_it_was(
    words: list[str], joined: Pair, tmp_path: Path
) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    joined.a.run("init", str(folder), "--join", joined.url, *words, expect=2)
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_whom_nobody_vouches_for_cannot_be_trusted(joined: Pair, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    # The key of B was not announced: it vouches for nothing.
    joined.a.run("init", str(folder), "--join", joined.url, "--trust", joined.key, expect=10)
    other = str(create_key(tmp_path / "x.pem", "other.example/log"))
    joined.a.run("init", str(folder), "--join", joined.url, "--trust", other, expect=2)
    empty = joined.url.rpartition("=")[0] + "=nothing_here"
    joined.a.run("init", str(folder), "--join", empty, expect=3)
    assert not folder.exists()
    done = joined.a.run("init", str(folder), "--join", joined.url)
    assert "was taken on trust" in done.out
    joined.a.run("init", str(folder), "--join", joined.url, expect=4)


def test_a_machine_needs_no_more_rights_than_the_guide_grants(joined: Pair, tmp_path: Path) -> None:
    """The guide's own statements, word for word."""
    if os.environ.get(TEST_VARIABLE):
        pytest.skip("only the server that the tests start has this user")
    guide = (Path(__file__).parents[2] / "docs" / "several-machines.md").read_text("utf-8")
    grants = [line for line in guide.splitlines() if line.startswith("GRANT ")]
    schema = joined.url.rpartition("=")[2]
    with session(joined.url) as connection:
        for grant in grants:
            said = grant.replace("oneseek", schema).replace(" TO bo;", f" TO {SECOND_USER}")
            connection.execute(said.encode())
    url = joined.url.replace("//oneseek:", f"//{SECOND_USER}:")
    c = Workspace(tmp_path / "c")
    (c.root / ".oneseek").mkdir(parents=True)
    (c.root / ".oneseek" / "objects").symlink_to(joined.a.root / ".oneseek" / "objects")
    told = joined.a.run("init", str(c.root), "--join", url, "--json", env={VARIABLE: url})
    joined.a.run("keys", "add", json.loads(told.out)["public_key"])
    env = {VARIABLE: url}
    data = b'{"instruction": "a", "output": "b"}\n'
    (c.root / "x.jsonl").write_bytes(data)
    c.run("dataset", "add", "x.jsonl", "--language", "sv", env=env)
    c.run("verify", "--deep", env=env)
    c.run("keys", "list", env=env)
    joined.a.run("activate", "1.0")
    c.run("ledger", "head", env=env)
    made = witness(tmp_path, "w.example/1")
    for machine in (joined.a, c):
        machine.run("witness", "trust", str(made.key), env=env if machine is c else None)
    (tmp_path / "cosigned").write_bytes(
        made.cosign(joined.a.run("ledger", "head", "--note").out.encode())
    )
    joined.a.run("witness", "attach", str(tmp_path / "cosigned"))
    assert "by w.example/1" in c.run("ledger", "head", env=env).out
    c.run("dataset", "add", "x.jsonl", "--name", "again", "--language", "sv", env=env)
    (tmp_path / "next").write_bytes(
        made.cosign(c.run("ledger", "head", "--note", env=env).out.encode())
    )
    c.run("witness", "attach", str(tmp_path / "next"), env=env)
    with session(url) as connection, pytest.raises(Exception, match="must be owner"):
        connection.execute("DROP TRIGGER entries_no_update ON entries")


def test_a_joined_machine_takes_the_place_of_the_objects_from_the_environment(
    joined: Pair, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    env = {"OQT_OBJECTS_URL": shared.as_uri()}
    joined.a.run("objects", "push", env=env)
    c = Workspace(tmp_path / "c")
    joined.a.run("init", str(c.root), "--join", joined.url, env=env)
    assert shared.as_uri() in (c.root / "oneseek.toml").read_text("utf-8")
    assert hash_tree(c.certified) == hash_tree(joined.a.certified)
    c.run("verify", "--deep")
