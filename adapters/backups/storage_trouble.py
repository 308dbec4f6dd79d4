"""Errors of Google Cloud Storage as one sentence each, with what to do.

The driver's words are shortened, and never name the session of an upload: whoever knows its address
may go on with it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core import exceptions as api
from google.auth.exceptions import GoogleAuthError
from google.cloud.storage.exceptions import DataCorruption

from oneseek.adapters.objects.shared.trouble import explain
from oneseek.domain.errors import FoundDamage, OneSeekError, ServiceFailed

_REQUEST = re.compile(r"^[A-Z]+ https?://\S+: ")
_SESSION = re.compile(r"upload_id=[^&\s)'\"]*")


@contextmanager
def storage_errors(doing: str, url: str) -> Iterator[None]:
    """Turn what the library raises in the block into our own errors, which pass."""
    try:
        yield
    except OneSeekError:
        raise
    except Exception as error:
        raise explained(error, doing, url) from None


def explained(error: Exception, doing: str, url: str) -> OneSeekError:
    """Return what an error of the library means to whoever must act."""
    if isinstance(error, api.RetryError) and isinstance(error.cause, Exception):
        error = error.cause
    if isinstance(error, api.NotFound):
        return ServiceFailed(
            f"{url} does not exist: there is no such bucket",
            hint="check the name of the bucket; it is made in the console of Firebase",
        )
    if isinstance(error, api.Unauthorized | GoogleAuthError):
        return ServiceFailed(
            f"{url} did not accept the credentials",
            hint="check [firebase] credentials, and the clock of this machine",
        )
    if isinstance(error, api.Forbidden):
        return explain(PermissionError(_words(error)), doing, url)
    if isinstance(error, api.PreconditionFailed):
        return ServiceFailed(
            f"somebody else changed {url} at the same time", hint="look who writes there, repeat"
        )
    if isinstance(error, DataCorruption):
        return FoundDamage(
            f"what was read from {url} is not what the service says it is",
            hint="repeat; if it stays so, the object is damaged there",
        )
    return explain(ConnectionError(_words(error)), doing, url)


def _words(error: Exception) -> str:
    text = error.message if isinstance(error, api.GoogleAPICallError) else str(error)
    return _SESSION.sub("…", _REQUEST.sub("", text or type(error).__name__))
