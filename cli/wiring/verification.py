"""Everything that ``oneseek verify`` looks at, gathered into one list of findings."""

from collections.abc import Iterator

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.keys.p256 import check_p256
from oneseek.cli.app import App
from oneseek.cli.progress import byte_bar, count_bar
from oneseek.cli.wiring.deep_verification import Verification, deepen
from oneseek.cli.wiring.published import find_contradiction
from oneseek.cli.wiring.version_verification import foreign_signatures
from oneseek.domain.audit.drift import drift_findings
from oneseek.domain.audit.ledger_audit import audit_ledger
from oneseek.domain.audit.objects_audit import audit_objects
from oneseek.domain.audit.signature_audit import audit_signatures
from oneseek.domain.audit.state_audit import audit_state
from oneseek.domain.errors import LedgerBroken, OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.keys import KeyRing
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.ports import View
from oneseek.domain.state.documents import Signature, Version


def run_verification(app: App, keys: tuple[VerifierKey, ...], *, deep: bool) -> Verification:
    """Verify ledger, objects and projections; with ``deep`` every object's bytes and the state."""
    show = not app.out.json
    origin = app.settings.ledger.origin
    size = app.ledger.head().size
    with count_bar("Verifying entries", size, show=show) as advance:
        report = audit_ledger(app.ledger, keys, check_ed25519, origin=origin, on_entries=advance)
    broken = bool(report.findings)
    found = Verification(report.size, report.root, broken, list(report.findings))
    _checkpoint_file(app, report.ring, found)
    with app.ledger.view() as view:
        # First, because everything after it believes the state documents.
        found.gather(audit_state(app.ledger, view, None if broken else report.root))
        found.gather(_objects(app, view, found))
        found.signatures = sum(1 for _ in view.scan(Signature))
        found.gather(audit_signatures(view, app.kept_objects, check_p256))
    if deep:
        deepen(app, report.ring, found, show=show)
        for note in found.notes:
            app.out.note(f"note: {note}")
    _projections(app, found, show=show)
    return found


def run_verification_since(
    app: App,
    keys: tuple[VerifierKey, ...],
    since: Checkpoint,
    signers: tuple[VerifierKey, ...],
) -> Verification:
    """Verify only the entries after ``since``, which ``signers`` signed, going on from it."""
    size = app.ledger.head().size
    with count_bar(
        "Verifying entries", max(size - since.size, 0), show=not app.out.json
    ) as advance:
        report = audit_ledger(
            app.ledger,
            keys,
            check_ed25519,
            origin=app.settings.ledger.origin,
            since=since,
            signers=signers,
            on_entries=advance,
        )
    found = Verification(report.size, report.root, bool(report.findings), list(report.findings))
    _checkpoint_file(app, report.ring, found)
    return found


def _objects(app: App, view: View, found: Verification) -> Iterator[Finding]:
    found.versions = sum(1 for _ in view.scan(Version))
    yield from audit_objects(view, app.kept_objects)


def _checkpoint_file(app: App, ring: KeyRing, found: Verification) -> None:
    try:
        contradiction = find_contradiction(app, ring)
    except LedgerBroken:
        return  # hashes are missing, which the ledger's own audit has said
    if contradiction is not None:
        found.findings.append(contradiction.finding)
        found.ledger_broken = found.ledger_broken or contradiction.signed


def _projections(app: App, found: Verification, *, show: bool) -> None:
    for projection in app.projections:
        behind = app.runner.behind(projection, app.ledger.head().size)
        if behind:
            found.findings.append(
                Finding(
                    "projection-behind",
                    projection.folder,
                    "the newest entry",
                    f"{behind} entries are not shown yet",
                    f"oneseek rebuild {projection.name}",
                )
            )
        try:
            with byte_bar(f"Comparing {projection.folder}", None, show=show) as advance:
                checked = app.runner.verify(projection, advance)
        except OneSeekError as error:
            found.ledger_broken = found.ledger_broken or isinstance(error, LedgerBroken)
            found.findings.append(
                Finding("projection", projection.name, "a readable fold", error.message)
            )
            continue
        found.files += checked.files
        with app.ledger.view() as view:
            found.findings.extend(drift_findings(projection, checked.differences, view))
            found.findings.extend(foreign_signatures(app, view, checked.differences))
