"""Firestore for tests: Google's emulator where it is installed, and a small one of our own."""

import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firestore_server.service import SmallFirestore

VARIABLE = "FIRESTORE_EMULATOR_HOST"

_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
_JAR = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
_FOLDERS = (
    "/usr/lib/google-cloud-sdk",
    "/usr/share/google-cloud-sdk",
    "/usr/local/share/google-cloud-sdk",
    "/opt/google-cloud-sdk",
    "/opt/homebrew/share/google-cloud-sdk",
    "/snap/google-cloud-cli/current",
)

# The shell waits for the end of its input, which comes when the tests end, however they do.
_KEPT = '"$@" </dev/null & java=$!; cat >/dev/null; kill -9 "$java"'
_START_SECONDS = 60


class NoEmulator(Exception):
    """Google's emulator is not here, or does not start; the message says which."""


@contextmanager
def in_repo_emulator() -> Iterator["SmallFirestore"]:
    """Run the small one while the block lasts; ``host`` is where, ``faults`` what it does wrong."""
    from firestore_server.service import SmallFirestore

    with SmallFirestore().running() as server:
        yield server


@contextmanager
def official_emulator(rules: Path | None = None, *, megabytes: int = 256) -> Iterator[str]:
    """Give ``HOST:PORT`` of Google's emulator: a running one, else one for this block.

    One with ``rules``, a file, is always started. Its documents have to fit into ``megabytes``.

    Raises:
        NoEmulator: there is none.
    """
    if rules is None and (running := os.environ.get(VARIABLE)):
        yield running
        return
    java, jar = _java(), _jar()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    words = [java, f"-Xmx{megabytes}m", "-Duser.language=en", "-cp", str(jar), _MAIN]
    words += ["--host=127.0.0.1", f"--port={port}", *([f"--rules={rules}"] if rules else [])]
    with tempfile.TemporaryFile() as log:
        shell = subprocess.Popen(
            ["/bin/sh", "-c", _KEPT, "sh", *words],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait_for(port, log.fileno())
            yield f"127.0.0.1:{port}"
        finally:
            assert shell.stdin is not None
            shell.stdin.close()
            shell.wait(30)


def absence() -> str | None:
    """Say why Google's emulator cannot be tried here, None where it can."""
    if os.environ.get(VARIABLE):
        return None
    try:
        _java(), _jar()
    except NoEmulator as error:
        return str(error)
    return None


def _wait_for(port: int, log: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("GET", "/")
            if asked.getresponse().read().startswith(b"Ok"):
                return
        said = os.pread(log, 2000, 0).decode(errors="replace")
        if "Error" in said or "Exception" in said:
            raise NoEmulator(f"it does not start: {said.splitlines()[0]}")
        time.sleep(0.05)
    raise NoEmulator(f"it did not start within {_START_SECONDS} seconds")


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None) or shutil.which("java")
    if java is None:
        raise NoEmulator("there is no java")
    return java


def _jar() -> Path:
    roots = [os.environ.get("CLOUDSDK_ROOT_DIR"), os.environ.get("CLOUDSDK_ROOT")]
    if gcloud := shutil.which("gcloud"):
        roots.append(str(Path(gcloud).resolve().parent.parent))
    for root in [*roots, *_FOLDERS, str(Path.home() / "google-cloud-sdk")]:
        if root and (jar := Path(root) / _JAR).is_file():
            return jar
    cache = Path.home() / ".cache" / "firebase" / "emulators"
    if found := sorted(cache.glob("cloud-firestore-emulator-v*.jar")):
        return found[-1]
    raise NoEmulator("no Cloud SDK with its Firestore emulator is installed")
