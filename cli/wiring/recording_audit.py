"""What is written of an audit, and only when it is asked for: the page, and the entry."""

from pathlib import Path

from oneseek.adapters.objects.durable import write_output
from oneseek.cli.app import App
from oneseek.cli.output import count_text
from oneseek.domain.audit.audit_report import AuditReport


def write_page(app: App, report: AuditReport, path: Path) -> None:
    """Write the report as one HTML file at ``path``: whole, or as it was.

    Raises:
        ServiceFailed: it cannot be written.
    """
    from oneseek.adapters.reports.page import render

    write_output(path, render(report.document()))
    app.out.note(f"written: {path}")


def record_report(app: App, report: AuditReport) -> None:
    """Append that the audit took place; to a damaged ledger nothing is appended."""
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.usecases.record_audit import record_audit

    if report.broken:
        app.out.note("not recorded: nothing is appended to a damaged ledger")
        return
    with writing(app) as ports:
        receipt = record_audit(ports, report)
    found = count_text(report.findings, "finding")
    app.out.note(f"recorded as entry {receipt.indices[0]}, with {found}")
