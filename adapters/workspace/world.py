"""The clock, the random numbers and the name of whoever acts."""

import getpass
import os
from datetime import UTC, datetime

from oneseek.domain.errors import InvalidInput

VARIABLE = "OQT_ACTOR"
MAX_ACTOR = 256
"""Characters; the format of an entry allows no more."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemEntropy:
    """The operating system's random numbers."""

    def token(self, size: int) -> bytes:
        return os.urandom(size)


def actor_name(given: str | None, configured: str | None) -> str:
    """Return who acts: as given, from ``OQT_ACTOR``, from the settings, or the login name.

    Raises:
        InvalidInput: the name is too long, or holds what cannot be printed on one line.
    """
    name = (given or os.environ.get(VARIABLE) or configured or "").strip()
    if len(name) > MAX_ACTOR or not name.isprintable():
        raise InvalidInput(
            f"not a usable name of whoever acts: {name[:40]!r}",
            hint=f"1 to {MAX_ACTOR} printable characters",
        )
    if name:
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in a bare container
        return f"uid-{os.getuid()}"
