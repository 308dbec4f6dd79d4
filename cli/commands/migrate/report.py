"""``oneseek migrate report``: what came out of an import, and what is left to decide."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek migrate report",
        "oneseek migrate report models/oqt --html report.html",
        "oneseek migrate report --json > report.json",
    ),
    codes=(0, 1, 2, 3, 5, 10),
)
@click.argument("source", required=False)
@click.option(
    "--html", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report as one page to read and to print.",
)  # fmt: skip
def report(app: App, source: str | None, html: Path | None) -> None:
    """Tell what was imported: what to decide, verdicts with reasons, contradictions, gaps.

    SOURCE is the path, the folder's name or the identity of what was imported; without it, all are
    told. The verdicts are those of the import: the ledger names their bytes. Questions that
    somebody has answered since are left out.
    """
    from oneseek.cli.wiring.migration_reports import kept_reports, told, write_page

    reports = kept_reports(app, source)
    if html is not None:
        write_page(app, reports, html)
    told(app, reports)


command = report
