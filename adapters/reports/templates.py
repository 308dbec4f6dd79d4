"""What the pages have in common: templates that escape every value, style sheets, cells of tables.

Everything in a report may have been written by somebody else (reasons, names, error messages):
there is no way around the escaping but :func:`style`, our own style sheets.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from oneseek.adapters.reports import words
from oneseek.adapters.reports.numbers import number

_LONG = 24
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KIND = re.compile(r"[a-z-]+/v\d+", re.ASCII)


def visible(value: Any) -> Any:
    """Return ``value`` with escapes for characters that nobody sees but that change what is seen.

    Turned writing direction, invisible signs and control characters: markup is not the only way to
    show what is not there.
    """
    if isinstance(value, str):
        return value if value.isprintable() else "".join(map(_seen, value))
    if isinstance(value, Mapping):
        return {key: visible(item) for key, item in value.items()}
    return [visible(item) for item in value] if isinstance(value, list | tuple) else value


def _seen(char: str) -> str:
    return char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1]


@cache
def environment() -> jinja2.Environment:
    """Return where templates come from, with the filters that they use."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("oneseek.adapters.reports", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = number
    made.filters["sentence"] = _sentence
    made.filters["time"] = lambda text: text[:19].replace("T", " ")
    made.filters["cell"] = _cell
    made.filters["heading"] = lambda name: words.HEADINGS.get(name, name)
    made.filters["long"] = lambda value: len(str(value)) > _LONG
    return made


@cache
def style(*names: str) -> Markup:
    """Return the style sheets called ``names``, one after the other."""
    folder = files("oneseek.adapters.reports")
    return Markup("".join(folder.joinpath(f"{name}.css").read_text("utf-8") for name in names))


def _sentence(text: str) -> str:
    """Return ``text`` with a capital letter and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", ")")) else ".")


def _cell(value: object) -> Markup:
    """Return a cell of a table, its value escaped; times and digests as people read them."""
    text = number(value)
    if _TIME.fullmatch(text):
        shown = text[:19].replace("T", " ")
        return Markup('<td class="time">{}</td>').format(shown)
    if _DIGEST.fullmatch(text):
        return Markup('<td class="long" title="{}">{}…</td>').format(text, text[:16])
    if _KIND.fullmatch(text):
        return Markup("<td>{}</td>").format(text.rpartition("/")[0])
    style = Markup(' class="long"') if len(text) > _LONG and " " not in text else ""
    return Markup("<td{}>{}</td>").format(style, text)
