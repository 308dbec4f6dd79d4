"""Reading from a server that may do anything: no answer is too long, too slow, or leads astray."""

import gzip
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from static_logs import Answer, redirect, send, served

from oneseek.adapters.static_log.http_source import HttpSource
from oneseek.domain.errors import FoundDamage, InvalidInput, ServiceFailed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "checkpoint").write_bytes(b"hello")
    (tmp_path / "tile").mkdir()
    (tmp_path / "tile" / "x001").write_bytes(b"deep")
    return tmp_path


def test_a_file_is_read_and_an_absent_one_is_none(folder: Path) -> None:
    with served(folder) as url:
        source = HttpSource(url + "/")
        assert source.fetch("checkpoint", 5) == b"hello"
        assert source.fetch("tile/x001", 100) == b"deep"
        assert source.fetch("nothing", 100) is None
        assert source.place == url


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(bytes(65536))
    except OSError:
        handler.close_connection = True


def trickle(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(200):
            handler.wfile.write(b".")
            handler.wfile.flush()
            time.sleep(0.02)
    except OSError:
        pass
    handler.close_connection = True


def drip(handler: BaseHTTPRequestHandler, begin: bytes, drop: bytes) -> None:
    """Send something endless long before the answer itself."""
    try:
        handler.wfile.write(begin)
        for _ in range(400):
            handler.wfile.write(drop)
            handler.wfile.flush()
            time.sleep(0.01)
    except OSError:
        pass
    handler.close_connection = True


def bomb(handler: BaseHTTPRequestHandler) -> None:
    send(handler, gzip.compress(bytes(10_000_000)), Content_Encoding="gzip")


@pytest.mark.parametrize("answer", [endless, bomb, lambda handler: send(handler, bytes(101))])
def test_an_answer_longer_than_asked_for_is_cut_off(folder: Path, answer: Answer) -> None:
    with (
        served(folder, {"checkpoint": answer}) as url,
        pytest.raises(FoundDamage, match="more than"),
    ):
        HttpSource(url).fetch("checkpoint", 100)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (trickle, "took more than"),
        (lambda handler: time.sleep(0.6), "timed out"),
        (lambda handler: handler.send_error(500), "the server says 500"),
        (lambda handler: send(handler, b"x", Content_Length="9"), "cut off, 8 bytes before"),
        (lambda handler: send(handler, b"x", Content_Encoding="br"), "packed as 'br'"),
        (lambda handler: send(handler, b"plain", Content_Encoding="gzip"), "unpacked"),
        (lambda handler: send(handler, gzip.compress(b"x")[:-1], Content_Encoding="gzip"), "whole"),
        (lambda handler: send(handler, gzip.compress(b"x") + b"y", Content_Encoding="gzip"), "who"),
        (lambda handler: handler.wfile.write(b"garbage\r\n\r\n"), "cannot be fetched"),
        (lambda handler: redirect(handler, "/checkpoint"), "redirect"),
        (lambda handler: redirect(handler, "file:///etc/passwd"), "not followed|not allowed"),
    ],
)
def test_what_a_bad_server_says_is_a_failure_and_nothing_worse(
    folder: Path, answer: Answer, why: str
) -> None:
    with (
        served(folder, {"checkpoint": answer}) as url,
        pytest.raises(ServiceFailed, match=why),
    ):
        HttpSource(url, timeout=0.3, deadline=0.5).fetch("checkpoint", 1000)


OK, AWAY = b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\nLocation: /other\r\n\r\n"


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (b"HTTP/1.1 ", b"2"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (OK + b"X: ", b"a"),
        (OK, b"X: a\r\n"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5;", b"a"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        (OK + b"\r\n", b"a"),
    ],
)
def test_a_server_that_never_comes_to_an_end_is_given_up_in_time(
    folder: Path, begin: bytes, drop: bytes
) -> None:
    with (
        served(folder, {"checkpoint": lambda handler: drip(handler, begin, drop)}) as url,
        pytest.raises(ServiceFailed, match=r"took more than|got more than 100"),
    ):
        HttpSource(url, timeout=5, deadline=0.3).fetch("checkpoint", 1000)


def test_the_body_of_a_redirect_is_not_waited_for(folder: Path) -> None:
    odd: dict[str, Answer] = {
        "checkpoint": lambda handler: drip(handler, AWAY, b"a"),
        "other": lambda handler: send(handler, b"hello"),
    }
    with served(folder, odd) as url:
        assert HttpSource(url, timeout=5, deadline=2).fetch("checkpoint", 1000) == b"hello"


def test_a_long_word_of_a_server_is_shortened(folder: Path) -> None:
    odd: dict[str, Answer] = {"checkpoint": lambda h: drip(h, b"x" * 60_000 + b"\r\n\r\n", b"a")}
    with served(folder, odd) as url, pytest.raises(ServiceFailed) as refused:
        HttpSource(url, timeout=5, deadline=2).fetch("checkpoint", 1000)
    assert len(refused.value.message) < 400


def test_a_redirect_is_followed_and_a_packed_file_unpacked(folder: Path) -> None:
    odd: dict[str, Answer] = {
        "moved": lambda handler: redirect(handler, "/packed"),
        "packed": lambda h: send(h, gzip.compress(b"hello"), Content_Encoding="gzip"),
    }
    with served(folder, odd) as url:
        assert HttpSource(url).fetch("moved", 5) == b"hello"


def test_nobody_there_is_a_failure() -> None:
    with pytest.raises(ServiceFailed, match="cannot be fetched"):
        HttpSource("http://127.0.0.1:9").fetch("checkpoint", 10)


@pytest.mark.parametrize(
    "url",
    ["ftp://x/y", "file:///etc", "http://", "https://me:secret@x.example/log", "http://x/?a=b"],
)
def test_what_is_no_plain_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        HttpSource(url)
    assert "secret" not in caught.value.message
