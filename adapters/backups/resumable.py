"""An upload in pieces that goes on where it was cut off, in this process or in a later one.

The session is begun by the library; the pieces are sent by the protocol, because the library cannot
take up a session of another process.
https://cloud.google.com/storage/docs/performing-resumable-uploads
"""

import re
from collections.abc import Callable
from typing import Any

import requests
from google.api_core import exceptions as api

from oneseek.adapters.backups.checksums import Checksums
from oneseek.adapters.backups.patience import Patience
from oneseek.adapters.backups.upload_sessions import UploadSession
from oneseek.domain.backup_place import OnBytes
from oneseek.domain.errors import FoundDamage

PIECE_BYTES = 8 << 20
"""A multiple of 256 KiB, as the service wants; what is held in memory."""

_RANGE = re.compile(r"bytes=0-(\d+)")
_MORE = 308
_GONE = (404, 410)
_BEGINNINGS = 3


class Resumable:
    """One upload of bytes whose checksums are known; ``read(start, length)`` gives some of them."""

    def __init__(
        self,
        read: Callable[[int, int], bytes],
        sums: Checksums,
        session: UploadSession,
        begin: Callable[[], str],
        patience: Patience,
        on_bytes: OnBytes | None,
    ) -> None:
        self._read = read
        self._sums = sums
        self._session = session
        self._begin = begin
        self._patience = patience
        self._on_bytes = on_bytes
        self._http = requests.Session()  # the session's address is all the right that it needs
        self._beginnings = 0
        self._there: int | None = None
        """How many bytes the service has; None when it must be asked."""
        self._had: int | None = None
        """How many it had when it last said so; None for a session of an earlier process."""
        self._metadata: dict[str, Any] | None = None
        self.sent = 0
        """Bytes that have arrived and that this process has sent."""

    def run(self) -> dict[str, Any]:
        """Send what is missing; return the metadata of the object, which then is complete.

        Raises:
            google.api_core.exceptions.PreconditionFailed: the object is there already.
            google.api_core.exceptions.BadRequest: other bytes arrived than were announced.
            Other exceptions of google.api_core and requests, after the time that patience gives.
        """
        with self._http:
            while self._metadata is None:
                self._patience.persist(self._step)
        return self._metadata

    def _step(self) -> None:
        if self._session.url is None:
            self._start()
        elif self._there is None:
            self._put("bytes */", b"")
        else:
            self._send(self._there)

    def _start(self) -> None:
        self._beginnings += 1
        if self._beginnings > _BEGINNINGS:
            raise api.Aborted("the service forgot the upload again and again")
        self._session.begin(self._begin())
        self._there = self._had = 0

    def _send(self, start: int) -> None:
        piece = self._read(start, min(PIECE_BYTES, self._sums.size - start))
        end = start + len(piece)
        if not piece:
            raise FoundDamage("an object became shorter while it was uploaded")
        # Whatever happens now, only the service knows how much of the piece has arrived.
        self._there = None
        self._put(f"bytes {start}-{end - 1}/", piece, last=end == self._sums.size)

    def _put(self, range_: str, body: bytes, *, last: bool = False) -> None:
        headers = {"Content-Range": f"{range_}{self._sums.size}"}
        if last:  # the service then refuses other bytes, and never publishes them
            headers["X-Goog-Hash"] = f"crc32c={self._sums.crc32c}"
        answer = self._http.put(
            self._session.url or "",
            data=body,
            headers=headers,
            timeout=self._patience.timeout,
            allow_redirects=False,
        )
        self._take(answer)

    def _take(self, answer: requests.Response) -> None:
        if answer.status_code == _MORE:
            matched = _RANGE.fullmatch(answer.headers.get("Range", ""))
            self._there = int(matched[1]) + 1 if matched else 0
            self._arrived(self._there)
        elif answer.status_code in (200, 201):
            self._session.forget()
            self._metadata = answer.json()
            self._arrived(self._sums.size)
        elif answer.status_code in _GONE:
            self._session.forget()
        else:
            error = api.from_http_response(answer)
            if isinstance(error, api.PreconditionFailed | api.BadRequest):
                self._session.forget()
            raise error

    def _arrived(self, there: int) -> None:
        new = max(0, there - (self._had or 0))
        if self._had is not None:
            self.sent += new
        self._had = there
        if self._on_bytes is not None:  # what an earlier process sent is progress as well
            self._on_bytes(new)
