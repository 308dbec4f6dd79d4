"""The report of an audit as one HTML file: no script, nothing from outside, the same bytes always.

Everything in a report may have been written by somebody else (reasons, names, error messages): the
templates escape every value, and there is no way around it but :func:`_style`, our own style sheet.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from oneseek.adapters.reports import lineage, words
from oneseek.adapters.reports.timeline import timeline

_LISTED: dict[str, tuple[str, ...]] = {
    "activity": ("from_entry", "from", "until_entry", "until", "active", "cause", "actor"),
    "removals": (),
    "interventions": (),
    "versions": ("dna", "entry", "time", "manifest", "weights", "training"),
    "bases": (),
    "datasets": (),
    "metrics": (),
    "signatures": (),
    "reproductions": (),
    "witnesses": (),
}
"""The tables of the page in their order, with the columns that are shown: all where none is named.
What the drawings show is left out."""
_MOST_ROWS = 200
_LONG = 24
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KIND = re.compile(r"[a-z-]+/v\d+", re.ASCII)


def render(document: Mapping[str, Any]) -> bytes:
    """Return the page for the document of an audit (format ``oneseek-audit/v1``)."""
    document = _visible(document)
    tables = {
        table["name"]: table for question in document["questions"] for table in question["tables"]
    }
    rows = {name: list(_rows(table)) for name, table in tables.items()}
    states = {row["manifest"]: row["state"] for row in rows.get("states", [])}
    figures = lineage.figures(
        rows.get("versions", []), rows.get("bases", []), rows.get("datasets", []), states
    )
    page = (
        _environment()
        .get_template("audit.html")
        .render(
            doc=document,
            style=_style(),
            words=words,
            graphs=list(figures),
            versions=tables.get("versions", {"count": 0})["count"],
            drawn=lineage.PER_FIGURE * lineage.MOST_FIGURES,
            timeline=timeline(
                rows.get("activity", []), rows.get("removals", []), document["ledger"]["time"]
            ),
            tables=[
                _narrowed(tables[name], columns)
                for name, columns in _LISTED.items()
                if name in tables and tables[name]["rows"]
            ],
        )
    )
    return page.encode("utf-8", "backslashreplace")


def _visible(value: Any) -> Any:
    """Return ``value`` with escapes for characters that nobody sees but that change what is seen.

    Turned writing direction, invisible signs and control characters: markup is not the only way to
    show what is not there.
    """
    if isinstance(value, str):
        return value if value.isprintable() else "".join(map(_seen, value))
    if isinstance(value, Mapping):
        return {key: _visible(item) for key, item in value.items()}
    return [_visible(item) for item in value] if isinstance(value, list | tuple) else value


def _seen(char: str) -> str:
    return char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1]


def _rows(table: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    return (dict(zip(table["columns"], row, strict=True)) for row in table["rows"])


def _narrowed(table: Mapping[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    """Return a table as the page shows it: fewer columns, and the first rows."""
    shown = columns or tuple(table["columns"])
    rows = [[row[name] for name in shown] for row in _rows(table)]
    return {
        "title": table["title"],
        "columns": shown,
        "rows": rows[:_MOST_ROWS],
        "count": table["count"],
    }


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("oneseek.adapters.reports", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = _number
    environment.filters["sentence"] = _sentence
    environment.filters["time"] = lambda text: text[:19].replace("T", " ")
    environment.filters["cell"] = _cell
    environment.filters["heading"] = lambda name: words.HEADINGS.get(name, name)
    environment.filters["long"] = lambda value: len(str(value)) > _LONG
    return environment


def _number(value: object) -> str:
    """Return a whole number with spaces between thousands, anything else as it is."""
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")
    return "" if value is None else str(value)


def _sentence(text: str) -> str:
    """Return ``text`` with a capital letter and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", ")")) else ".")


def _cell(value: object) -> Markup:
    """Return a cell of a table, its value escaped; times and digests as people read them."""
    text = _number(value)
    if _TIME.fullmatch(text):
        shown = text[:19].replace("T", " ")
        return Markup('<td class="time">{}</td>').format(shown)
    if _DIGEST.fullmatch(text):
        return Markup('<td class="long" title="{}">{}…</td>').format(text, text[:16])
    if _KIND.fullmatch(text):
        return Markup("<td>{}</td>").format(text.rpartition("/")[0])
    style = Markup(' class="long"') if len(text) > _LONG and " " not in text else ""
    return Markup("<td{}>{}</td>").format(style, text)


@cache
def _style() -> Markup:
    return Markup(files("oneseek.adapters.reports").joinpath("audit.css").read_text("utf-8"))
