"""Errors of a remote place as one sentence for a person, with what to do.

Drivers raise what they like: errors of the system, of HTTP libraries, of their service. They are
told apart by what they are and by name, so that none of these libraries has to be imported.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from oneseek.domain.errors import InvalidInput, OneSeekError, ServiceFailed

_NO_CREDENTIALS = frozenset(
    "NoCredentialsError PartialCredentialsError NoAuthTokenError DefaultCredentialsError "
    "TokenRetrievalError SSOTokenLoadError UnauthorizedSSOTokenError ProfileNotFound".split()
)
_CREDENTIALS = (
    "give them as the service wants them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or "
    "~/.aws/credentials for S3, GOOGLE_APPLICATION_CREDENTIALS for Google; never in oneseek.toml"
)
_LONGEST = 200
_USER = re.compile(r"//[^/@\s]+@")


@contextmanager
def place_errors(doing: str, url: str) -> Iterator[None]:
    """Turn whatever a driver raises in the block into ServiceFailed; our own errors pass."""
    try:
        yield
    except OneSeekError:
        raise
    except Exception as error:
        raise explain(error, doing, url) from error


def explain(error: Exception, doing: str, url: str) -> OneSeekError:
    """Return what an error of a driver means to whoever must act."""
    name = type(error).__name__
    if name in _NO_CREDENTIALS:
        return ServiceFailed(f"there are no credentials for {url}", hint=_CREDENTIALS)
    if isinstance(error, PermissionError):
        return ServiceFailed(
            f"{url} refused to let us {doing}: {_words(error)}",
            hint="check the credentials and their rights: list, read and write",
        )
    if isinstance(error, FileNotFoundError):
        return ServiceFailed(
            f"{url} does not exist",
            hint="check the name of the bucket or folder; it is made outside of oneseek",
        )
    if isinstance(error, NotImplementedError):
        return InvalidInput(f"{url} cannot be written to", hint="name another kind of place")
    return ServiceFailed(
        f"could not {doing} {url}: {_words(error)}",
        hint="check network, address and service, then repeat",
    )


def _words(error: Exception) -> str:
    """Return the driver's own words, on one line and not too many of them."""
    text = " ".join(str(error).split()) or type(error).__name__
    text = _USER.sub("//…@", text)  # an endpoint may hold a password
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
