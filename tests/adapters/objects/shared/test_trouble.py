import socket
from collections.abc import Iterator

import pytest

from oneseek.adapters.objects.shared import fsspec_place, s3_place
from oneseek.adapters.objects.shared.address import parse_address
from oneseek.adapters.objects.shared.trouble import explain
from oneseek.domain.errors import InvalidInput, NotFound, OneSeekError, ServiceFailed
from places import CREDENTIALS


def opening(url: str) -> OneSeekError:
    """Return the error that opening a place ends with: one line, and no secret in it."""
    address = parse_address(url)
    assert address is not None
    with pytest.raises(OneSeekError) as caught:
        address.open()
    assert "\n" not in caught.value.message
    assert CREDENTIALS["AWS_SECRET_ACCESS_KEY"] not in str(caught.value) + str(caught.value.hint)
    assert caught.value.hint
    return caught.value


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that takes connections and never answers."""
    monkeypatch.setattr(s3_place, "_READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_an_unknown_scheme_is_bad_input() -> None:
    found = opening("foo://bucket/x")
    assert isinstance(found, InvalidInput)
    assert "foo://" in found.message


def test_a_folder_that_is_not_there_is_not_made(tmp_path: object) -> None:
    found = opening(f"file://{tmp_path}/away")
    assert isinstance(found, ServiceFailed)
    assert "there is no folder" in found.message


def test_a_bucket_that_does_not_exist_is_told_from_an_object_that_does_not(s3_url: str) -> None:
    found = opening("s3://no-such-bucket/x")
    assert found.message == "s3://no-such-bucket/x does not exist"
    address = parse_address(s3_url)
    assert address is not None
    assert address.open().size("0" * 64) is None
    with pytest.raises(NotFound):
        address.open().found_digest("0" * 64)


def test_missing_credentials_are_told_of(
    credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    found = opening("s3://bucket/x")
    assert isinstance(found, ServiceFailed)
    assert "no credentials for s3://bucket/x" in found.message


def test_a_server_that_is_not_there_is_told_of(
    credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    found = opening("s3://bucket/x")
    assert isinstance(found, ServiceFailed)
    assert "could not reach s3://bucket/x" in found.message


def test_a_server_that_never_answers_is_given_up(
    credentials: None, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", silent)
    assert "could not reach" in opening("s3://bucket/x").message


def test_a_driver_that_never_answers_is_given_up(
    credentials: None, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_place, "_READ_SECONDS", 5)
    monkeypatch.setattr(fsspec_place, "FIRST_CONTACT_SECONDS", 0.2)
    monkeypatch.setenv("AWS_ENDPOINT_URL", silent)
    assert "no answer within" in opening("s3://bucket/x").message


def test_all_deadlines_together_are_about_twenty_seconds() -> None:
    assert s3_place._ATTEMPTS * s3_place._READ_SECONDS <= fsspec_place.FIRST_CONTACT_SECONDS
    assert s3_place._ATTEMPTS * s3_place._CONNECT_SECONDS <= fsspec_place.FIRST_CONTACT_SECONDS


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (PermissionError("Forbidden"), ServiceFailed, "refused to let us write to: Forbidden"),
        (NotImplementedError(), InvalidInput, "cannot be written to"),
        (BrokenPipeError(32, "Broken pipe"), ServiceFailed, "Broken pipe"),
        (OSError("no http://anna:cret@host"), ServiceFailed, "no http://…@host"),
        (RuntimeError("a\nb " + "x" * 900), ServiceFailed, "a b xxx"),
    ],
)
def test_whatever_a_driver_raises_becomes_one_sentence(
    error: Exception, kind: type[OneSeekError], says: str
) -> None:
    found = explain(error, "write to", "s3://bucket/x")
    assert isinstance(found, kind)
    assert says in found.message
    assert "\n" not in found.message
    assert "cret" not in found.message
    assert len(found.message) < 300
