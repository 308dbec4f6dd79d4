"""``oneseek audit``: every question is asked, everything around is looked at, a report is made."""

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.keys.p256 import check_p256
from oneseek.adapters.workspace.world import SystemClock
from oneseek.cli.app import App
from oneseek.cli.progress import count_bar
from oneseek.cli.wiring import audit_looks as look
from oneseek.cli.wiring.auditor import Auditor, Wanted
from oneseek.domain.audit.answers import Question
from oneseek.domain.audit.audit import Answered, answers, read_for
from oneseek.domain.audit.audit_report import AuditReport
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.audit.questions.every_byte import EveryByte
from oneseek.domain.audit.questions.files import FilesOnDisk
from oneseek.domain.audit.questions.indexes import Indexes
from oneseek.domain.audit.questions.kept_checkpoint import KeptCheckpoint
from oneseek.domain.audit.questions.ledger_questions import ledger_questions
from oneseek.domain.audit.questions.reproductions import Reproductions
from oneseek.domain.audit.questions.signed_root import SignedRoot
from oneseek.domain.audit.questions.witnesses import Witnesses
from oneseek.domain.values import format_time
from oneseek.domain.version import SOFTWARE


def run_audit(app: App, auditor: Auditor, wanted: Wanted) -> AuditReport:
    """Audit the ledger, its objects and the certified tree. Nothing is recorded."""
    show, kept = not app.out.json, auditor.checkpoint
    root, since, witnesses = SignedRoot(), KeptCheckpoint(kept), Witnesses(wanted.witnesses)
    repeated, indexes, every_byte = Reproductions(), Indexes(), EveryByte()
    files = FilesOnDisk(app.projections, lambda *fold: look.compare(app, *fold, show=show))
    told = ledger_questions(app.kept_objects, check_p256, files, repeated)
    questions: list[Question] = [root, since, witnesses, *told, indexes, every_byte]
    size, head_time, checkpoint = look.head(app)
    with count_bar("Auditing entries", size, show=show) as advance:
        report = read_for(
            questions, app.ledger, auditor.keys, check_ed25519,
            origin=auditor.origin, kept_size=kept.size if kept else None, strict=wanted.deep,
            on_entries=advance,
        )  # fmt: skip
    broken = bool(report.findings) | look.published(app, report, root)
    if auditor.kept is not None and kept is not None:
        since.signed = look.is_signed(auditor.kept, kept, report)
    look.witnesses(app, auditor, wanted.witnesses, witnesses)
    notes: list[str] = []
    if wanted.reproduce:
        look.repeat(app, repeated)
    if wanted.deep:
        found = look.deeply(app, report, every_byte, indexes, show=show)
        broken, notes = broken or found.ledger_broken, found.notes
    answered = tuple(answers(questions, report))
    return AuditReport(
        software=SOFTWARE,
        made_at=format_time(SystemClock().now()),
        origin=auditor.origin,
        size=report.size,
        root=report.root.hex(),
        head_time=head_time,
        checkpoint=checkpoint,
        trusted=tuple(str(key) for key in (*auditor.keys, *auditor.witnesses)),
        since=kept.size if kept else None,
        deep=wanted.deep,
        broken=broken,
        rewritten=since.contradicted(report),
        answered=answered,
        damages=look.damages(app, auditor) if broken else None,
        not_checked=(*_left_out(answered, report), *notes),
    )


def _left_out(answered: tuple[Answered, ...], report: LedgerReport) -> list[str]:
    """Say what was not looked at. In a damaged ledger one sentence stands for many questions."""
    found = [
        f"{item.asks} — {item.answer.because}"
        for item in answered
        if item.answer.verdict == "not-asked"
        or (item.answer.verdict == "unchecked" and not report.findings)
    ]
    if report.findings:
        found.append("the ledger is damaged: no answer that rests on its entries is proved")
    return found
