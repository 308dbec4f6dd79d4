"""``oneseek.toml``: the settings of a workspace, read strictly."""

import tomllib
from pathlib import Path

import msgspec

from oneseek.domain.errors import InvalidInput, ServiceFailed

_TEMPLATE = """\
# Settings of this OneSeek workspace. Every line can be left out except the origin.

[ledger]
# The log's name in every checkpoint. It was fixed when the ledger was opened.
origin = "{origin}"

[actor]
# Who is recorded as acting; OQT_ACTOR and --actor go before it. Default: the login name.
# name = "anna@example.org"
"""


class LedgerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[ledger]``."""

    origin: str


class ActorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[actor]``."""

    name: str | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    ledger: LedgerSettings
    actor: ActorSettings = ActorSettings()


def settings_text(origin: str) -> str:
    """Return the settings file of a new workspace."""
    return _TEMPLATE.format(origin=origin)


def read_settings(path: Path) -> Settings:
    """Read ``oneseek.toml``.

    Raises:
        InvalidInput: it is not TOML, or has an unknown or wrong setting; the message names it.
        ServiceFailed: it cannot be read.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Settings)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} is not TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise InvalidInput(f"{path} has a wrong setting: {error}") from None
    except OSError as error:
        raise ServiceFailed(f"{path} cannot be read: {error.strerror}") from None
