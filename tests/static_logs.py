"""Static logs for tests: published from a workbench, served by a real server, tampered with."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from builders import ORIGIN
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519
from oneseek.adapters.static_log.folder import LogFolder
from oneseek.adapters.static_log.mirroring import mirror
from oneseek.adapters.static_log.publishing import Outcome, publish
from oneseek.adapters.static_log.source import FolderSource, Source
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.usecases.keys import trusted_keys
from workbench import Workbench

Answer = Callable[[BaseHTTPRequestHandler], None]


def publish_bench(bench: Workbench, folder: Path, note: bytes | None = None) -> Outcome:
    """Publish the ledger of ``bench`` as the command does."""
    head = bench.ledger.head()
    keys = trusted_keys(bench.ledger, head, (bench.key,), ORIGIN, check_ed25519).keys
    note = note or head.checkpoint
    return publish(bench.ledger, note, LogFolder(folder), keys, lambda _: None)


def mirror_of(source: Path | Source, folder: Path, *keys: VerifierKey) -> Outcome:
    """Mirror as the command does."""
    place = FolderSource(source) if isinstance(source, Path) else source
    return mirror(place, LogFolder(folder), keys, lambda *_: None)


def files(folder: Path) -> dict[str, bytes]:
    """Return what a server would give out: every file of a static log, without locks."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock" and ".partial" not in path.parts
    }


def seal(bench: Workbench, size: int, root: bytes, key: str = "key.pem") -> bytes:
    """Sign any tree with a key of ``bench``: what an owner does who cheats."""
    return Ed25519Sealer(ORIGIN, bench.folder / key)(size, root)


@contextmanager
def served(folder: Path, odd: Mapping[str, Answer] | None = None) -> Iterator[str]:
    """Serve ``folder`` over HTTP; paths in ``odd`` are answered by a function of the test's."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            if odd and name in odd:
                odd[name](self)
                return
            path = folder / name
            if not path.is_file():
                self.send_error(404)
                return
            send(self, path.read_bytes())

        def log_message(self, format: str, *args: object) -> None:
            """Nobody wants to read it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(handler: BaseHTTPRequestHandler, data: bytes, **headers: str) -> None:
    """Answer with ``data``; underscores in the names of headers are hyphens."""
    handler.send_response(200)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    if "Content_Length" not in headers:
        handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def redirect(handler: BaseHTTPRequestHandler, to: str) -> None:
    handler.send_response(302)
    handler.send_header("Location", to)
    handler.send_header("Content-Length", "0")
    handler.end_headers()
