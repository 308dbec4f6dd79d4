"""``oneseek migrate scan``: what is there, without touching it."""

import sys
from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek migrate scan models/oqt",
        "oneseek migrate scan models ml/ledger/ledger.json --list",
        "oneseek migrate scan models/oqt --json > inventory.jsonl",
    ),
    codes=(0, 1, 2, 3, 5),
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--list", "listing", is_flag=True, help="Every entry, not only the classes.")
def scan(app: App, paths: tuple[Path, ...], listing: bool) -> None:
    """List what lies in old trees or files, by class; nothing is written anywhere.

    Every file is hashed before it is parsed, nothing is unpickled, and no link is followed. With
    --json, every entry is one line. No workspace is needed. Exit code 1 means that something is
    odd: each finding shows what was expected and what was found.
    """
    from oneseek.cli.wiring.migrating import checked_sources, progress
    from oneseek.cli.wiring.scan_text import Tally, as_json, findings, row, summary, table
    from oneseek.migrations.scan import scan as scan_source

    tally = Tally()
    sources = checked_sources(app, paths)
    with progress(app) as told:
        for source in sources:
            for scanned in scan_source(source, on_entry=told.entry, on_bytes=told.bytes):
                tally.add(scanned.item)
                if app.out.json:
                    app.out.line_json(as_json(source, scanned.item))
                elif listing:
                    click.echo(row(scanned.item))
    if not app.out.json:
        if tally.entries:
            app.out.table(("CLASS", "ENTRIES", "SIZE", "WHAT IT IS"), list(table(tally)), None, "")
        for line in (*findings(tally), "", *summary(tally)):
            click.echo(line)
    if tally.found:
        sys.stdout.flush()
        raise click.exceptions.Exit(1)


command = scan
