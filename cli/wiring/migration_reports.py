"""Reports of imports: printed, written as a page, and found again in the ledger."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import publish, sweep_output, write_output
from oneseek.adapters.objects.partial import partial_file
from oneseek.cli.app import App
from oneseek.cli.wiring.legacy_sources import imported_sources
from oneseek.cli.wiring.migrating import workspace_root
from oneseek.cli.wiring.migration_text import lines
from oneseek.cli.wiring.open_questions import without_settled
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import LegacySource
from oneseek.domain.values import format_time
from oneseek.domain.version import SOFTWARE
from oneseek.migrations.plan import SourcePlan
from oneseek.migrations.plan_file import write_plan


def kept_reports(app: App, named: str | None) -> list[dict[str, Any]]:
    """Return the reports of the sources that were imported, or of the one that is named.

    Raises:
        NotFound: nothing was imported, or nothing from there.
        FoundDamage: a report is damaged.
    """
    return [_kept(app, source) for source in imported_sources(app, named)]


def _kept(app: App, source: LegacySource) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(app.objects.read(source.report))
    (record,) = app.ledger.records(source.index, source.index + 1)
    entry = REGISTRY.decode(record.raw, where=f"entry {source.index}")
    recorded = {"entry": source.index, "time": entry.time, "actor": entry.actor}
    return without_settled(app, {**report, "recorded": recorded, "moved_to": source.moved_to})


def told(app: App, reports: Sequence[dict[str, Any]]) -> None:
    """Print reports: as JSON a list, else one after the other."""
    if app.out.json:
        app.out.result(reports)
        return
    for number, report in enumerate(reports):
        if number:
            click.echo("")
        for line in lines(report):
            click.echo(line)


def told_lines(app: App, value: object, shown: Iterable[str]) -> None:
    """Print ``value`` as JSON, or lines that hold colours and nothing else that steers."""
    if app.out.json:
        app.out.result(value)
    else:
        for line in shown:
            click.echo(line)


def write_page(app: App, reports: Sequence[dict[str, Any]], path: Path) -> None:
    """Write reports as one HTML file at ``path``: whole, or as it was.

    Raises:
        ServiceFailed: it cannot be written.
    """
    from oneseek.adapters.reports.migration import render
    from oneseek.adapters.workspace.world import SystemClock

    origin = app.settings.ledger.origin if workspace_root(app) else None
    made = {"by": SOFTWARE, "at": format_time(SystemClock().now()), "origin": origin}
    write_output(path, render(reports, made))
    app.out.note(f"written: {path}")


def write_plan_file(
    app: App, plans: Iterable[SourcePlan], trust: Iterable[str], path: Path
) -> None:
    """Write a plan at ``path``: whole, or as it was. It may be long, and is written as it comes.

    Raises:
        ServiceFailed: it cannot be written.
    """
    sweep_output(path.parent)
    with disk_errors("write", path), partial_file(path.parent) as partial:
        with os.fdopen(os.dup(partial.fd), "wb") as stream:
            write_plan(stream, plans, trust)
        publish(partial, path, 0o644)
    app.out.note(f"written: {path}")
