"""A process that has loaded everything and makes cells in forks of itself: milliseconds each.

It has one thread and nothing of pytest in it. Started with ``own_mounts`` it has a mount namespace
of its own, in which it may mount what it likes; all of it is gone when it ends.
"""

import gc
import os
import pickle
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from faults.warm import serve; serve()"
_UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")


class Warm:
    """The near end: :meth:`call` does a function of ``faults.cells`` there."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def call(self, function: str, *args: object) -> Any:
        """Return what the function returns.

        Raises:
            RuntimeError: it raised; the text is its traceback.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump((function, args), self._process.stdin)
        self._process.stdin.flush()
        done, value = pickle.load(self._process.stdout)
        if not done:
            raise RuntimeError(value)
        return value


@contextmanager
def warm_process(*, own_mounts: bool = False) -> Iterator[Warm]:
    """Start one; it ends with the block."""
    tests = str(Path(__file__).parents[1])
    command = [*(_UNSHARE if own_mounts else ()), sys.executable, "-c", _PROGRAM, tests]
    environment = {**os.environ, "COLUMNS": "200", "PYTHONSAFEPATH": "1", "LC_ALL": "C.UTF-8"}
    for name in ("OQT_KEY_PASSPHRASE", "OQT_KEY_NEW_PASSPHRASE", "OQT_BACKUP_PASSPHRASE"):
        environment[name] = "en hemlighet"  # of rows that protect keys, or copy the vault
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    try:
        yield Warm(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=60)


def serve() -> None:
    """The far end: do what is asked for until nobody asks any more."""
    from faults import cells

    gc.freeze()  # a fork that collects garbage would copy all that was loaded
    requests, answers = sys.stdin.buffer, _answers()
    while request := _next(requests):
        function, args = request
        called: Callable[..., object] = getattr(cells, function)
        try:
            reply: tuple[bool, object] = True, called(*args)
        except BaseException:
            reply = False, traceback.format_exc()
        pickle.dump(reply, answers)
        answers.flush()


def _answers() -> IO[bytes]:
    """Keep standard output for answers: what anybody prints here goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _next(requests: IO[bytes]) -> tuple[str, tuple[object, ...]] | None:
    try:
        request: tuple[str, tuple[object, ...]] = pickle.load(requests)
    except EOFError:
        return None
    return request


def why_no_mounts() -> str | None:
    """Return why no process here may mount a small disk, None where one may."""
    if shutil.which("unshare") is None:
        return "there is no command unshare"
    probe = [*_UNSHARE, "mount", "-t", "tmpfs", "-o", "size=64k", "none", "/mnt"]
    done = subprocess.run(probe, capture_output=True, text=True, check=False)
    return f"no small disk can be mounted here: {done.stderr.strip()}" if done.returncode else None
