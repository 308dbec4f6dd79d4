"""Recording an audit: the entry names the tree that was audited and the whole report."""

import json

from oneseek.domain.audit.audit_report import AuditReport
from oneseek.domain.events import AuditRecorded
from oneseek.domain.usecases.record_audit import record_audit
from workbench import Workbench


def test_the_entry_names_the_report(bench: Workbench) -> None:
    bench.add_materials()
    report = AuditReport(
        "software 1", "2026-11-20T18:25:38.187329Z", "o.example/log", 4, "ab" * 32, None, "note",
        ("key",), 2, True, False, False, (), None, (),
    )  # fmt: skip
    record_audit(bench.ports, report)
    event = bench.events()[-1]
    assert isinstance(event, AuditRecorded)
    assert (event.size, event.root, event.since, event.deep) == (4, "ab" * 32, 2, True)
    assert event.findings == 0
    assert json.loads(bench.objects.read(event.report)) == report.document()
    assert bench.audit().findings == ()
