"""``oneseek audit``: whom the auditor trusts, what is looked at, and the report of it."""

from dataclasses import dataclass
from pathlib import Path

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.workspace.world import SystemClock
from oneseek.cli.app import App
from oneseek.cli.progress import byte_bar, count_bar
from oneseek.cli.wiring.deep_verification import Verification, deepen
from oneseek.cli.wiring.files import read_input
from oneseek.cli.wiring.keys import given_key
from oneseek.cli.wiring.localising import localise_damage
from oneseek.cli.wiring.published import find_contradiction
from oneseek.domain.audit.answers import Question
from oneseek.domain.audit.audit import answers, read_for
from oneseek.domain.audit.audit_report import AuditReport, Damages
from oneseek.domain.audit.drift import drift_findings
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.audit.questions.every_byte import EveryByte
from oneseek.domain.audit.questions.files import Compared, FilesOnDisk
from oneseek.domain.audit.questions.kept_checkpoint import KeptCheckpoint
from oneseek.domain.audit.questions.ledger_questions import ledger_questions
from oneseek.domain.audit.questions.signed_root import SignedRoot
from oneseek.domain.audit.state_audit import audit_state
from oneseek.domain.errors import InvalidInput, LedgerBroken, NotFound, OneSeekError, ProofRefused
from oneseek.domain.findings import Finding
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import Note, VerifierKey, parse_note, verify_note
from oneseek.domain.projections.all import PROJECTIONS
from oneseek.domain.projections.projection import Projection
from oneseek.domain.state.store import DictState
from oneseek.domain.values import format_time
from oneseek.domain.version import SOFTWARE

_MOST_PLACES = 100


@dataclass(frozen=True, slots=True)
class Auditor:
    """Whom an auditor trusts and what they have kept."""

    keys: tuple[VerifierKey, ...]
    origin: str
    """The log's name: the one in the auditor's keys, not the one in the folder's settings."""
    kept: Note | None
    checkpoint: Checkpoint | None

    @classmethod
    def of(cls, app: App, trust: tuple[str, ...], since: Path | None) -> "Auditor":
        """Read what the auditor gave.

        Raises:
            InvalidInput: it is no key or no checkpoint, or they are not of one log.
            NotFound: no key was given, and the workspace names none.
        """
        keys = tuple(given_key(text) for text in trust) or _own(app)
        origin = keys[0].name if trust else app.settings.ledger.origin
        for key in keys:
            if key.name != origin:
                raise InvalidInput(f"the keys are of two logs: {origin} and {key.name}")
        if since is None:
            return cls(keys, origin, None, None)
        try:
            note = parse_note(read_input(since))
            checkpoint = Checkpoint.parse(note.text)
        except InvalidInput as error:
            raise InvalidInput(
                f"{since} holds no checkpoint: {error.message}",
                hint="keep one with: oneseek ledger head --note > kept.checkpoint",
            ) from None
        if checkpoint.origin != origin:
            raise InvalidInput(f"{since} is a checkpoint of {checkpoint.origin}, not of {origin}")
        return cls(keys, origin, note, checkpoint)


def _own(app: App) -> tuple[VerifierKey, ...]:
    try:
        return app.pinned
    except NotFound as error:
        raise NotFound(error.message, hint="name the key that you trust with --trust") from None


def run_audit(app: App, auditor: Auditor, *, deep: bool) -> AuditReport:
    """Audit the ledger, its objects and the certified tree. Nothing is written."""
    show = not app.out.json
    besides, bytes_read, kept = SignedRoot(), EveryByte(), auditor.checkpoint
    after = KeptCheckpoint(kept)
    files = FilesOnDisk(PROJECTIONS, lambda *fold: _compare(app, *fold, show=show))
    questions: list[Question] = [
        besides, after, *ledger_questions(app.kept_objects, files), bytes_read
    ]  # fmt: skip
    size, head_time, checkpoint = _head(app)
    with count_bar("Auditing entries", size, show=show) as advance:
        report = read_for(
            questions, app.ledger, auditor.keys, check_ed25519,
            origin=auditor.origin, kept_size=kept.size if kept else None, strict=deep,
            on_entries=advance,
        )  # fmt: skip
    signed_history = _published(app, report, besides)
    if auditor.kept is not None and kept is not None:
        after.signed = _signed(auditor.kept, kept, report)
    notes: list[str] = []
    if deep:
        notes = _deepen(app, report, bytes_read, show=show)
    broken = bool(report.findings) or signed_history
    answered = tuple(answers(questions, report))
    left_out = [
        f"{item.asks} — {item.answer.because}"
        for item in answered
        if item.answer.verdict == "not-asked"
        or (item.answer.verdict == "unchecked" and not report.findings)
    ]
    if report.findings:
        left_out.append("the ledger is damaged: no answer that rests on its entries is proved")
    return AuditReport(
        software=SOFTWARE,
        made_at=format_time(SystemClock().now()),
        origin=auditor.origin,
        size=report.size,
        root=report.root.hex(),
        head_time=head_time,
        checkpoint=checkpoint,
        trusted=tuple(str(key) for key in auditor.keys),
        since=kept.size if kept else None,
        deep=deep,
        broken=broken,
        answered=answered,
        damages=_damages(app, auditor) if broken else None,
        not_checked=(*left_out, *notes),
    )


def _head(app: App) -> tuple[int, str | None, str]:
    """Return size, time and note of the head; nothing where it cannot be read."""
    try:
        head = app.ledger.head()
    except LedgerBroken:
        return 0, None, ""
    return head.size, head.time, head.checkpoint.decode("utf-8", "replace")


def _compare(app: App, projection: Projection, state: DictState, *, show: bool) -> Compared:
    with byte_bar(f"Comparing {projection.folder}", None, show=show) as advance:
        compared = app.runner.compare(projection, state, advance)
    with app.ledger.view() as view:
        found = list(drift_findings(projection, compared.differences, view))
    if behind := app.runner.behind(projection, app.ledger.head().size):
        hint = f"oneseek rebuild {projection.name}"
        told = f"{behind} entries are not shown yet"
        found.append(
            Finding("projection-behind", projection.folder, "the newest entry", told, hint)
        )
    return Compared(found, compared.files)


def _published(app: App, report: LedgerReport, question: SignedRoot) -> bool:
    """Compare the checkpoint file too; say whether it was signed over another history."""
    try:
        contradiction = find_contradiction(app, report.ring)
    except LedgerBroken:
        return False  # hashes are missing, which the audit of the ledger has said
    if contradiction is None:
        return False
    question.besides.append(contradiction.finding)
    return contradiction.signed


def _signed(note: Note, kept: Checkpoint, report: LedgerReport) -> bool:
    try:
        verify_note(note, report.ring.at(kept.size), check_ed25519)
    except ProofRefused:
        return False
    return True


def _deepen(app: App, report: LedgerReport, question: EveryByte, *, show: bool) -> list[str]:
    found = Verification(report.size, report.root, bool(report.findings))
    try:
        deepen(app, report.ring, found, show=show)
        with app.ledger.view() as view:
            found.gather(audit_state(app.ledger, view, None if report.findings else report.root))
    except OneSeekError as error:
        found.findings.append(
            Finding("deep", "what is kept", "readable to its end", error.message, error.hint or "")
        )
    question.looked(found.findings, found.objects)
    return found.notes


def _damages(app: App, auditor: Auditor) -> Damages | None:
    """Say where the ledger is damaged, None where it cannot even be walked."""
    try:
        found, copies = localise_damage(
            app, auditor.keys, origin=auditor.origin, limit=_MOST_PLACES
        )
    except OneSeekError:
        return None
    return Damages(
        found.first_damaged,
        found.trusted_size,
        tuple(place.finding() for place in found.damaged),
        (
            *found.sentences(),
            *(f"this copy could: oneseek ledger repair --from {place}" for place in copies),
        ),
    )
