"""A limit on how long one answer from the web may take: status, headers, redirects and all.

A socket's own timeout is one of silence. Whoever sends a byte now and then, or one ``100 Continue``
after another, keeps :mod:`http.client` busy for ever before there is an answer to look at; so the
connection is shut down from beside it.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from threading import Lock, Timer
from typing import Any
from urllib.request import HTTPHandler, HTTPSHandler, Request


class TimeLimit:
    """Shuts down the connections of one fetch after ``seconds``; for one fetch at a time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.over = False
        self._lock = Lock()
        self._open: list[socket.socket] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time of this block."""
        self.over, self._open = False, []
        timer = Timer(self.seconds, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def add(self, connection: socket.socket) -> None:
        """Let ``connection`` end with the time, at once if that is over."""
        with self._lock:
            self._open.append(connection)
            if self.over:
                _shut(connection)

    def _end(self) -> None:
        with self._lock:
            self.over = True
            for connection in self._open:
                _shut(connection)


def _shut(connection: socket.socket) -> None:
    # Below TLS: its own shutdown would wait for an answer, and is not safe beside a reader.
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Plain(HTTPConnection):
    def __init__(self, *args: Any, limit: TimeLimit, **options: Any) -> None:
        super().__init__(*args, **options)
        self._limit = limit

    def connect(self) -> None:
        super().connect()
        self._limit.add(self.sock)


class _Secure(HTTPSConnection):
    def __init__(self, *args: Any, limit: TimeLimit, **options: Any) -> None:
        super().__init__(*args, **options)
        self._limit = limit

    def connect(self) -> None:
        super().connect()
        self._limit.add(self.sock)


class LimitedHttp(HTTPHandler):
    """Opens ``http:`` within a limit."""

    def __init__(self, limit: TimeLimit) -> None:
        super().__init__()
        self._limit = limit

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_Plain, limit=self._limit), req)


class LimitedHttps(HTTPSHandler):
    """Opens ``https:`` within a limit."""

    def __init__(self, limit: TimeLimit) -> None:
        super().__init__()
        self._limit = limit

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_Secure, limit=self._limit), req)
