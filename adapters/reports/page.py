"""The report of an audit as one HTML file: no script, nothing from outside, the same bytes always.

Every value is escaped: see :mod:`~oneseek.adapters.reports.templates`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from oneseek.adapters.reports import lineage, words
from oneseek.adapters.reports.templates import environment, style, visible
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
    "legacy-grades": (),
    "legacy-sources": (),
    "legacy-versions": ("entry", "dna", "claimed", "verdict", "reason", "path"),
    "legacy-ledgers": (),
    "legacy-gaps": (),
    "quarantined": (),
}
"""The tables of the page in their order, with the columns that are shown: all where none is named.
What the drawings show is left out."""
_DRAWN = ("versions", "imported")
"""The tables whose rows are the versions of the lineage graph."""
_MOST_ROWS = 200


def render(document: Mapping[str, Any]) -> bytes:
    """Return the page for the document of an audit (format ``oneseek-audit/v1``)."""
    document = visible(document)
    tables = {
        table["name"]: table for question in document["questions"] for table in question["tables"]
    }
    rows = {name: list(_rows(table)) for name, table in tables.items()}
    states = {row["manifest"]: row["state"] for row in rows.get("states", [])}
    shown = sorted(
        (*rows.get("versions", []), *rows.get("imported", [])), key=lambda row: row["entry"]
    )
    figures = lineage.figures(shown, rows.get("bases", []), rows.get("datasets", []), states)
    page = (
        environment()
        .get_template("audit.html")
        .render(
            doc=document,
            style=style("audit"),
            words=words,
            graphs=list(figures),
            versions=sum(tables[name]["count"] for name in _DRAWN if name in tables),
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
