"""Running an action in a process of its own that we stop, fail or only watch, step by step."""

import errno
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from faults.kernel import answer, hold_calls, receive
from faults.steps import Step, understand

Action = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the process at step ``at`` (from 0), before the step is made."""

    kind: str
    """killed; once: this step fails; data: and all later steps about bytes; all: all later ones."""
    at: int
    error: int = errno.EIO

    def error_of(self, number: int, step: Step) -> int:
        """Return the error with which step ``number`` fails, 0 for none."""
        if number < self.at or step.kind == "print":
            return 0
        match self.kind:
            case "once":
                hit = number == self.at
            case "data":
                hit = step.is_data
            case "full":
                hit = step.needs_space
            case _:
                hit = self.kind == "all"
        return self.error if hit else 0


@dataclass(slots=True)
class Outcome:
    """How a process ended (``code`` is -9 after a SIGKILL), what it said, what it did."""

    code: int
    out: str
    err: str
    steps: list[Step] = field(default_factory=list)
    hits: int = 0
    """How many steps the fault has struck."""


def run(action: Action, root: Path) -> Outcome:
    """Run ``action`` on the workspace ``root`` in a process of its own, undisturbed."""
    return _run(action, root, None, lambda _: ([], 0))


def limited(action: Action, root: Path, file_size: int) -> Outcome:
    """Run ``action`` where no file may grow beyond ``file_size`` bytes (RLIMIT_FSIZE)."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    return _run(action, root, limit, lambda _: ([], 0))


def watched(action: Action, root: Path, fault: Fault | None = None) -> Outcome:
    """Run ``action`` with every step in our hands, and strike it with ``fault``."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        return _run(
            action,
            root,
            lambda: hold_calls(theirs),
            lambda pid: _supervise(pid, ours, root, fault),
        )


def _run(
    action: Action,
    root: Path,
    prepare: Callable[[], None] | None,
    supervise: Callable[[int], tuple[list[Step], int]],
) -> Outcome:
    # Pipes: no limit or fault of a disk concerns what the process says; it says little.
    (out, child_out), (err, child_err) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        _child(action, root, prepare, child_out, child_err)
    os.close(child_out)
    os.close(child_err)
    steps, hits = supervise(pid)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with open(out) as said, open(err) as warned:  # noqa: PTH123
        return Outcome(status, said.read(), warned.read(), steps, hits)


def _child(
    action: Action,
    root: Path,
    prepare: Callable[[], None] | None,
    out: int,
    err: int,
) -> None:
    code = 70
    try:
        os.chdir(root)
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout, sys.stderr = open(1, "w"), open(2, "w")  # noqa: SIM115
        if prepare is not None:
            prepare()
        code = as_command(action, root)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def as_command(action: Action, root: Path) -> int:
    """Do ``action`` where the command line does its verbs, with its handling of errors."""
    from oneseek.cli import main

    with patch.object(main.oneseek, "main", lambda standalone_mode: action(root) and None):
        try:
            main.main()
        except SystemExit as end:
            sys.stdout.flush()
            sys.stderr.flush()
            return int(end.code or 0)
    raise AssertionError("main always exits")


def _supervise(
    pid: int, ours: socket.socket, root: Path, fault: Fault | None
) -> tuple[list[Step], int]:
    _, fds, _, _ = socket.recv_fds(ours, 1, 1)
    if not fds:
        return [], 0
    (listener,) = fds
    steps: list[Step] = []
    hits = 0
    end = os.pidfd_open(pid)
    waiting = select.poll()
    waiting.register(listener, select.POLLIN)
    waiting.register(end, select.POLLIN)
    try:
        while (listener, select.POLLIN) in waiting.poll():
            call = receive(listener)
            if call is None:
                continue
            step = understand(call, root)
            error = 0
            if step is not None:
                if fault is not None and fault.kind == "killed" and len(steps) == fault.at:
                    os.kill(pid, signal.SIGKILL)
                    return steps, 1
                error = fault.error_of(len(steps), step) if fault else 0
                hits += bool(error)
                steps.append(step)
            answer(listener, call, error)
    finally:
        os.close(end)
        os.close(listener)
    return steps, hits
