import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from oneseek.adapters.documents.credentials import VARIABLE, find_credentials
from oneseek.adapters.documents.deadlines import Deadlines
from oneseek.adapters.documents.firestore import EMULATOR, open_firestore
from oneseek.domain.errors import InvalidInput, NotFound, OneSeekError, ServiceFailed

SECRET = "s3cret-k3y"

NO_METADATA_SERVER = "google.auth.compute_engine._metadata._NO_GCE_CHECK"
"""The library reads the variable of this name once, when it is imported."""


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's own credentials, and no metadata server, take part."""
    for name in (VARIABLE, EMULATOR):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "no gcloud"))
    monkeypatch.setattr(NO_METADATA_SERVER, True)


@pytest.fixture(scope="module")
def key() -> str:
    made = rsa.generate_private_key(65537, 2048)
    return made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture
def account(key: str) -> dict[str, Any]:
    return {
        "type": "service_account",
        "project_id": "demo",
        "private_key": key,
        "client_email": "writer@demo.iam.gserviceaccount.com",
        "token_uri": "http://127.0.0.1:1/token",
    }


def written(path: Path, info: object) -> Path:
    path.write_text(info if isinstance(info, str) else json.dumps(info), "utf-8")
    return path


@contextmanager
def google(status: int, answer: dict[str, Any]) -> Iterator[str]:
    """Answer every request for a token so."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/token"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def silence() -> Iterator[int]:
    """A port that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def refusal(file: Path | None, seconds: float = 20.0) -> OneSeekError:
    with pytest.raises(OneSeekError) as caught:
        find_credentials(file, seconds)
    error = caught.value
    assert error.__suppress_context__ or error.__context__ is None
    for text in (error.message, error.hint or ""):
        assert SECRET not in text
        assert "\n" not in text
    return error


def test_a_file_that_google_accepts_gives_credentials(
    tmp_path: Path, account: dict[str, Any]
) -> None:
    with google(200, {"access_token": "t0ken", "expires_in": 3600}) as uri:
        file = written(tmp_path / "key.json", account | {"token_uri": uri})
        found: Any = find_credentials(file, 20.0)
        assert (found.token, found.valid) == ("t0ken", True)


def test_the_applications_own_credentials_are_used_without_a_file(
    tmp_path: Path, account: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with google(200, {"access_token": "t0ken", "expires_in": 3600}) as uri:
        file = written(tmp_path / "key.json", account | {"token_uri": uri})
        monkeypatch.setenv(VARIABLE, str(file))
        found: Any = find_credentials(None, 20.0)
        assert found.token == "t0ken"


def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    error = refusal(tmp_path / "key.json")
    assert isinstance(error, NotFound)
    assert "key.json" in error.message
    assert "[firebase] credentials" in (error.hint or "")


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in (".", "pipe"):
        assert isinstance(refusal(tmp_path / name), ServiceFailed)


@pytest.mark.parametrize(
    ("info", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ([SECRET], '"type": "service_account"'),
        ({"type": SECRET}, '"type": "service_account"'),
        ({"type": [SECRET]}, '"type": "service_account"'),
        ({"type": "authorized_user", "refresh_token": SECRET}, "of the type authorized_user"),
        ({"type": "service_account"}, "lacks client_email, private_key, token_uri"),
    ],
)
def test_a_file_of_something_else_is_said_in_one_sentence(
    tmp_path: Path, info: object, why: str
) -> None:
    error = refusal(written(tmp_path / "key.json", info))
    assert isinstance(error, InvalidInput)
    assert why in error.message
    assert error.hint


@pytest.mark.parametrize(
    "wrong",
    [
        SECRET,
        f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n",
    ],
)
def test_a_key_that_is_none_is_refused_and_not_repeated(
    tmp_path: Path, account: dict[str, Any], wrong: str
) -> None:
    error = refusal(written(tmp_path / "key.json", account | {"private_key": wrong}))
    assert isinstance(error, InvalidInput)
    assert "private key" in error.message
    number = refusal(written(tmp_path / "key.json", account | {"private_key": 5}))
    assert "lacks private_key" in number.message


def test_a_refusal_of_google_gives_its_code_and_nothing_else(
    tmp_path: Path, account: dict[str, Any]
) -> None:
    answer = {"error": "invalid_grant", "error_description": SECRET}
    with google(400, answer) as uri:
        error = refusal(written(tmp_path / "key.json", account | {"token_uri": uri}))
    assert isinstance(error, ServiceFailed)
    assert error.message.endswith("key.json: invalid_grant")


def test_no_network_is_said_so(tmp_path: Path, account: dict[str, Any]) -> None:
    error = refusal(written(tmp_path / "key.json", account))
    assert isinstance(error, ServiceFailed)
    assert "could not be asked" in error.message


def test_google_that_says_nothing_is_waited_for_no_longer_than_the_deadline(
    tmp_path: Path, account: dict[str, Any]
) -> None:
    with silence() as port:
        uri = f"http://127.0.0.1:{port}/token"
        error = refusal(written(tmp_path / "key.json", account | {"token_uri": uri}), 0.3)
    assert isinstance(error, ServiceFailed)
    assert "within 0.3 seconds" in error.message


def test_without_any_credentials_the_ways_to_give_some_are_named() -> None:
    error = refusal(None)
    assert isinstance(error, NotFound)
    assert VARIABLE in (error.hint or "")


def test_a_variable_that_leads_nowhere_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone.json"))
    error = refusal(None)
    assert isinstance(error, InvalidInput)
    assert "gone.json" in error.message
    monkeypatch.setenv(VARIABLE, str(written(tmp_path / "gone.json", {"type": SECRET})))
    assert isinstance(refusal(None), InvalidInput)


def test_a_metadata_server_that_says_nothing_is_waited_for_no_longer_than_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(NO_METADATA_SERVER, False)
    with silence() as port:
        monkeypatch.setenv("GCE_METADATA_IP", f"127.0.0.1:{port}")
        error = refusal(None, 0.3)
    assert isinstance(error, ServiceFailed)


def test_credentials_are_asked_for_before_a_project_is_opened(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        open_firestore("demo-x", credentials=tmp_path / "none.json", deadlines=Deadlines())
