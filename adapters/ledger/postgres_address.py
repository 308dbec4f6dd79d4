"""Where a PostgreSQL ledger is: a libpq URL, and the schema inside the database.

The URL is libpq's, with one parameter more: ``?schema=``. Nothing here or later prints a password,
so an address that libpq reads differently than it was meant (a password with a bare ``@`` or ``/``
becomes a host or a database) is refused without repeating it.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from oneseek.domain.errors import InvalidInput

DEFAULT_SCHEMA = "oneseek"
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,39}")
_SECRET = ("password", "secret")
_CONNECT_SECONDS = "10"
_ENCODE = "write special characters of user and password as %XX (@ is %40, / is %2F)"


@dataclass(frozen=True, slots=True)
class Address:
    """A ledger's place. ``public`` is the URL without password, for messages and settings."""

    conninfo: str = field(repr=False)
    password: str = field(repr=False)
    schema: str
    public: str


def parse_address(url: str, source: str) -> Address:
    """Read a ``postgresql://`` URL that ``source`` (a variable or a setting) holds.

    Raises:
        InvalidInput: it is not such a URL.
    """
    try:
        base, _, rest = url.partition("?")
        query = dict(parse_qsl(rest, keep_blank_values=True, strict_parsing=bool(rest)))
        schema = query.pop("schema", DEFAULT_SCHEMA)
        given = f"{base}?{urlencode(query)}" if query else base
        values = {
            key: str(value) for key, value in conninfo_to_dict(given).items() if value is not None
        }
    except (ValueError, psycopg.Error):
        # The parsers' own words may hold a piece of the password.
        raise InvalidInput(f"{source} is not a PostgreSQL URL", hint=_ENCODE) from None
    ports = values.get("port", "").split(",")
    odd = values.get("host", "") + values.get("dbname", "").lstrip("/")
    if (
        "@" in odd
        or "/" in values.get("dbname", "")
        or not all(port == "" or port.isdecimal() for port in ports)
    ):
        raise InvalidInput(f"{source} names no host, port and database", hint=_ENCODE)
    if _SCHEMA.fullmatch(schema) is None:
        raise InvalidInput(
            f"{schema!r} in {source} is not a usable name of a schema",
            hint="small letters, digits and _, at most 40, no digit first",
        )
    values.setdefault("connect_timeout", _CONNECT_SECONDS)
    values.setdefault("application_name", "oneseek")
    return Address(
        conninfo=make_conninfo(**values),
        password=values.get("password", ""),
        schema=schema,
        public=_public(values, query, schema),
    )


def _public(values: dict[str, str], query: dict[str, str], schema: str) -> str:
    """Return the URL again, without any password."""
    kept = {key: value for key, value in query.items() if not any(word in key for word in _SECRET)}
    # What the query says goes before the rest of a URL, also for libpq.
    host = "" if "host" in kept else values.get("host", "")
    user = "" if "user" in kept else values.get("user", "")
    port = "" if "port" in kept else values.get("port", "")
    name = "" if "dbname" in kept else values.get("dbname", "")
    place = f"[{host}]" if ":" in host else host
    authority = (f"{_quoted(user)}@" if user else "") + place + (f":{port}" if port else "")
    shown = urlencode({**kept, "schema": schema})
    return f"postgresql://{authority}/{_quoted(name)}?{shown}"


def _quoted(text: str) -> str:
    return quote(text, safe="")
