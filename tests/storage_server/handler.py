"""One connection: requests of the JSON API of Google Cloud Storage, as its client sends them.

https://cloud.google.com/storage/docs/json_api and .../docs/performing-resumable-uploads
"""

import email
import json
import re
import secrets
import time
from http.server import BaseHTTPRequestHandler
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from storage_server.faults import Fault, Script
from storage_server.stored import UNIT, Bucket, Refused, Session, Stored, crc32c

_PATH = re.compile(r"(?:/(upload|download))?/storage/v1/b/([^/]+)(?:/o(?:/(.+))?)?")
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")
_FLIPPED = 0x10


class Cut(Exception):
    """The connection ends here."""


class Handler(BaseHTTPRequestHandler):
    """See the module."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    script: ClassVar[Script]
    buckets: ClassVar[dict[str, Bucket]]

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (Cut, ConnectionError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answered()

    do_POST = do_PUT = do_DELETE = do_GET

    def _answered(self) -> None:
        self.fault = Fault()
        self.left = int(self.headers.get("Content-Length") or 0)
        try:
            self._route()
        except Refused as refused:
            self._body()
            error = {"code": refused.status, "message": str(refused)}
            self._json({"error": error}, refused.status)

    def _route(self) -> None:
        parts = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        matched = _PATH.fullmatch(parts.path)
        if matched is None:
            raise Refused(404, "Not Found")
        way, bucket, name = matched.groups()
        kind = self._kind(way, name, "/o" in parts.path)
        self.fault = self.script.take(kind)
        if self.fault.unseen:
            raise Cut
        if self.fault.seconds:
            time.sleep(self.fault.seconds)
        if self.fault.status is not None:
            raise Refused(self.fault.status, "scripted")
        if bucket not in self.buckets:
            raise Refused(404, "The specified bucket does not exist.")
        self.bucket = self.buckets[bucket]
        getattr(self, f"_do_{kind}")(unquote(name or ""))

    def _kind(self, way: str | None, name: str | None, objects: bool) -> str:
        if self.command == "DELETE":
            return "delete"
        if self.command == "PUT":
            return "ask" if self.headers["Content-Range"].startswith("bytes */") else "put"
        if self.command == "POST":
            return "start" if self.query.get("uploadType") == "resumable" else "insert"
        if name is None:
            return "list" if objects else "bucket"
        return "download" if way == "download" or self.query.get("alt") == "media" else "get"

    def _do_bucket(self, _: str) -> None:
        self._json({"kind": "storage#bucket", "id": self.bucket.name, "name": self.bucket.name})

    def _do_list(self, _: str) -> None:
        found, token = self.bucket.page(
            self.query.get("prefix", ""),
            self.query.get("pageToken", ""),
            int(self.query.get("maxResults", "1000")),
        )
        answer: dict[str, object] = {"items": [one.metadata(self.bucket.name) for one in found]}
        self._json(answer | ({"nextPageToken": token} if token else {}))

    def _do_get(self, name: str) -> None:
        self._json(self.bucket.get(name, self._match).metadata(self.bucket.name))

    def _do_delete(self, name: str) -> None:
        self.bucket.remove(name, self._match)
        self._answer(204, b"", {})

    def _do_download(self, name: str) -> None:
        found = self.bucket.get(name, self._match)
        start, end = 0, len(found.data) - 1
        if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or ""):
            start, end = int(asked[1]), min(end, int(asked[2] or end))
            if start > end:
                raise Refused(416, "The requested range cannot be satisfied.")
        headers = {
            "Content-Type": "application/octet-stream",
            "x-goog-generation": str(found.generation),
            "x-goog-hash": f"crc32c={found.stated or crc32c(found.data)}",
        }
        if asked:
            headers["Content-Range"] = f"bytes {start}-{end}/{len(found.data)}"
        self._answer(206 if asked else 200, found.data[start : end + 1], headers)

    def _do_insert(self, name: str) -> None:
        body = self._body()
        stated = None
        if self.query["uploadType"] == "multipart":
            message = email.message_from_bytes(
                b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + body
            )
            about, content = message.get_payload()  # type: ignore[misc]
            fields = json.loads(about.get_payload(decode=True))  # type: ignore[union-attr]
            stated = fields.get("crc32c")
            name = fields["name"]
            # The parser would mend line ends: the bytes are taken as they came.
            mark = b"--" + message.get_boundary("").encode()
            body = body.split(mark, 2)[2].split(b"\r\n\r\n", 1)[1]
            body = body[: body.rindex(b"\r\n" + mark + b"--")]
            del content
        self._store(self.query.get("name", name), body, self._match, stated)

    def _do_start(self, _: str) -> None:
        body = self._body()
        name = self.query.get("name") or json.loads(body)["name"]
        size = self.headers.get("X-Upload-Content-Length")
        if self._match is not None and self._match == "0" and name in self.bucket.objects:
            raise Refused(412, "At least one of the pre-conditions you specified did not hold.")
        key = secrets.token_hex(8)
        self.bucket.sessions[key] = Session(name, self._match, int(size) if size else None)
        host = self.headers["Host"]
        where = f"http://{host}/upload/storage/v1/b/{self.bucket.name}/o"
        self._answer(200, b"", {"Location": f"{where}?uploadType=resumable&upload_id={key}"})

    def _do_ask(self, _: str) -> None:
        self._incomplete(self._session())

    def _do_put(self, _: str) -> None:
        session = self._session()
        matched = _RANGE.fullmatch(self.headers["Content-Range"])
        if matched is None or int(matched[1]) != len(session.data):
            raise Refused(400, "the piece does not begin where the last one ended")
        try:
            session.data += self._body()
        finally:
            complete = len(session.data) == session.size
            if not complete:  # a cut request may have brought a part
                del session.data[len(session.data) // UNIT * UNIT :]
        if not complete:
            return self._incomplete(session)
        self.bucket.sessions.pop(self.query["upload_id"])
        hashes = re.search(r"crc32c=([\w+/=]+)", self.headers.get("X-Goog-Hash") or "")
        stated = hashes[1] if hashes else None
        return self._store(session.name, bytes(session.data), session.match, stated)

    def _session(self) -> Session:
        key = self.query["upload_id"]
        if self.fault.gone:
            self.bucket.sessions.pop(key, None)
        if key not in self.bucket.sessions:
            raise Refused(410 if self.fault.gone else 404, "No such upload")
        return self.bucket.sessions[key]

    def _incomplete(self, session: Session) -> None:
        size = len(session.data)
        self._answer(308, b"", {"Range": f"bytes=0-{size - 1}"} if size else {})

    def _store(self, name: str, data: bytes, match: str | None, stated: str | None) -> None:
        if self.fault.garbled:
            data = bytes([data[0] ^ _FLIPPED]) + data[1:]
        if stated is not None and stated != crc32c(data):
            raise Refused(400, f'Provided CRC32C "{stated}" doesn\'t match calculated')
        if self.fault.flip:
            data = bytes([data[0] ^ _FLIPPED]) + data[1:]
        made: Stored = self.bucket.put(name, data, match, self.fault.stated)
        self._json(made.metadata(self.bucket.name))

    @property
    def _match(self) -> str | None:
        return self.query.get("ifGenerationMatch")

    def _body(self) -> bytes:
        """Return the body, or what comes of it before the connection is cut."""
        fault = self.fault
        limit = self.left
        for early in (fault.cut, fault.hang):
            limit = limit if early is None else min(limit, early)
        body = self.rfile.read(limit)
        self.left -= len(body)
        self.script.took(len(body))
        if self.left and (fault.cut is not None or fault.hang is not None):
            self._keep(body)
            fault.hanging.set()
            if fault.hang is not None:
                while self.rfile.read(UNIT):
                    pass
            raise Cut
        return body

    def _keep(self, body: bytes) -> None:
        session = self.bucket.sessions.get(self.query.get("upload_id", ""))
        if session is not None:
            session.data += body[: len(body) // UNIT * UNIT]

    def _json(self, value: object, status: int = 200) -> None:
        self._answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        fault = self.fault
        if fault.lost:
            raise Cut
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fault.cut is not None and self.command == "GET":
            self.wfile.write(body[: fault.cut])
            self.wfile.flush()
            raise Cut
        self.wfile.write(body)
        self.wfile.flush()
