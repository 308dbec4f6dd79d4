"""The clock, the random numbers and the name of whoever acts."""

import getpass
import os
from datetime import UTC, datetime

VARIABLE = "OQT_ACTOR"


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemEntropy:
    """The operating system's random numbers."""

    def token(self, size: int) -> bytes:
        return os.urandom(size)


def actor_name(given: str | None, configured: str | None) -> str:
    """Return who acts: as given, from ``OQT_ACTOR``, from the settings, or the login name."""
    name = given or os.environ.get(VARIABLE) or configured
    if name:
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in a bare container
        return f"uid-{os.getuid()}"
