"""What the library raises, as one sentence each."""

import pytest
import requests
from google.api_core import exceptions as api
from google.auth.exceptions import RefreshError

from oneseek.adapters.backups.storage_trouble import explained, storage_errors
from oneseek.domain.errors import NotFound, ServiceFailed

URL = "gs://things"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (api.NotFound("x"), "no such bucket"),
        (api.Unauthorized("x"), "credentials"),
        (RefreshError("x"), "credentials"),
        (api.Forbidden("no right to list"), "refused to let us list: no right to list"),
        (api.PreconditionFailed("x"), "somebody else changed"),
        (api.RetryError("Timeout", api.Forbidden("no right")), "no right"),
        (api.RetryError("Timeout", None), "could not list gs://things: Timeout"),
        (api.ServiceUnavailable("PUT https://x/y?upload_id=k: later"), "gs://things: later"),
        (requests.ConnectionError(), "ConnectionError"),
    ],
)
def test_every_error_is_one_sentence_with_a_hint(error: Exception, words: str) -> None:
    found = explained(error, "list", URL)
    assert type(found) is ServiceFailed
    assert words in found.message
    assert URL in found.message
    assert found.hint


def test_the_address_of_a_session_is_never_repeated() -> None:
    words = "HTTPConnectionPool(host='x'): Max retries (Caused by /o?upload_id=s3cret&a=b)"
    assert "s3cret" not in explained(requests.ConnectionError(words), "write to", URL).message


def test_our_own_errors_pass() -> None:
    with pytest.raises(NotFound, match="ours"), storage_errors("list", URL):
        raise NotFound("ours")
