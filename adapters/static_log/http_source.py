"""A static log on the web, read with the standard library.

The server may be hostile: no answer may be longer than what was asked for can be, take longer than
a deadline, be unpacked to more than that, or lead elsewhere more than a few times.
"""

import zlib
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from oneseek.adapters.static_log.time_limit import LimitedHttp, LimitedHttps, TimeLimit
from oneseek.domain.errors import FoundDamage, InvalidInput, ServiceFailed
from oneseek.domain.version import SOFTWARE

TIMEOUT = 30.0
"""Seconds of silence after which a server is given up."""

DEADLINE = 120.0
"""Seconds that one file may take altogether, however steadily it trickles."""

REDIRECTS = 3

_CHUNK = 64 * 1024
_GONE = (404, 410)
_MOST_SAID = 200
_PLAIN = ("", "identity")


class _FewRedirects(HTTPRedirectHandler):
    """Follows a few redirects, none of them to a place that is less safe than the one before."""

    max_redirections = REDIRECTS

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        old, new = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if new not in ("http", "https") or (old == "https" and new != "https"):
            raise URLError(f"it leads to {new}:, which is not followed")
        fp.close()  # urllib would read all of its body, however long that is
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class HttpSource:
    """A static log below the address ``url``.

    Raises:
        InvalidInput: it is no http(s) address, or one with a password or a query.
    """

    def __init__(self, url: str, *, timeout: float = TIMEOUT, deadline: float = DEADLINE) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput(
                f"{parts.scheme}: is no address of a published log",
                hint="give a folder, or an address that begins with https://",
            )
        if parts.username or parts.password or parts.query or parts.fragment:
            raise InvalidInput(
                "the address of a published log has no password, query or fragment",
                hint="a static log is public: give the plain address of its folder",
            )
        self.place = url.rstrip("/")
        self._timeout = timeout
        self._limit = TimeLimit(deadline)
        self._opener: OpenerDirector = build_opener(
            _FewRedirects(), LimitedHttp(self._limit), LimitedHttps(self._limit)
        )

    def fetch(self, path: str, limit: int) -> bytes | None:
        address = f"{self.place}/{quote(path)}"
        request = Request(
            address, headers={"User-Agent": SOFTWARE, "Accept-Encoding": "gzip, identity"}
        )
        try:
            with (
                self._limit.running(),
                self._opener.open(request, timeout=self._timeout) as answer,
            ):
                packed = answer.headers.get("Content-Encoding", "identity").strip().lower()
                # What does not get smaller by packing gets a little larger.
                room = 0 if packed in _PLAIN else 1024 + limit // 100
                data = self._read(answer, limit + room, address)
        except HTTPError as error:
            error.close()
            if error.code in _GONE and not self._limit.over:
                return None
            raise self._failed(address, f"the server says {error.code} {error.reason}") from None
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise self._failed(address, str(getattr(error, "reason", error))) from None
        return _unpack(data, packed, limit, address)

    def _read(self, answer: Any, limit: int, address: str) -> bytes:
        """Read at most ``limit`` bytes: whoever sends more, or for ever, is cut off."""
        data = bytearray()
        while chunk := answer.read1(min(_CHUNK, limit + 1 - len(data))):
            data += chunk
            if len(data) > limit:
                raise _too_long(address, limit)
        if self._limit.over:  # what came looks like a whole answer if it has no stated length
            raise self._failed(address, "")
        if answer.length:
            raise _failed(address, f"it was cut off, {answer.length} bytes before its end")
        return bytes(data)

    def _failed(self, address: str, why: str) -> ServiceFailed:
        if self._limit.over:
            why = f"it took more than {self._limit.seconds:.0f} s"
        return _failed(address, why[:_MOST_SAID] or "no answer")


def _unpack(data: bytes, packed: str, limit: int, address: str) -> bytes:
    if packed in _PLAIN:
        return data
    if packed not in ("gzip", "x-gzip"):
        raise _failed(address, f"it is packed as {packed!r}, which was not asked for")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(data, limit + 1)
    except zlib.error as error:
        raise _failed(address, f"it cannot be unpacked: {error}") from None
    if len(plain) > limit:
        raise _too_long(address, limit)
    if not unpacker.eof or unpacker.unused_data:
        raise _failed(address, "it is not packed as a whole")
    return plain


def _too_long(address: str, limit: int) -> FoundDamage:
    return FoundDamage(f"{address} has more than {limit} bytes")


def _failed(address: str, why: str) -> ServiceFailed:
    return ServiceFailed(
        f"{address} cannot be fetched: {why}", hint="repeat later; nothing is lost"
    )
