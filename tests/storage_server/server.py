"""The server: started in this process on a port of its own, driven by the real client library.

Others' servers (fake-gcs-server, gcp-storage-emulator) cannot stand in for it: both ignore the
checksum that comes with the last piece and the preconditions of resumable uploads and deletions,
and the first publishes half an object when it is asked how much of it has arrived (measured).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from threading import Thread

from storage_server.faults import Script
from storage_server.handler import Handler
from storage_server.stored import Bucket


@dataclass(frozen=True)
class Running:
    """A server with one bucket. ``url`` is what STORAGE_EMULATOR_HOST is to be."""

    url: str
    bucket: Bucket
    script: Script


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # whoever was cut off, or killed, is no failure of the server


@contextmanager
def storage_server(bucket: str = "things") -> Iterator[Running]:
    """Run a server while the block lasts."""
    made, script = Bucket(bucket), Script()
    handler = type("Bound", (Handler,), {"script": script, "buckets": {bucket: made}})
    server = _Server(("127.0.0.1", 0), handler)
    thread = Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield Running(f"http://127.0.0.1:{server.server_port}", made, script)
    finally:
        server.shutdown()
        server.server_close()
