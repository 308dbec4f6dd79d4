"""Names of the old system for tests: what is read out of one, and strategies that build them."""

from dataclasses import fields

from hypothesis import strategies as st

from oneseek.domain.names import LANGUAGES
from oneseek.migrations.rules.names import LegacyName, Unreadable, read_name

HEX8 = st.integers(0, 2**32 - 1).map(lambda value: f"{value:08x}")
NUMBERS = st.integers(0, 999_999_999)
LANGUAGE = st.sampled_from(LANGUAGES)
TOKEN = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="_-+/\\"),
    min_size=2,
    max_size=12,
)
TOKENS = st.lists(TOKEN, min_size=1, max_size=3).map(tuple)
BASE = st.from_regex(r"[a-z][a-z0-9]{1,6}(-[a-z0-9]{1,6}){1,3}", fullmatch=True)
STAMP = st.datetimes().map(lambda time: f"{time:%Y%m%d%H%M%S}".zfill(14))


def read(text: str) -> LegacyName:
    """Read a name that must be readable."""
    name = read_name(text)
    assert isinstance(name, LegacyName), name
    return name


def parts(text: str) -> dict[str, object]:
    """Return what is there of a readable name, but for its text and remarks."""
    name = read(text)
    found = {field.name: getattr(name, field.name) for field in fields(name)}
    return {
        key: value
        for key, value in found.items()
        if value not in (None, ()) and key not in ("text", "remarks")
    }


def reason(text: str) -> str:
    """Return why a text is unreadable."""
    name = read_name(text)
    assert isinstance(name, Unreadable), name
    assert name.reason.startswith("unreadable because ")
    return name.reason.removeprefix("unreadable because ")
