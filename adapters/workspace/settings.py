"""``oneseek.toml``: the settings of a workspace, read strictly."""

import json
import re
import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from oneseek.adapters.workspace.small_file import read_small
from oneseek.domain.errors import InvalidInput, ServiceFailed

_TEMPLATE = """\
# Settings of this OneSeek workspace. Every line can be left out except the origin.

[ledger]
# The log's name in every checkpoint. It was fixed when the ledger was opened.
origin = "{origin}"
{url}
[objects]
# A place that several machines share, such as "file:///srv/objects" or "s3://bucket/prefix";
# OQT_OBJECTS_URL goes before it. Never with a password. Default: .oneseek/objects alone.
{objects}

[actor]
# Who is recorded as acting; OQT_ACTOR and --actor go before it. Default: the login name.
# name = "anna@example.org"

[projections]
# Also keep the historic layout for old programs: models/oneseek-7b-zero and models/oqt.
# legacy_tree = true

[firebase]
# Without a project, the collections oqt_* are kept in .oneseek/mirror.db instead.
# project = "my-project"
# credentials = "/etc/oneseek/service-account.json"   # default: those of the application
# bucket = "my-project.appspot.com"                   # for oneseek backup run --to firebase

[backup]
# Where backups go by default: "local" (models/backups), "firebase", or a URL such as
# "s3://bucket/prefix" or "file:///mnt/disk/oneseek".
# to = ["local"]

[retention]
# How many stay. Major versions never expire in the cloud; what is active, held, or the last
# verified copy is never pruned.
# cloud_micro = 100
# local_major = 5
# local_micro = 50
# local_every = 10
# weights_major = 3
# weights_micro = 50
# daily = 7
# weekly = 12
# ledger = 10
# grace_days = 30
"""

_URL = """\
# Where the ledger is; OQT_LEDGER_URL goes before it. A password is better kept in ~/.pgpass or
# PGPASSWORD.
url = {url}
"""


class LedgerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[ledger]``."""

    origin: str
    url: str | None = None


class ObjectsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[objects]``."""

    url: str | None = None


class ActorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[actor]``."""

    name: str | None = None


class ProjectionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[projections]``: those that a workspace need not have."""

    legacy_tree: bool = False


class FirebaseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[firebase]``."""

    project: str | None = None
    credentials: str | None = None
    """Path of a service account's file, relative to the workspace."""
    database: str = "(default)"
    bucket: str | None = None


class BackupSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[backup]``."""

    to: tuple[str, ...] = ("local",)


Kept = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class RetentionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[retention]``: how many of each stay."""

    cloud_micro: Kept = 100
    local_major: Kept = 5
    local_micro: Kept = 50
    local_every: Kept = 10
    weights_major: Kept = 3
    weights_micro: Kept = 50
    daily: Kept = 7
    weekly: Kept = 12
    ledger: Kept = 10
    grace_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = 30


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    ledger: LedgerSettings
    objects: ObjectsSettings = ObjectsSettings()
    actor: ActorSettings = ActorSettings()
    projections: ProjectionSettings = ProjectionSettings()
    firebase: FirebaseSettings = FirebaseSettings()
    backup: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()


def settings_text(origin: str, url: str | None = None, objects: str | None = None) -> str:
    """Return the settings file of a new workspace; the URLs of ledger and objects are public."""
    return _TEMPLATE.format(
        origin=origin,
        url=_URL.format(url=json.dumps(url)) if url else "",
        objects=f"url = {json.dumps(objects)}" if objects else '# url = "s3://bucket/prefix"',
    )


def read_settings(path: Path) -> Settings:
    """Read ``oneseek.toml``.

    Raises:
        InvalidInput: it is not TOML, or has an unknown or wrong setting; the message names it.
        ServiceFailed: it cannot be read.
    """
    try:
        return msgspec.convert(tomllib.loads(read_small(path).decode()), Settings)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} is not TOML: {error}") from None
    except RecursionError:
        raise InvalidInput(f"{path} is not TOML: it is nested too deep") from None
    except msgspec.ValidationError as error:
        raise InvalidInput(f"{path} has a wrong setting: {error}") from None
    except OSError as error:
        raise ServiceFailed(f"{path} cannot be read: {error.strerror}") from None


def with_ledger_url(path: Path, url: str | None) -> bytes:
    """Return the settings in the file at ``path`` with another ``[ledger] url``, or without one.

    Comments and every other line stay as they are.

    Raises:
        InvalidInput: they are written in a way that only a person can change.
    """
    before = read_settings(path)
    text = path.read_text("utf-8")
    line = [] if url is None else [f"url = {json.dumps(url, ensure_ascii=False)}"]
    lines = text.splitlines()
    table = ""
    kept: list[str] = []
    for content in lines:
        if content.lstrip().startswith("["):
            table = content.strip()
        if table == "[ledger]" and re.match(r"\s*url\s*=", content):
            continue
        kept.append(content)
        if table == "[ledger]" and re.match(r"\s*origin\s*=", content):
            kept += line
    changed = "\n".join(kept) + "\n"
    try:
        after = msgspec.convert(tomllib.loads(changed), Settings)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError):
        after = None
    wanted = msgspec.structs.replace(before, ledger=LedgerSettings(before.ledger.origin, url))
    if after != wanted:
        what = f"url = {json.dumps(url)}" if url else "no url"
        raise InvalidInput(
            f"{path} cannot be changed safely by this command",
            hint=f"write [ledger] with origin and url on lines of their own; it is to get {what}",
        )
    return changed.encode()
