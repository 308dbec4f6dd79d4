"""``oneseek migrate plan``: what an import would make, and why."""

from pathlib import Path
from shlex import quote

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek migrate plan models/oqt",
        "oneseek migrate plan models/oqt -o plan.json",
        "oneseek migrate plan models/oqt --explain OneSeek-7B-Zero.v1.0",
        "oneseek migrate plan models/oqt --html plan.html",
    ),
    codes=(0, 2, 3, 5),
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the plan in a file; oneseek migrate run takes it while the source is the same.",
)  # fmt: skip
@click.option(
    "--explain", metavar="ITEM",
    help="Tell everything about one item: a path in the source, or a name, or its beginning.",
)  # fmt: skip
@click.option(
    "--trust", metavar="KEYHEX", multiple=True,
    help="Public key of somebody whose old signatures you vouch for; may be repeated.",
)  # fmt: skip
@click.option(
    "--html", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Write the plan as one page to read and to print.",
)  # fmt: skip
def plan(
    app: App,
    paths: tuple[Path, ...],
    output: Path | None,
    explain: str | None,
    trust: tuple[str, ...],
    html: Path | None,
) -> None:
    """Say what importing old trees or files would make: every verdict with its reason.

    Nothing is recorded, and the source is only read. No workspace is needed.
    """
    from oneseek.cli.wiring.migrating import checked_sources, trusted_keys
    from oneseek.cli.wiring.migration_explained import explained
    from oneseek.cli.wiring.migration_plans import plan_all
    from oneseek.cli.wiring.migration_reports import told, told_lines, write_page, write_plan_file
    from oneseek.migrations.report import report_of

    keys = trusted_keys(trust)
    plans = plan_all(app, checked_sources(app, paths), keys)
    if output is not None:
        write_plan_file(app, plans, keys, output)
    if explain is not None:
        told_lines(app, *explained(plans, explain))
        return
    reports = [report_of(each) for each in plans]
    if html is not None:
        write_page(app, reports, html)
    told(app, reports)
    what = [output] if output is not None else paths
    named = " ".join(quote(str(path)) for path in what)
    app.out.note(f"This is a plan: nothing was recorded. To do it: oneseek migrate run {named}")


command = plan
