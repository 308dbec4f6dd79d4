"""Recording that an audit took place. The audit itself alters nothing; this is asked for apart."""

from oneseek.domain.audit.audit_report import AuditReport
from oneseek.domain.decisions import Decision
from oneseek.domain.digest import Digest
from oneseek.domain.events import AuditRecorded
from oneseek.domain.ports import Ports
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.record import record


def record_audit(ports: Ports, report: AuditReport) -> Receipt:
    """Append what was audited and how much was found; the whole report becomes an object."""
    event = AuditRecorded(
        size=report.size,
        root=Digest(report.root),
        since=report.since,
        deep=report.deep,
        findings=report.findings,
        report=ports.objects.put(report.to_bytes()),
    )
    receipt = record(ports, lambda _: Decision((event,)))
    assert receipt is not None
    return receipt
