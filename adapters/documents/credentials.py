"""With which rights a Google service is used: a service account's file, or the application's own.

firebase-admin reads both. Nothing that it says of a key is repeated: it may contain the key.
"""

import functools
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from oneseek.adapters.documents.deadlines import TooLate, within
from oneseek.adapters.workspace.small_file import read_small
from oneseek.domain.errors import InvalidInput, NotFound, OneSeekError, ServiceFailed

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"

_TYPE = "service_account"
_FIELDS = ("client_email", "private_key", "token_uri")
_WHERE = (
    "name the file of a service account in oneseek.toml, [firebase] credentials, or in "
    f"{VARIABLE}; or run: gcloud auth application-default login"
)
_MAKE_ONE = (
    "download one from the Firebase console: Project settings, Service accounts, Generate new "
    "private key"
)


def find_credentials(file: Path | None, seconds: float) -> "Credentials":
    """Return credentials that Google has just accepted: of the file, else the application's.

    Raises:
        NotFound: there is no such file, or the application has no credentials.
        InvalidInput: the file is not one of a service account.
        ServiceFailed: the file cannot be read; Google refused them, or did not answer in time.
    """
    whose = str(file) if file else "the application default credentials"
    try:
        return within(seconds, functools.partial(_accepted, file, whose))
    except TooLate:
        raise ServiceFailed(
            f"Google did not accept {whose} within {seconds:g} seconds",
            hint="check the network, then repeat",
        ) from None


def _accepted(file: Path | None, whose: str) -> "Credentials":
    from google.auth.exceptions import GoogleAuthError, RefreshError
    from google.auth.transport.requests import Request

    found = _of_service_account(file) if file else _of_application()
    try:
        found.refresh(Request())  # type: ignore[no-untyped-call]
    except RefreshError as error:
        raise ServiceFailed(
            f"Google refused {whose}: {_code(error)}",
            hint="make a new key for the service account, and check this machine's clock",
        ) from None
    except (GoogleAuthError, OSError, ValueError):
        raise ServiceFailed(
            f"Google could not be asked whether it accepts {whose}",
            hint="check the network (and token_uri, if somebody changed the file), then repeat",
        ) from None
    return found


def _of_service_account(file: Path) -> "Credentials":
    from firebase_admin.credentials import Certificate

    info = _read(file)
    try:
        found: Credentials = Certificate(info).get_credential()
    except ValueError:
        raise _wrong(file, "its private key cannot be used") from None
    return found


def _read(file: Path) -> dict[str, str]:
    """Return the contents of a service account's file, with all that is needed of it."""
    try:
        found = json.loads(read_small(file))
    except FileNotFoundError:
        raise NotFound(f"there is no file of credentials {file}", hint=_WHERE) from None
    except OSError as error:
        raise ServiceFailed(f"the credentials {file} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise _wrong(file, "it is not JSON") from None
    kind = found.get("type") if isinstance(found, dict) else None
    if kind in ("authorized_user", "external_account", "impersonated_service_account"):
        raise InvalidInput(
            f"{file} holds credentials of the type {kind}, not of a service account",
            hint=f"use them as the application's own: {VARIABLE}={file}",
        )
    if kind != _TYPE:
        raise _wrong(file, f'it has no "type": "{_TYPE}"')
    missing = [name for name in _FIELDS if not isinstance(found.get(name), str)]
    if missing:
        raise _wrong(file, f"it lacks {', '.join(missing)}")
    return dict(found)


def _wrong(file: Path, why: str) -> OneSeekError:
    return InvalidInput(f"{file} is not the file of a service account: {why}", hint=_MAKE_ONE)


def _of_application() -> "Credentials":
    from firebase_admin.credentials import ApplicationDefault
    from google.auth.exceptions import GoogleAuthError

    try:
        found: Credentials = ApplicationDefault().get_credential()
    except (GoogleAuthError, OSError, ValueError):
        if named := os.environ.get(VARIABLE):
            raise InvalidInput(
                f"{VARIABLE} names {named}, which holds no credentials that can be used",
                hint=_MAKE_ONE,
            ) from None
        raise NotFound("there are no credentials for Google", hint=_WHERE) from None
    return found


def _code(error: Exception) -> str:
    """Return the code of the refusal (``invalid_grant``), and none of the rest."""
    answer = error.args[1] if len(error.args) > 1 else None
    code = answer.get("error") if isinstance(answer, dict) else None
    return code if isinstance(code, str) and len(code) < 50 else "no reason given"
