"""A move that is killed at any point leaves one ledger in charge; repeating it finishes it."""

import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from moves import HOME, OUT, Move, fill, findings, one_more, shown
from oneseek.adapters.ledger.location import locate
from oneseek.domain.errors import Conflict
from postgres import dropped_after, own_schema
from workbench import workbench

KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from oneseek.adapters.ledger import copying, moving
from oneseek.adapters.ledger.location import locate
from oneseek.domain.keys import KeyRing, KeyTerm
from oneseek.adapters.keys.ed25519 import check_ed25519, public_key
import builders as make

folder, here, there, name, at = Path(sys.argv[2]), *sys.argv[3:7]
copying.BATCH = 100
calls = 0
def hooked(function):
    def dying(*args, **kwargs):
        global calls
        calls += 1
        if calls == int(at):
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return dying
from oneseek.adapters.ledger.sqlite_hold import SqliteHold
from oneseek.adapters.ledger.postgres_hold import PostgresHold
for owner in (SqliteHold, PostgresHold) if name != "write_batch" else (moving,):
    setattr(owner, name, hooked(getattr(owner, name)))
key = public_key(folder / "key.pem", make.ORIGIN)
ring = KeyRing((KeyTerm(key, 1, None),))
trust = copying.Trust((key,), ring, make.ORIGIN, check_ed25519)
places = [locate(folder / "ledger.db", url) for url in (here, there)]
moving.move(*places, trust, lambda title, count, total: None)
"""


@pytest.mark.parametrize(
    ("name", "at", "kinds"),
    [("write_batch", 1, OUT), ("write_batch", 4, HOME), ("close", 1, HOME), ("close", 3, OUT),
     ("commit", 4, OUT), ("close", "last", HOME), ("commit", "last", OUT),
     ("commit", "last", HOME), ("reopen", "last", OUT), ("reopen", "last", HOME)],
    ids=str,
)  # fmt: skip
def test_a_move_that_is_killed_leaves_one_ledger_in_charge_and_is_finished_by_repeating_it(
    name: str,
    at: int | str,
    kinds: tuple[str, str],
    postgres_server: str,
    tmp_path: Path,
) -> None:
    with ExitStack() as stack:
        urls = {
            "sqlite": "sqlite:a.db",
            "postgres": stack.enter_context(dropped_after(own_schema(postgres_server))),
        }
        here, there = (urls[kind] for kind in kinds)
        bench = stack.enter_context(workbench(tmp_path, here))
        fill(bench)
        default = tmp_path / "ledger.db"
        case = Move(bench, locate(default, here), locate(default, there))
        batches = -(-bench.ledger.head().size // 100)
        last = {"close": batches + 1, "commit": batches + 1, "reopen": batches + 1}
        number = last[name] if at == "last" else at
        before = shown(bench.ledger)
        words = [str(Path(__file__).parents[2]), str(tmp_path), here, there, name, str(number)]
        done = subprocess.run([sys.executable, "-c", KILLED, *words], check=False)
        assert done.returncode == -signal.SIGKILL
        assert shown(bench.ledger) == before
        handed_over = (name, at) == ("reopen", "last")
        if handed_over:
            with pytest.raises(Conflict, match="this ledger was moved to"):
                one_more(bench.ledger)
        else:
            one_more(bench.ledger)
        if case.there.exists():
            arrived = case.open(case.there)
            if arrived.head().size:
                with pytest.raises(Conflict, match="still arriving from"):
                    one_more(arrived, "never")
            arrived.close()
        case.go()
        there_now = case.open(case.there)
        assert shown(there_now) == shown(bench.ledger)
        assert findings(case, there_now) == []
        one_more(there_now, "goes on")
        there_now.close()
