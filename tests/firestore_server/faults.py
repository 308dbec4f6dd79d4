"""Faults that a test asks for, in the order in which requests arrive."""

import socket
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

Fault = Literal["unavailable", "lost", "cut", "cut after", "hang", "exhausted", "none"]
"""``unavailable``: refused, nothing is done. ``lost``: done, and then answered as if it was not.
``cut`` and ``cut after``: the same, with the connection itself. ``hang``: no answer at all.
``exhausted``: over the quota. ``none``: this request is served."""


class Faults:
    """What happens to the next requests of each method."""

    def __init__(self) -> None:
        self._scripts: dict[str, deque[Fault]] = defaultdict(deque)
        self._at: tuple[int, Fault, Fault] | None = None
        self.seen: list[str] = []
        """The method of every request that arrived."""
        self.meanwhile: Callable[[], object] | None = None
        """Is done once, before the next fault is answered: what somebody else does."""

    def script(self, method: str, *faults: Fault) -> None:
        """Let the next requests of ``method`` (``Commit``) meet these, one each."""
        self._scripts[method].extend(faults)

    def at(self, number: int, fault: Fault, then: Fault = "none") -> None:
        """Let request ``number`` from now, from 0, meet ``fault``, and all after it ``then``."""
        self._at = (len(self.seen) + number, fault, then)

    def forget(self) -> None:
        """Let every request be served from now on."""
        self._scripts.clear()
        self._at = None

    def next(self, method: str) -> Fault:
        """Note a request and return what it meets."""
        here = len(self.seen)
        self.seen.append(method)
        if self._at is not None and here >= self._at[0]:
            return self._at[1] if here == self._at[0] else self._at[2]
        script = self._scripts[method]
        return script.popleft() if script else "none"

    def let_others_act(self) -> None:
        """Do what was to be done meanwhile."""
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()


class Cable:
    """The connections between clients and a server, which can be cut."""

    def __init__(self, server_port: int) -> None:
        self._server = ("127.0.0.1", server_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection; new ones can be made."""
        ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        """End every connection, for good."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._server)
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._ends += [near, far]
                for source, target in ((near, far), (far, near)):
                    pump = threading.Thread(target=_pump, args=(source, target), daemon=True)
                    pump.start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
