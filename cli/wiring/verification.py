"""Everything that ``oneseek verify`` looks at, gathered into one list of findings."""

from dataclasses import dataclass, field

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.ledger import checkpoint_file
from oneseek.cli.app import App
from oneseek.cli.progress import byte_bar, count_bar
from oneseek.domain.audit.drift import drift_findings
from oneseek.domain.audit.ledger_audit import audit_ledger
from oneseek.domain.audit.objects_audit import audit_objects
from oneseek.domain.audit.state_audit import audit_state
from oneseek.domain.audit.streams_audit import audit_streams
from oneseek.domain.errors import OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.projections import PROJECTIONS
from oneseek.domain.state.documents import Version


@dataclass(slots=True)
class Verification:
    """What was verified, and what was found."""

    size: int
    root: bytes
    ledger_broken: bool
    findings: list[Finding] = field(default_factory=list)
    versions: int = 0
    files: int = 0
    objects: int = 0


def run_verification(app: App, keys: tuple[VerifierKey, ...], *, deep: bool) -> Verification:
    """Verify ledger, objects and projections; with ``deep`` every object's bytes and the state."""
    show = not app.out.json
    origin = app.settings.ledger.origin
    size = app.ledger.head().size
    with count_bar("Verifying entries", size, show=show) as advance:
        report = audit_ledger(app.ledger, keys, check_ed25519, origin=origin, on_entries=advance)
    broken = bool(report.findings)
    found = Verification(report.size, report.root, broken, list(report.findings))
    _checkpoint_file(app, found)
    with app.ledger.view() as view:
        found.versions = sum(1 for _ in view.scan(Version))
        found.findings.extend(audit_objects(view, app.objects))
    if deep:
        _deep(app, found, show=show)
    _projections(app, found, show=show)
    return found


def _checkpoint_file(app: App, found: Verification) -> None:
    published = checkpoint_file.published_size(app.paths.checkpoint)
    if published > found.size:
        found.findings.append(
            Finding(
                "checkpoint-file",
                str(app.paths.checkpoint),
                f"at most the ledger's size {found.size}",
                f"{published}: the ledger was longer once",
                "the ledger was rolled back: restore it from a backup",
            )
        )


def _deep(app: App, found: Verification, *, show: bool) -> None:
    sizes = [size for _, size in app.objects.digests()]
    found.objects = len(sizes)
    with byte_bar("Reading objects", sum(sizes), show=show) as advance:
        found.findings.extend(app.objects.check(None, advance))
    streams = list(audit_streams(app.ledger))
    found.ledger_broken = found.ledger_broken or bool(streams)
    found.findings.extend(streams)
    with app.ledger.view() as view:
        found.findings.extend(audit_state(app.ledger, view))


def _projections(app: App, found: Verification, *, show: bool) -> None:
    for projection in PROJECTIONS:
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
            found.findings.append(
                Finding("projection", projection.name, "a readable fold", error.message)
            )
            continue
        found.files += checked.files
        with app.ledger.view() as view:
            found.findings.extend(drift_findings(projection, checked.differences, view))
