"""With which rights Google Cloud Storage is used: a service account's file, or the application's.

Nothing that the library says of a key is repeated: it may contain the key.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from oneseek.domain.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

_SCOPES = ("https://www.googleapis.com/auth/devstorage.read_write",)


def find_credentials(file: Path | None) -> "Credentials":
    """Return the credentials in ``file``, else those of the application.

    Raises:
        NotFound: there is no such file, or the application has no credentials.
        InvalidInput: the file is not one of a service account.
    """
    import google.auth
    from google.auth.exceptions import GoogleAuthError
    from google.oauth2.service_account import Credentials as Account

    try:
        if file is not None:
            found: Credentials = Account.from_service_account_file(str(file), scopes=_SCOPES)
            return found
        return google.auth.default(scopes=_SCOPES)[0]
    except FileNotFoundError:
        raise NotFound(
            f"there is no file of credentials {file}", hint="see oneseek.toml, [firebase]"
        ) from None
    except GoogleAuthError as error:
        if file is None:
            raise NotFound(
                "there are no credentials for Google",
                hint="name the file of a service account in oneseek.toml, [firebase] credentials",
            ) from None
        raise _wrong(file) from error
    except (ValueError, OSError) as error:
        raise _wrong(file) from error


def _wrong(file: Path | None) -> InvalidInput:
    return InvalidInput(
        f"{file} is not the file of a service account",
        hint="download one from the Firebase console: Project settings, Service accounts",
    )
