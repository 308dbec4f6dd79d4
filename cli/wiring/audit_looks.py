"""What an audit looks at besides the entries: files, keys, witnesses, bytes; and where damage is.

Nothing here raises for what it finds, and nothing is written (a training that is repeated uses a
staging folder, and removes it).
"""

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.keys.witness_key import check_cosignature
from oneseek.cli.app import App
from oneseek.cli.progress import byte_bar
from oneseek.cli.wiring.auditor import Auditor
from oneseek.cli.wiring.cosigners import time_text
from oneseek.cli.wiring.deep_verification import Verification, deepen
from oneseek.cli.wiring.localising import localise_damage
from oneseek.cli.wiring.published import find_contradiction
from oneseek.domain.audit.audit_report import Damages
from oneseek.domain.audit.drift import drift_findings
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.audit.questions.every_byte import EveryByte
from oneseek.domain.audit.questions.files import Compared
from oneseek.domain.audit.questions.indexes import Indexes
from oneseek.domain.audit.questions.reproductions import NOT_DONE, Repeated, Reproductions
from oneseek.domain.audit.questions.signed_root import SignedRoot
from oneseek.domain.audit.questions.witnesses import Cosigned, Witnesses
from oneseek.domain.audit.state_audit import audit_state
from oneseek.domain.errors import LedgerBroken, NotFound, OneSeekError, ProofRefused
from oneseek.domain.findings import Finding
from oneseek.domain.merkle.proofs import root_at
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import Note, parse_note, verify_note
from oneseek.domain.projections.projection import Projection
from oneseek.domain.state.documents import Version, stands
from oneseek.domain.state.registry import registry_state
from oneseek.domain.state.store import DictState
from oneseek.domain.usecases.witnessed import newest_cosigned

_MOST_PLACES = 100
_INDEX = "stream-index"


def head(app: App) -> tuple[int, str | None, str]:
    """Return size, time and note of the head; nothing where it cannot be read."""
    try:
        found = app.ledger.head()
    except LedgerBroken:
        return 0, None, ""
    return found.size, found.time, found.checkpoint.decode("utf-8", "replace")


def compare(app: App, projection: Projection, state: DictState, *, show: bool) -> Compared:
    """Compare a target with the fold ``state`` of all entries."""
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


def published(app: App, report: LedgerReport, question: SignedRoot) -> bool:
    """Compare the checkpoint file too; say whether it was signed over another history."""
    try:
        contradiction = find_contradiction(app, report.ring)
    except LedgerBroken:
        return False  # hashes are missing, which the audit of the ledger has said
    if contradiction is None:
        return False
    question.besides.append(contradiction.finding)
    return contradiction.signed


def is_signed(note: Note, kept: Checkpoint, report: LedgerReport) -> bool:
    """Say whether a key that is trusted in this ledger has signed the kept checkpoint."""
    try:
        verify_note(note, report.ring.at(kept.size), check_ed25519)
    except ProofRefused:
        return False
    return True


def witnesses(app: App, auditor: Auditor, required: int | None, question: Witnesses) -> None:
    """Look for the newest checkpoint that enough of the auditor's witnesses have cosigned."""
    question.trusted = len({key.name for key in auditor.witnesses})
    if not auditor.witnesses:
        return
    try:
        found = newest_cosigned(app.ledger, 0, auditor.witnesses, required or 1, check_cosignature)
    except (NotFound, LedgerBroken):
        return
    signed = Checkpoint.parse(parse_note(found.note).text)
    try:
        root = root_at(found.size, node_reader(app.ledger.hashes_at, found.size))
    except OneSeekError:
        root = b""  # there are fewer entries now
    names = [(item.key.name, time_text(item.time) or "") for item in found.cosignatures]
    question.looked(Cosigned(found.size, signed.root, names), root)


def repeat(app: App, question: Reproductions) -> None:
    """Repeat the training of every version in force; nothing of it is recorded."""
    from oneseek.cli.wiring.reproducing import reproduce

    try:
        with app.ledger.view() as view:
            registry = registry_state(view)
            standing = (v for _, v in view.scan(Version) if stands(v, registry))
            # How an imported one was trained is not known: there is nothing to repeat.
            found = [v for v in standing if v.withdrawn is None and v.imported is None]
    except LedgerBroken:
        return
    for version in sorted(found, key=lambda version: version.index):
        try:
            done = reproduce(app, version, record=False).report
        except OneSeekError as error:
            question.own.append(Repeated(version.dna, NOT_DONE, error.message))
        else:
            question.own.append(Repeated(version.dna, done.verdict, done.reason))


def deeply(
    app: App, report: LedgerReport, question: EveryByte, indexes: Indexes, *, show: bool
) -> Verification:
    """Read all bytes, all checkpoints, the vault; make state documents and indexes again."""
    found = Verification(report.size, report.root, bool(report.findings))
    try:
        deepen(app, report.ring, found, show=show)
        with app.ledger.view() as view:
            found.gather(audit_state(app.ledger, view, None if report.findings else report.root))
    except OneSeekError as error:
        found.findings.append(
            Finding("deep", "what is kept", "readable to its end", error.message, error.hint or "")
        )
    indexes.looked([finding for finding in found.findings if finding.check == _INDEX])
    rest = [finding for finding in found.findings if finding.check != _INDEX]
    question.looked(rest, found.objects)
    return found


def damages(app: App, auditor: Auditor) -> Damages | None:
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
