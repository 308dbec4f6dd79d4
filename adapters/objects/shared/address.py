"""Where the shared objects are: a URL as fsspec writes them, read strictly and without fsspec.

Credentials never belong into it: settings are copied, shown and committed. Every driver finds them
where its service keeps them (variables, a file of the user, the role of the machine).
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from oneseek.domain.errors import InvalidInput

if TYPE_CHECKING:
    from oneseek.adapters.objects.shared.place import Place

VARIABLE = "OQT_OBJECTS_URL"
_EXAMPLES = "for example file:///srv/objects, s3://bucket/prefix or gs://bucket/prefix"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")


@dataclass(frozen=True, slots=True)
class SharedAddress:
    """A place for objects. ``url`` holds no secret and does not end with a slash."""

    url: str

    @property
    def scheme(self) -> str:
        return self.url.partition("://")[0]

    @property
    def rest(self) -> str:
        """What follows ``scheme://``: host or bucket, and path."""
        return self.url.partition("://")[2]

    def open(self) -> "Place":
        """Return the place, after a first contact with it.

        Raises:
            InvalidInput: nobody knows this scheme.
            ServiceFailed: its library is not installed, or the place cannot be used.
        """
        if self.scheme == "file":
            from oneseek.adapters.objects.shared.folder_place import FolderPlace

            return FolderPlace(self.url, Path(unquote(self.rest)))
        from oneseek.adapters.objects.shared.fsspec_place import open_fsspec

        return open_fsspec(self)


def parse_address(url: str | None, source: str = VARIABLE) -> SharedAddress | None:
    """Read the URL that ``source`` (a variable or a setting) holds; None where it holds none.

    Raises:
        InvalidInput: it is not a URL of a place, or carries a password; it is never repeated.
    """
    if not url:
        return None
    scheme, found, rest = url.partition("://")
    if not found or _SCHEME.fullmatch(scheme) is None or "::" in url:
        raise InvalidInput(f"{source} is not a URL", hint=_EXAMPLES)
    authority = rest.partition("/")[0]
    if ":" in authority.rpartition("@")[0] or (scheme.startswith("s3") and "@" in authority):
        raise InvalidInput(
            f"{source} carries a password, which settings must not hold",
            hint="take it out of the URL: give credentials by the variables or the file of the "
            "service, such as AWS_ACCESS_KEY_ID or ~/.aws/credentials",
        )
    if "?" in rest or "#" in rest:
        raise InvalidInput(
            f"{source} has a query (? or #), which may hold a secret",
            hint="options of the service belong into its own variables, such as AWS_ENDPOINT_URL",
        )
    if not url.isprintable() or " " in url:
        raise InvalidInput(f"{source} holds a blank or a control character", hint=_EXAMPLES)
    if scheme == "file" and not (rest.startswith("/") and rest.strip("/")):
        raise InvalidInput(f"{source} is not file:/// and an absolute path", hint=_EXAMPLES)
    if not rest.strip("/"):
        raise InvalidInput(f"{source} names no bucket", hint=_EXAMPLES)
    return SharedAddress(f"{scheme}://{rest.rstrip('/')}")
